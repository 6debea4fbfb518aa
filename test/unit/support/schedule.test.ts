import assert from 'node:assert/strict';
import { judge, type SuiteResults } from '../../support/results';
import { prefixedLines, type FinishedSuite } from '../../support/schedule';
import type { SuiteName } from '../../support/suiteNames';
import { summarize } from '../../support/summary';

const passed = [{ title: 'works', milliseconds: 1 }];

function finished(name: SuiteName, changes: Partial<SuiteResults>, problems: string[] = []): FinishedSuite {
  const results = { passed, failed: [], skipped: [], unhandled: [], ...changes };
  const outcome = { results, exitCode: 0, problems };
  return { name, outcome, verdict: judge(outcome) };
}

describe('the output of parallel suites', () => {
  it('consists of whole lines with the name of the suite', () => {
    const written: string[] = [];
    const one = prefixedLines('unit', (line) => written.push(line));
    const other = prefixedLines('e2e', (line) => written.push(line));
    one('  ✓ fi');
    other('  ✓ second\n\n');
    one('rst\n  ✓ third\n');
    assert.deepEqual(written, [
      'e2e           ✓ second\n',
      'e2e\n',
      'unit          ✓ first\n',
      'unit          ✓ third\n',
    ]);
  });
});

describe('the end of a test run', () => {
  it('summarizes skips in one line per reason', () => {
    const skipped = [
      { title: 'a', reason: 'no az' },
      { title: 'b', reason: 'no az' },
      { title: 'c', reason: 'no python' },
    ];
    const { lines, exitCode } = summarize([finished('unit', { skipped }), finished('az', { skipped })]);
    assert.deepEqual(lines, [
      'skipped 2 in unit, 2 in az: no az',
      'skipped 1 in unit, 1 in az: no python',
      '2 passed, 0 failed, 6 skipped',
    ]);
    assert.equal(exitCode, 0);
  });

  it('shows failures and problems last, right before the totals', () => {
    const skipped = [{ title: 'a', reason: 'no az' }];
    const failed = [{ title: 'breaks', message: 'no', stack: 'Error: no\n    at x' }];
    const { lines, exitCode } = summarize([
      finished('unit', { failed }),
      finished('e2e', { skipped }, ['A process was left behind.']),
    ]);
    assert.deepEqual(lines, [
      'skipped 1 in e2e: no az',
      '\nFAILED unit: breaks\nError: no\n    at x\n',
      '\nFAILED e2e: A process was left behind.\n',
      '2 passed, 2 failed, 1 skipped',
    ]);
    assert.equal(exitCode, 1);
  });

  it('fails if nothing was run', () => {
    assert.equal(summarize([]).exitCode, 1);
  });
});
