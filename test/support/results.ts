/** What a suite leaves behind, as JSON in the file that TEST_RESULTS_FILE names. */
export interface SuiteResults {
  passed: { title: string; milliseconds: number; file?: string | undefined }[];
  failed: { title: string; message: string; stack: string }[];
  skipped: { title: string; reason: string }[];
  /** Unhandled rejections and uncaught exceptions outside a test. */
  unhandled: string[];
}

/** Everything known about one run of a suite. */
export interface SuiteOutcome {
  /** undefined: none were written, so the suite did not come to its end. */
  results: SuiteResults | undefined;
  /** As the host or process reported it; undefined if it was ended for taking too long. */
  exitCode: number | undefined;
  /** What else went wrong: a host that crashed, lines of its log, processes left behind. */
  problems: string[];
}

export interface Verdict {
  passed: number;
  /** Failed tests and problems. */
  failed: number;
  skipped: number;
  /** One for each failure that is not a failed test. */
  problems: string[];
}

/**
 * Judges a run. Hosts report success for a suite that crashed them or never ran, so nothing is taken on trust:
 * no results, no tests, errors outside tests and skips without a reason are failures.
 */
export function judge({ results, exitCode, problems }: SuiteOutcome): Verdict {
  const found = [...problems];
  if (exitCode === undefined) found.push('The suite took too long and was ended.');
  if (!results) {
    if (exitCode !== undefined)
      found.push(`The suite wrote no results: it crashed, or never ran (exit code ${exitCode}).`);
    return { passed: 0, failed: found.length, skipped: 0, problems: found };
  }
  const { passed, failed, skipped, unhandled } = results;
  if (passed.length + failed.length + skipped.length === 0) found.push('No tests were run.');
  if (exitCode !== undefined && exitCode !== 0 && failed.length === 0 && unhandled.length === 0)
    found.push(`All tests passed, but the host ended with exit code ${exitCode}.`);
  for (const error of unhandled) found.push(`Outside any test: ${error}`);
  for (const test of skipped) if (!test.reason) found.push(`Skipped without a reason: ${test.title}`);
  return {
    passed: passed.length,
    failed: failed.length + found.length,
    skipped: skipped.filter((test) => test.reason).length,
    problems: found,
  };
}

/**
 * Errors in an extension host's own log, stack included. VS Code writes there, with level error and no further words,
 * what nobody handled: rejections, uncaught exceptions, activations and commands that threw.
 */
export function errorsInHostLog(log: string): string[] {
  return log
    .split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[)/m)
    .filter((entry) => /^\S+ \S+ \[(?:error|critical)\]/.test(entry) && !OF_THE_HOST.test(entry))
    .map((entry) => entry.trim());
}

/** What hosts log by themselves: calls under way when a window closes, a refresh of a view cut off by the next one. */
const OF_THE_HOST = /\] (?:Unable to refresh tree view \S+: )?(?:Error: )?Canceled\b/;
