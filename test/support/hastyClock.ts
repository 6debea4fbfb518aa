import { systemClock, type Clock } from '../../src/azure/core/clock';

/** The system's time, except that no wait is long: a fiftieth of what it should be. It remembers what it should be. */
export class HastyClock implements Clock {
  /** Milliseconds of each wait that was asked for. */
  readonly waits: number[] = [];

  now(): number {
    return systemClock.now();
  }

  after(milliseconds: number, act: () => void): () => void {
    this.waits.push(milliseconds);
    return systemClock.after(milliseconds / 50, act);
  }
}
