import type { Found } from './listResources';

/**
 * Lists single subscriptions of a tenant that is too large to list as a whole for each of them. Those that are asked for at
 * the same time, such as all expanded ones after a refresh, share a request.
 */
export class SubscriptionBatches<T> {
  private readonly known = new Map<string, Promise<Found<T>>>();
  private next: { readonly ids: Set<string>; readonly found: Promise<Found<T>> } | undefined;

  constructor(private readonly list: (subscriptionIds: readonly string[]) => Promise<Found<T>>) {}

  /** @returns the items of this subscription, and of those that shared its request */
  of(subscriptionId: string): Promise<Found<T>> {
    const key = subscriptionId.toLowerCase();
    const known = this.known.get(key);
    if (known) return known;
    this.next ??= this.begin();
    const { ids, found } = this.next;
    ids.add(key);
    this.known.set(key, found);
    found.catch(() => {
      if (this.known.get(key) === found) this.known.delete(key);
    });
    return found;
  }

  forget(subscriptionId?: string): void {
    if (subscriptionId === undefined) this.known.clear();
    else this.known.delete(subscriptionId.toLowerCase());
  }

  private begin(): { readonly ids: Set<string>; readonly found: Promise<Found<T>> } {
    const ids = new Set<string>();
    const asked = new Promise((resolve) => setImmediate(resolve));
    const found = asked.then(() => {
      this.next = undefined;
      return this.list([...ids]);
    });
    return { ids, found };
  }
}
