import type { Clock } from '../../../../src/azure/core/clock';

/** A clock that stands still until a test advances it. */
export class TurnedClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ at: number; act: () => void }>();

  now(): number {
    return this.time;
  }

  after(milliseconds: number, act: () => void): () => void {
    const timer = { at: this.time + milliseconds, act };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  get waiting(): number {
    return this.timers.size;
  }

  turn(milliseconds: number): void {
    this.time += milliseconds;
    for (const timer of [...this.timers].filter(({ at }) => at <= this.time)) {
      this.timers.delete(timer);
      timer.act();
    }
  }
}
