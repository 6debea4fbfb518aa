import assert from 'node:assert/strict';
import { errorsInHostLog, judge, type SuiteResults } from '../../support/results';

const passed = { title: 'works', milliseconds: 1 };
const failed = { title: 'breaks', message: 'no', stack: 'Error: no' };
const results = (changes: Partial<SuiteResults> = {}): SuiteResults => ({
  passed: [passed],
  failed: [],
  skipped: [],
  unhandled: [],
  ...changes,
});

describe('judging a suite', () => {
  it('passes a suite that ran, passed and exited normally', () => {
    const verdict = judge({ results: results(), exitCode: 0, problems: [] });
    assert.deepEqual(verdict, { passed: 1, failed: 0, skipped: 0, problems: [] });
  });

  it('counts failed tests', () => {
    const verdict = judge({ results: results({ failed: [failed] }), exitCode: 1, problems: [] });
    assert.equal(verdict.failed, 1);
    assert.deepEqual(verdict.problems, []);
  });

  it('fails a host that exits without results, whatever the exit code', () => {
    for (const exitCode of [0, 1, 137])
      assert.equal(judge({ results: undefined, exitCode, problems: [] }).failed, 1);
  });

  it('fails a suite that took too long, with or without results', () => {
    assert.equal(judge({ results: undefined, exitCode: undefined, problems: [] }).failed, 1);
    assert.equal(judge({ results: results(), exitCode: undefined, problems: [] }).failed, 1);
  });

  it('fails if no tests were run', () => {
    assert.equal(judge({ results: results({ passed: [] }), exitCode: 0, problems: [] }).failed, 1);
  });

  it("fails for errors outside tests, even if the host doesn't report them", () => {
    const unhandled = ['unhandled rejection: Error: lost'];
    assert.match(
      judge({ results: results({ unhandled }), exitCode: 0, problems: [] }).problems.join(),
      /lost/,
    );
    assert.equal(judge({ results: results(), exitCode: 0, problems: ['a process was left'] }).failed, 1);
  });

  it('fails a host that exits with an error after all tests passed', () => {
    assert.equal(judge({ results: results(), exitCode: 3, problems: [] }).failed, 1);
  });

  it('counts a skip with a reason as skipped and one without as failed', () => {
    const skipped = [
      { title: 'a', reason: 'no az' },
      { title: 'b', reason: '' },
    ];
    const verdict = judge({ results: results({ skipped }), exitCode: 0, problems: [] });
    assert.deepEqual([verdict.skipped, verdict.failed], [1, 1]);
  });
});

describe("an extension host's log", () => {
  it('contains errors with their stacks', () => {
    const log = [
      '2026-11-22 22:52:42.632 [info] Extension host with pid 1 started',
      '2026-11-22 22:52:44.499 [error] Error: later',
      '\tat Timeout._onTimeout (x.test.js:1:43)',
      '2026-11-22 22:52:44.758 [info] Extension host with pid 1 exiting with code 0',
      '2026-11-22 22:52:44.760 [error] Canceled: Canceled',
      '2026-11-22 22:52:44.761 [error] Unable to refresh tree view keyless.resources: Canceled',
      "2026-11-22 22:52:44.762 [error] No tree item with id '1/sandbox#functionApps' found.",
      '2026-11-22 22:52:44.763 [error] Error: unsupported uri-scheme: keyless-text',
      '\tat i.$provideTextDocumentContent (extensionHostProcess.js:191:105330)',
      "2026-11-22 22:52:44.764 [error] Error: EEXIST: file already exists, open '/tmp/data/-36ff8d13/vscode.lock'",
      '2026-11-22 22:52:44.765 [error] SyntaxError: Unexpected end of JSON input',
      '    at JSON.parse (<anonymous>)',
      '    at async c_._getWorkspaceStorageURI (extensionHostProcess.js:315:5441)',
      '2026-11-22 22:52:44.766 [error] SyntaxError: Unexpected end of JSON input',
      '    at readAnswer (x.js:1:2)',
      '',
    ].join('\n');
    assert.deepEqual(errorsInHostLog(log), [
      '2026-11-22 22:52:44.499 [error] Error: later\n\tat Timeout._onTimeout (x.test.js:1:43)',
      '2026-11-22 22:52:44.766 [error] SyntaxError: Unexpected end of JSON input\n    at readAnswer (x.js:1:2)',
    ]);
  });

  it('has no errors if it only contains information', () => {
    assert.deepEqual(errorsInHostLog('2026-11-22 22:52:42.632 [info] [error] in a text\n'), []);
    assert.deepEqual(errorsInHostLog(''), []);
  });
});
