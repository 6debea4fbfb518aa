// npm run test:alone [-- unit|integration…] [--only <regular expression>] [--fresh]
// Runs every unit and integration test by itself, in a process or window of its own, to show that no test needs another.
// Results are kept in out/alone.json, so an interrupted run continues; failed tests run again first.
// Ends with the line "N tests passed alone, N failed, N to do".
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { out } from '../paths';
import { endWithSignalsAndParent } from '../processes';
import { judge, type SuiteOutcome } from '../results';
import { escaped } from '../ui/selectors';
import { runExtensionSuite, runNodeSuite } from '../suites';
import { runTask } from '../runTask';

const MINUTE = 60_000;
const recordFile = path.join(out, 'alone.json');
const SUITES = ['unit', 'integration'] as const;
type SuiteName = (typeof SUITES)[number];

interface Test {
  readonly suite: SuiteName;
  /** Relative to the suite's folder. */
  readonly file: string;
  readonly title: string;
}

async function main(): Promise<number> {
  endWithSignalsAndParent();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string', default: '' }, fresh: { type: 'boolean', default: false } },
  });
  if (values.fresh) fs.rmSync(recordFile, { force: true });
  const suites = SUITES.filter((suite) => positionals.length === 0 || positionals.includes(suite));
  const only = new RegExp(values.only);
  const tests: Test[] = [];
  for (const suite of suites)
    tests.push(...(await listTests(suite)).filter((test) => only.test(keyOf(test))));
  const record = readRecord();
  const toDo = tests
    .filter((test) => record[keyOf(test)] !== 'passed')
    .sort((one, other) => Number(keyOf(other) in record) - Number(keyOf(one) in record));
  console.log(`\nRunning ${toDo.length} of ${tests.length} tests alone`);
  for (const test of toDo) {
    const outcome = await runAlone(test);
    const { failed, problems } = judge(outcome);
    for (const problem of problems) console.log(`  ✗ ${test.title}: ${problem}`);
    keep(test, failed === 0 ? 'passed' : 'failed');
  }
  return conclude(tests);
}

/** The tests that mocha finds. A dry run reports them as passed. */
async function listTests(suite: SuiteName): Promise<Test[]> {
  console.log(`Listing the ${suite} tests`);
  const { results, problems } = await runSuite(suite, { TEST_LIST: '1', TEST_GREP: undefined });
  if (!results || results.passed.length === 0)
    throw new Error(`Mocha found no ${suite} tests. ${problems.join(' ')}`);
  const base = path.join(out, 'test', suite);
  return results.passed.map(({ title, file = '' }) => ({ suite, title, file: path.relative(base, file) }));
}

function runAlone({ suite, file, title }: Test): Promise<SuiteOutcome> {
  return runSuite(suite, { TEST_FILE: file, TEST_GREP: `^${escaped(title)}$` });
}

function runSuite(suite: SuiteName, env: Record<string, string | undefined>): Promise<SuiteOutcome> {
  return suite === 'integration'
    ? runExtensionSuite({ age: 'latest', limit: 3 * MINUTE, env })
    : runNodeSuite({ name: suite, timeout: 30_000, limit: 3 * MINUTE, env });
}

function keyOf({ suite, file, title }: Test): string {
  return `${suite}/${file}: ${title}`;
}

function readRecord(): Record<string, 'passed' | 'failed'> {
  return fs.existsSync(recordFile)
    ? (JSON.parse(fs.readFileSync(recordFile, 'utf8')) as Record<string, 'passed' | 'failed'>)
    : {};
}

function keep(test: Test, ending: 'passed' | 'failed'): void {
  fs.writeFileSync(
    `${recordFile}.draft`,
    JSON.stringify({ ...readRecord(), [keyOf(test)]: ending }, undefined, 1),
  );
  fs.renameSync(`${recordFile}.draft`, recordFile);
}

/** @returns the exit code: 0 once all have passed */
function conclude(tests: readonly Test[]): number {
  const record = readRecord();
  const passed = tests.filter((test) => record[keyOf(test)] === 'passed');
  const failed = tests.filter((test) => record[keyOf(test)] === 'failed');
  console.log('');
  for (const test of failed) console.log(`FAILED ${keyOf(test)}`);
  const left = tests.length - passed.length - failed.length;
  console.log(`${passed.length} tests passed alone, ${failed.length} failed, ${left} to do`);
  return passed.length === tests.length ? 0 : 1;
}

void runTask(main);
