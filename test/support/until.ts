export interface UntilOptions {
  /** Milliseconds; 15,000 unless specified. */
  timeout?: number;
  /** Milliseconds between two looks. */
  every?: number;
  /** What is waited for, for the error. */
  what: string;
}

/**
 * Asks again and again until the answer is truthy, and returns it. An error of `look` counts as "not yet".
 * @throws Error naming `what` and the last error, when time is up.
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
