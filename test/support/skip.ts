import type { Context } from 'mocha';

/** Where skip() stores the reason, which mocha doesn't support, for the reporter. */
export interface Skippable {
  skipReason?: string;
}

/**
 * Skips the running test or, from a `before` hook, every test in its suite, and gives a reason.
 * A test that is skipped in any other way counts as failed.
 */
export function skip(context: Context, reason: string): never {
  const running = context.runnable();
  const ofSuite = running.title.startsWith('"before all" hook');
  const target = (ofSuite ? running.parent : (context.currentTest ?? running)) as Skippable | undefined;
  if (target) target.skipReason = reason;
  return context.skip();
}
