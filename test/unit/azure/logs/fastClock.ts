import type { Clock } from '../../../../src/azure/core/clock';
import { systemClock } from '../../../../src/azure/core/clock';

/** Time that passes so many times as fast. Time limits shrink too, so leave room for a busy machine. */
export function fastClock(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    after: (milliseconds, act) => systemClock.after(milliseconds / speed, act),
  };
}
