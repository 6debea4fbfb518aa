/** The results that a suite writes as JSON to the file that TEST_RESULTS_FILE names. */
export interface SuiteResults {
  passed: { title: string; milliseconds: number; file?: string | undefined }[];
  failed: { title: string; message: string; stack: string }[];
  skipped: { title: string; reason: string }[];
  /** Unhandled rejections and uncaught exceptions outside a test. */
  unhandled: string[];
}

/** Everything known about one run of a suite. */
export interface SuiteOutcome {
  /** Undefined if none were written because the suite didn't finish. */
  results: SuiteResults | undefined;
  /** As reported by the host or process. Undefined if it was stopped because it took too long. */
  exitCode: number | undefined;
  /** Anything else that went wrong, such as a crashed host, errors in its log or leftover processes. */
  problems: string[];
}

export interface Verdict {
  passed: number;
  /** Failed tests and problems. */
  failed: number;
  skipped: number;
  /** One for each failure that isn't a failed test. */
  problems: string[];
}

/**
 * Judges a run. Hosts report success even for a suite that crashed them or never ran, so missing results, missing tests,
 * errors outside tests and skips without a reason count as failures.
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
 * Errors in an extension host's own log, including stacks. VS Code logs unhandled rejections, uncaught exceptions, and
 * failed activations and commands there, with level error and without further details.
 */
export function errorsInHostLog(log: string): string[] {
  return log
    .split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[)/m)
    .filter((entry) => /^\S+ \S+ \[(?:error|critical)\]/.test(entry) && !OF_THE_HOST.test(entry))
    .map((entry) => entry.trim());
}

/**
 * Errors that hosts log by themselves: for calls that are running when a window closes, for superseded refreshes of a
 * view, for a row that is opened while its view is refreshed, which VS Code then reads once more, and for a read-only
 * document that it still asks for when a test's own provider is gone (the extension's lasts as long as the window), and
 * for the lock of a workspace's storage, which the old and the new window of a reload both want.
 */
const OF_THE_HOST = new RegExp(
  [
    String.raw`\] (?:Unable to refresh tree view \S+: )?(?:Error: )?Canceled\b`,
    String.raw`\] No tree item with id '.*' found\.`,
    String.raw`\] Error: unsupported uri-scheme: keyless-`,
    String.raw`\] Error: EEXIST: file already exists, open '\S+/vscode\.lock'`,
    String.raw`\] SyntaxError: Unexpected end of JSON input\n[^]*\b_getWorkspaceStorageURI\b`,
  ].join('|'),
);
