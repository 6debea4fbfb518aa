export interface UntilOptions {
  /** The time limit in milliseconds. 15,000 by default. */
  timeout?: number;
  /** Milliseconds between two calls of `look`. */
  every?: number;
  /** What to wait for, for the error message. */
  what: string;
}

/**
 * Calls `look` repeatedly until it returns a truthy value, and returns that. An error counts as "not yet".
 * @throws Error with `what` and the last error when the time limit is reached
 */
export async function until<T>(look: () => T | Promise<T>, options: UntilOptions): Promise<NonNullable<T>> {
  const { timeout = 15_000, every = 50, what } = options;
  const end = Date.now() + timeout;
  for (;;) {
    let reason = '';
    try {
      const answer = await look();
      if (answer) return answer;
    } catch (error) {
      reason = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms for ${what}${reason}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
