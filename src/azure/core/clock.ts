import type { Cancellation } from './wait';
import { abortError } from './wait';

/** The current time and timers, replaceable so that tests can move time forward. */
export interface Clock {
  /** The time in milliseconds. */
  now(): number;
  /** Calls `act` once after that many milliseconds. @returns a function that prevents the call */
  after(milliseconds: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Waits by the connection's clock, and clears the timer if `signal` is aborted. @throws AbortError */
export function pause(
  c: { readonly clock: Clock },
  milliseconds: number,
  signal: Cancellation | undefined,
): Promise<void> {
  return waitBy(c.clock, milliseconds, signal);
}

/** Waits, and clears the timer if `signal` is aborted. @throws AbortError */
export function waitBy(clock: Clock, milliseconds: number, signal: Cancellation | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      prevent();
      signal?.removeEventListener('abort', stop);
      reject(abortError());
    };
    const prevent = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop);
  });
}

/** Waits until something is so, but not longer than all pauses together. @param pauses in milliseconds */
export async function pauseUntil(
  c: { readonly clock: Clock },
  pauses: readonly number[],
  isSo: () => Promise<boolean>,
  signal: Cancellation | undefined,
): Promise<void> {
  for (const milliseconds of pauses) {
    if (await isSo()) return;
    await pause(c, milliseconds, signal);
  }
}
