import type { OutgoingHttpHeaders } from 'node:http';
import { ArmError } from '../arm/provider';
import type { Clock } from '../context';

const perWindow = 15;
const windowMs = 5000;

/** Resource Graph's own quota: 15 queries in 5 seconds for each user. */
export class UserQuota {
  private readonly windows = new Map<string, { endsAt: number; used: number }>();

  constructor(private readonly clock: Clock) {}

  /**
   * @param message for the error; it contains a correlation ID
   * @returns the headers that say how much of the quota is left
   * @throws ArmError 429 with Retry-After; body as documented (guidance for throttled requests)
   */
  take(objectId: string, message: string): OutgoingHttpHeaders {
    const now = this.clock.now();
    const current = this.windows.get(objectId);
    const window =
      current !== undefined && now < current.endsAt ? current : { endsAt: now + windowMs, used: 0 };
    this.windows.set(objectId, window);
    window.used += 1;
    const left = Math.max(0, perWindow - window.used);
    const seconds = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    const headers = {
      'x-ms-user-quota-remaining': left.toString(),
      'x-ms-user-quota-resets-after': `00:00:${seconds.toString().padStart(2, '0')}`,
      'x-ms-ratelimit-remaining-tenant-resource-requests': left.toString(),
    };
    if (window.used <= perWindow) return headers;
    const throttled = {
      code: 'RateLimiting',
      message:
        'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
    };
    throw new ArmError(
      429,
      'RateLimiting',
      message,
      { ...headers, 'Retry-After': seconds.toString() },
      { details: [throttled] },
    );
  }
}
