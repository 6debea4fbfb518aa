import { setTimeout } from 'node:timers/promises';

/** What both `AbortSignal` and the Azure SDK's `AbortSignalLike` are. */
export interface Cancellation {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Waits; leaves no timer when `signal` is aborted. @throws AbortError */
export async function pause(
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await setTimeout(milliseconds, undefined, signal ? { signal } : {});
}

/**
 * What `task` answers, but not waited for longer than wanted: for dialogs, sign-ins and other things that can't be
 * cancelled themselves. @throws AbortError
 */
export async function unlessAborted<T>(task: Promise<T>, signal: Cancellation | undefined): Promise<T> {
  if (!signal) return await task;
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(abortError());
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([task, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export function abortError(): Error {
  return new DOMException('Cancelled.', 'AbortError');
}

/** Waits for all, also where one fails, so that nothing goes on behind. @throws the first failure */
export async function all<T extends readonly unknown[]>(tasks: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const results = await Promise.allSettled(tasks as readonly Promise<unknown>[]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
