import { abortError } from './wait';

/** Time, so that tests can turn it forward. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls `act` once after so many milliseconds. @returns how to prevent it */
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

/** Waits; leaves no timer when `signal` is aborted. @throws AbortError */
export function waitBy(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      prevent();
      reject(abortError());
    };
    const prevent = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
