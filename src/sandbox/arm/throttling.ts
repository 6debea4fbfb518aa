import type { OutgoingHttpHeaders } from 'node:http';
import type { Caller, Clock } from '../context';
import { ArmError } from './provider';

type Kind = 'reads' | 'writes' | 'deletes';

interface Bucket {
  tokens: number;
  refilledAt: number;
}

/**
 * Capacity and refill per second, for each subscription and principal. Documented since 2024:
 * request-limits-and-throttling.
 */
const limits: Record<Kind, { capacity: number; perSecond: number }> = {
  reads: { capacity: 250, perSecond: 25 },
  writes: { capacity: 200, perSecond: 10 },
  deletes: { capacity: 200, perSecond: 10 },
};
/** The limits across all regions are this many times those of one region. */
const globalFactor = 15;
const tenantLimit = { capacity: 12_000, perSecond: 12_000 / 3600 };

/** Resource Manager's own limits, as token buckets. */
export class Throttling {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /**
   * Takes a token for a request.
   * @returns the headers that say how many are left
   * @throws ArmError 429 with Retry-After
   */
  take(
    caller: Caller,
    method: string,
    subscriptionId: string | undefined,
    operation: string,
  ): OutgoingHttpHeaders {
    const kind: Kind =
      method === 'GET' || method === 'HEAD' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes';
    if (subscriptionId === undefined) {
      const left = this.draw(`tenant/${caller.tenantId}/${caller.objectId}/${kind}`, tenantLimit);
      return { [`x-ms-ratelimit-remaining-tenant-${kind}`]: Math.max(0, Math.floor(left)).toString() };
    }
    const owner = `${subscriptionId.toLowerCase()}/${caller.objectId}/${kind}`;
    const { capacity, perSecond } = limits[kind];
    const left = this.draw(owner, { capacity, perSecond });
    if (left < 0) {
      const seconds = Math.max(1, Math.ceil(-left / perSecond));
      throw new ArmError(
        429,
        'SubscriptionRequestsThrottled',
        `Number of requests for subscription '${subscriptionId}' and operation '${operation}' exceeded the backend storage limit. Please try again after '${seconds}' seconds.`,
        {
          'Retry-After': seconds.toString(),
          'x-ms-failure-cause': 'gateway',
          [`x-ms-ratelimit-remaining-subscription-${kind}`]: '0',
        },
      );
    }
    const leftOfAll = this.draw(`global/${owner}`, {
      capacity: capacity * globalFactor,
      perSecond: perSecond * globalFactor,
    });
    return {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: Math.floor(left).toString(),
      [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: Math.max(0, Math.floor(leftOfAll)).toString(),
    };
  }

  /**
   * Takes one token and returns how many are left; if there is none, takes nothing and returns a negative
   * number.
   */
  private draw(key: string, limit: { capacity: number; perSecond: number }): number {
    const now = this.clock.now();
    const bucket = this.buckets.get(key) ?? { tokens: limit.capacity, refilledAt: now };
    this.buckets.set(key, bucket);
    bucket.tokens = Math.min(
      limit.capacity,
      bucket.tokens + (Math.max(0, now - bucket.refilledAt) / 1000) * limit.perSecond,
    );
    bucket.refilledAt = now;
    if (bucket.tokens < 1) return bucket.tokens - 1;
    bucket.tokens -= 1;
    return bucket.tokens;
  }
}
