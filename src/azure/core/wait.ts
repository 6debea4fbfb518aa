/** The members that `AbortSignal` and the Azure SDK's `AbortSignalLike` share. */
export interface Cancellation {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * Waits for `task`, but only until `signal` is aborted. For dialogs, sign-ins and other tasks that can't be canceled.
 * @throws AbortError
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
  return new DOMException('Canceled.', 'AbortError');
}

/** Waits for every promise to settle, so that no task is left running. @throws the first failure */
export async function settleAll<T extends readonly unknown[]>(tasks: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const results = await Promise.allSettled(tasks as readonly Promise<unknown>[]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
