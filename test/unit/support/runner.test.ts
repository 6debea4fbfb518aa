import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { out } from '../../support/paths';
import { temporaryFolder } from '../../support/processes';
import { readResults } from '../../support/host/extensionTests';
import type { SuiteResults } from '../../support/results';

/** Runs a suite with a single file like the runner does. */
function runSuite(code: string, seed = ''): { status: number | null; results: SuiteResults | undefined } {
  const work = temporaryFolder('runner-test');
  try {
    fs.writeFileSync(path.join(work.path, 'a.test.js'), code);
    const file = path.join(work.path, 'results.json');
    const main = path.join(out, 'test/support/mochaMain.js');
    const env = {
      ...process.env,
      TEST_RESULTS_FILE: file,
      TEST_GREP: '',
      TEST_SEED: seed,
      TEST_FILE: '',
      TEST_LIST: '',
    };
    const { status } = spawnSync(process.execPath, [main, work.path, '2000'], { env, timeout: 20_000 });
    return { status, results: readResults(file) };
  } finally {
    work.remove();
  }
}

const skip = JSON.stringify(path.join(out, 'test/support/skip.js'));

describe('a mocha suite in the runner', () => {
  it('writes results for passed and failed tests', () => {
    const { status, results } = runSuite(`it('a', () => {}); it('b', () => { throw new Error('no'); });`);
    assert.equal(status, 1);
    assert.deepEqual(
      results?.passed.map(({ title }) => title),
      ['a'],
    );
    assert.deepEqual(
      results.failed.map(({ title, message }) => [title, message]),
      [['b', 'no']],
    );
  });

  it('reports an unhandled rejection once, even if every test passed', () => {
    const { status, results } = runSuite(`it('a', () => { void Promise.reject(new Error('lost')); });`);
    assert.equal(status, 1);
    assert.equal(results?.unhandled.length, 1);
    assert.match(results.unhandled.join(), /unhandled rejection: Error: lost/);
  });

  it('reports an uncaught exception', () => {
    const { results } = runSuite(
      `it('a', () => new Promise((resolve) => { setTimeout(() => { throw new Error('thrown'); }, 0); setTimeout(resolve, 500); }));`,
    );
    assert.match(results?.unhandled.join() ?? '', /uncaught exception: Error: thrown/);
  });

  it('writes no results if a test ends the process', () => {
    assert.equal(runSuite(`it('a', () => process.exit(0));`).results, undefined);
  });

  it("fails without results if a file can't be loaded", () => {
    const { status, results } = runSuite(`throw new Error('broken');`);
    assert.equal(results, undefined);
    assert.notEqual(status, 0);
  });

  it('refuses a suite with .only', () => {
    assert.notEqual(runSuite(`it.only('a', () => {}); it('b', () => {});`).status, 0);
  });

  it('runs in an order that depends on the seed, or in file order without one', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const order = (seed?: string) =>
      runSuite(names.map((name) => `it('${name}', () => {});`).join('\n'), seed).results?.passed.map(
        ({ title }) => title,
      );
    assert.deepEqual(order(), names);
    const shuffled = order('20261129');
    assert.notDeepEqual(shuffled, names);
    assert.deepEqual(shuffled?.toSorted(), names);
    assert.deepEqual(order('20261129'), shuffled);
    assert.notDeepEqual(order('7'), shuffled);
  });

  it('keeps the reason for each skipped test and for suites skipped by a hook', () => {
    const { results } = runSuite(`
      const { skip } = require(${skip});
      it('a', function () { skip(this, 'no a'); });
      describe('b', () => { before(function () { skip(this, 'no b'); }); it('one', () => {}); it('two', () => {}); });
      describe('c', () => { beforeEach(function () { skip(this, 'no c'); }); it('three', () => {}); });
      it.skip('d', () => {});`);
    assert.deepEqual(results?.skipped.map(({ title, reason }) => [title, reason]).sort(), [
      ['a', 'no a'],
      ['b one', 'no b'],
      ['b two', 'no b'],
      ['c three', 'no c'],
      ['d', ''],
    ]);
  });
});
