import fs from 'node:fs';
import Mocha from 'mocha';
import type { SuiteResults } from './results';
import type { Skippable } from './skip';

/** Errors outside any test. collectUnhandled() collects them and the reporter writes them. */
const unhandled: string[] = [];

/** Prints tests as they end and writes the results for the runner. Doesn't need vscode, so it works in every host. */
export class ResultsReporter extends Mocha.reporters.Base {
  private readonly results: SuiteResults = { passed: [], failed: [], skipped: [], unhandled };

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const events = Mocha.Runner.constants;
    runner.on(events.EVENT_TEST_PASS, (test) => {
      const { duration = 0, file } = test;
      this.results.passed.push({ title: test.fullTitle(), milliseconds: duration, file });
      console.log(`  ✓ ${test.fullTitle()} (${duration} ms)`);
    });
    runner.on(events.EVENT_TEST_FAIL, (test, error: unknown) => {
      const { message } = asError(error);
      const stack = text(error);
      this.results.failed.push({ title: test.fullTitle(), message, stack });
      console.log(`  ✗ ${test.fullTitle()}\n${indent(stack)}`);
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      this.results.skipped.push({ title: test.fullTitle(), reason });
      console.log(`  - ${test.fullTitle()}${reason && ` (skipped: ${reason})`}`);
    });
  }

  /** Writes the results. Mocha calls this at the end. */
  override done(failures: number, end?: (failures: number) => void): void {
    // A rejection becomes "unhandled" after the microtasks. Wait two turns for those of the last test.
    setImmediate(() =>
      setImmediate(() => {
        writeResults(this.results);
        end?.(failures);
      }),
    );
  }
}

/** Adds unhandled errors to the results from now on. */
export function collectUnhandled(): void {
  const seen = new Set<unknown>(); // mocha passes a rejection on, so it arrives twice
  const note = (kind: string, error: unknown) => {
    if (seen.has(error)) return;
    seen.add(error);
    unhandled.push(`${kind}: ${text(error)}`);
    process.exitCode = 1; // for errors that occur after the results are written
  };
  process.on('unhandledRejection', (reason) => {
    note('unhandled rejection', reason);
  });
  process.on('uncaughtExceptionMonitor', (error) => {
    note('uncaught exception', error);
  });
}

function writeResults(results: SuiteResults) {
  const file = process.env.TEST_RESULTS_FILE;
  if (!file) return;
  fs.writeFileSync(`${file}.draft`, JSON.stringify(results, undefined, 1));
  fs.renameSync(`${file}.draft`, file); // so that readers never see a partial file
}

function reasonOf(test: Mocha.Test): string {
  let at: (Skippable & { parent?: Mocha.Suite | undefined }) | undefined = test;
  for (; at; at = at.parent) if (at.skipReason) return at.skipReason;
  return '';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** An error's stack, followed by those of its causes. */
function text(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${text(error.cause)}`;
}

function indent(lines: string): string {
  return lines.replace(/^/gm, '    ');
}
