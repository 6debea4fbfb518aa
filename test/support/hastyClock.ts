import { systemClock, type Clock } from '../../src/azure/core/clock';

/** The system's clock, except that each wait takes a fiftieth of the requested time, which is recorded. */
export class HastyClock implements Clock {
  /** The requested length of each wait, in milliseconds. */
  readonly waits: number[] = [];

  now(): number {
    return systemClock.now();
  }

  after(milliseconds: number, act: () => void): () => void {
    this.waits.push(milliseconds);
    return systemClock.after(milliseconds / 50, act);
  }
}
