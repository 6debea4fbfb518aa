import type { Context } from 'mocha';

/** The words mocha has no place for; the reporter reads them. */
export interface Skippable {
  skipReason?: string;
}

/**
 * Skips the running test, or from a `before` hook every test of its suite, and says why.
 * A test that is skipped in any other way counts as failed.
 */
export function skip(context: Context, reason: string): never {
  const running = context.runnable();
  const ofSuite = running.title.startsWith('"before all" hook');
  const target = (ofSuite ? running.parent : (context.currentTest ?? running)) as Skippable | undefined;
  if (target) target.skipReason = reason;
  return context.skip();
}
