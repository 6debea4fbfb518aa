import type { Clock } from '../../src/azure/core/clock';
import { systemClock } from '../../src/azure/core/clock';

/** Every wait takes a two-thousandth of its time, and so does everything that has a deadline. */
export class RushingClock implements Clock {
  private readonly started = systemClock.now();

  now(): number {
    return this.started + (systemClock.now() - this.started) * 2000;
  }

  after(milliseconds: number, act: () => void): () => void {
    return systemClock.after(milliseconds / 2000, act);
  }
}
