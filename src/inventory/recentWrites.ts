import { subscriptionIdIn } from '../azure/core/armId';

/**
 * How long lists may show a written resource in an old state: Resource Graph up to half an hour
 * (MicrosoftDocs/azure-docs#19879), and Resource Manager's lists a quarter of an hour (azure-rest-api-specs#28600).
 */
const staleMs = 30 * 60_000;

/** The resources that Keyless wrote in one tenant. Lists are older for a while, so they are read from their own service. */
export class RecentWrites {
  /** By ID in lower case, in milliseconds. */
  private readonly times = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  add(resourceId: string): void {
    this.times.set(resourceId.toLowerCase(), this.now());
  }

  /** IDs in lower case. */
  get ids(): readonly string[] {
    return [...this.times.keys()];
  }

  /** IDs of the subscriptions with writes that Resource Graph may not know about. */
  get subscriptions(): readonly string[] {
    const recent = [...this.times].filter(([, at]) => this.now() - at < staleMs);
    return [...new Set(recent.flatMap(([id]) => subscriptionIdIn(id) ?? []))];
  }

  /**
   * Called when a list and the service agree on whether the resource exists. A list that doesn't yet can take hours
   * (ansible-collections/azure#1994).
   */
  agreed(id: string): void {
    if (this.now() - (this.times.get(id) ?? 0) >= staleMs) this.times.delete(id);
  }
}
