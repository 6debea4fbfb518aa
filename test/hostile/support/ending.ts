import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { explain } from '../../../src/azure/explain/explain';
import type { Connection } from '../../../src/azure/core/connection';
import type { Call, Targets } from './calls';

/** Milliseconds until a person cancels a call that waits as long as the service says. */
const patience = 100;
/** Milliseconds in which every call ends on a busy machine. */
const longest = 60_000;

/** How a call ended: with a value, or with an error and the words for it. */
export interface Ending {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly words: string;
}

/** Runs a call to its end. @throws AssertionError if it doesn't end, or not in words */
export async function endingOf(call: Call, c: Connection, targets: Targets): Promise<Ending> {
  const stop = new AbortController();
  const canceling =
    call.waits &&
    setTimeout(() => {
      stop.abort();
    }, patience);
  let overdue: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      overdue = setTimeout(() => {
        reject(new assert.AssertionError({ message: `No end after ${longest / 1000} s` }));
      }, longest);
    });
    return { value: await Promise.race([call.run(c, targets, stop.signal), late]), words: '' };
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    if (stop.signal.aborted && error instanceof Error && error.name === 'AbortError')
      return { error, words: '' };
    return { error, words: wordsOf(error) };
  } finally {
    clearTimeout(canceling);
    clearTimeout(overdue);
  }
}

/** What only a program says. */
const notWords =
  /undefined|\[object |\bNaN\b|Infinity|is not (a function|iterable|defined)|Cannot (read|set|convert)|Maximum call stack|of null|Unexpected (token|end|non)/;

/** The words for an error. @throws AssertionError if a person couldn't read them */
export function wordsOf(error: unknown): string {
  const { reason, nextStep = '' } = explain(error);
  const shown = `${reason} ${nextStep}`;
  assert.ok(error instanceof Error && reason.trim() !== '', inspect(error));
  assert.ok(!(error instanceof TypeError || error instanceof SyntaxError), inspect(error));
  assert.doesNotMatch(shown, notWords, inspect(error));
  assert.ok(shown.length < 5000, `${shown.length} characters`);
  return shown;
}
