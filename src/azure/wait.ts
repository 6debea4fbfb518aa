import { setTimeout } from 'node:timers/promises';

/** Waits; leaves no timer when `signal` is aborted. @throws AbortError */
export async function pause(
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await setTimeout(milliseconds, undefined, signal ? { signal } : {});
}
