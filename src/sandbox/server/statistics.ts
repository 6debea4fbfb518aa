import type { ServiceKind } from './listener';

/** One answered request (status 0: the connection was cut). Without the query, which can contain keys. */
export interface SeenRequest {
  service: ServiceKind;
  method: string;
  host: string;
  path: string;
  status: number;
  /** The caller's object ID as its token claims, unverified. */
  principalId?: string;
}

/** Counts requests for tests and benchmarks. */
export class Statistics {
  readonly #counts = new Map<ServiceKind, { requests: number; byStatus: Record<string, number> }>();
  #recent: SeenRequest[] = [];

  count(request: SeenRequest): void {
    const entry = this.#counts.get(request.service) ?? { requests: 0, byStatus: {} };
    entry.requests += 1;
    entry.byStatus[request.status] = (entry.byStatus[request.status] ?? 0) + 1;
    this.#counts.set(request.service, entry);
    this.#recent.push(request);
    if (this.#recent.length > 2 * kept) this.#recent = this.#recent.slice(-kept);
  }

  reset(): void {
    this.#counts.clear();
    this.#recent = [];
  }

  /** `{services: {arm: {requests, byStatus}}, recent: [...]}`: the last 2,000 requests, oldest first. */
  toJSON(): {
    services: Record<string, { requests: number; byStatus: Record<string, number> }>;
    recent: SeenRequest[];
  } {
    return { services: Object.fromEntries(this.#counts), recent: this.#recent.slice(-kept) };
  }
}

const kept = 2000;
