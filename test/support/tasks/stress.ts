// npm run test:stress [-- --only <regular expression>] [-- --slices <count>] [-- --fresh]
// Runs the e2e and integration suites repeatedly, one slice at a time, while all cores are busy with something else. The
// outcome of each slice is kept in out/stress/, so that an interrupted run can be resumed. Failed slices are repeated
// first. The last line is "N slices passed, N failed, N to do".
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../host/vsix';
import { out, root } from '../paths';
import { endWithSignalsAndParent, startGroup, type Group } from '../processes';
import { judge, type SuiteOutcome } from '../results';
import { runExtensionSuite, runNodeSuite } from '../suites';
import { escaped } from '../ui/selectors';
import { runTask } from '../runTask';

const MINUTE = 60_000;
const folder = path.join(out, 'stress');
const recordFile = path.join(folder, 'record.json');

/** These walks are repeated more often. Waiting for notifications, following logs and expanding rows are most fragile. */
const OFTEN = /^(tree|logs|settings)\./;

interface Slice {
  suite: 'e2e' | 'integration';
  /** Selects tests by the start of their titles. */
  grep?: string;
}

interface Outcome {
  passed: number;
  failed: number;
  seconds: number;
  when: string;
}

async function main(): Promise<number> {
  endWithSignalsAndParent();
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      slices: { type: 'string', default: 'Infinity' },
      fresh: { type: 'boolean', default: false },
    },
  });
  if (values.fresh) fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const slices = new Map([...allSlices()].filter(([name]) => new RegExp(values.only).test(name)));
  const record = readRecord();
  const toDo = [...slices]
    .filter(([name]) => record[name]?.failed !== 0)
    .sort(([one], [other]) => Number(other in record) - Number(one in record))
    .slice(0, Number(values.slices));
  const load = toDo.length > 0 ? startLoad() : undefined;
  try {
    const KEYLESS_VSIX = toDo.length > 0 ? await packageExtension() : '';
    for (const [name, slice] of toDo) {
      console.log(`\n${name}`);
      const start = Date.now();
      const outcome = await run(slice, { KEYLESS_VSIX, TEST_GREP: slice.grep });
      const { passed, failed, problems } = judge(outcome);
      for (const line of [...problems, ...(outcome.results?.failed ?? []).map(({ stack }) => stack)])
        console.log(line);
      const seconds = Math.round((Date.now() - start) / 1000);
      console.log(`  ${passed} passed, ${failed} failed (${seconds} s)`);
      keep(name, { passed, failed, seconds, when: new Date().toISOString() });
    }
  } finally {
    await load?.stop();
  }
  return conclude([...slices.keys()]);
}

async function run({ suite }: Slice, env: Record<string, string | undefined>): Promise<SuiteOutcome> {
  return suite === 'integration'
    ? runExtensionSuite({ age: 'latest', limit: 20 * MINUTE, env })
    : runNodeSuite({ name: suite, timeout: 4 * MINUTE, limit: 20 * MINUTE, env });
}

/** All slices by name, ordered so that each comes once before any is repeated. */
function allSlices(): Map<string, Slice> {
  const files = fs.globSync('*.test.ts', { cwd: path.join(root, 'test/e2e') }).sort();
  const slices = new Map<string, Slice>();
  for (let round = 1; round <= 10; round += 1) {
    for (const file of files)
      if (round <= 3 || OFTEN.test(file))
        slices.set(`${file} ${round}`, { suite: 'e2e', grep: titlesOf(path.join(root, 'test/e2e', file)) });
    if (round <= 3) slices.set(`integration ${round}`, { suite: 'integration' });
  }
  return slices;
}

/** A pattern for how the titles of a file's tests start. */
function titlesOf(file: string): string {
  const source = fs.readFileSync(file, 'utf8');
  const titles = [...source.matchAll(/^ {0,2}describe\(\s*(['"`])(.*?)\1,/gm)].map(([, , title = '']) =>
    title
      .split(/\$\{.*?\}/)
      .map(escaped)
      .join('.*'),
  );
  if (titles.length === 0) throw new Error(`${file} has no describe() that could be found.`);
  return `^(?:${titles.join('|')})`;
}

/** Starts a process that keeps every core busy. */
function startLoad(): Group {
  const spin = 'for (;;);';
  const program = `for (let core = 1; core < ${os.availableParallelism()}; core += 1)
    new (require('node:worker_threads').Worker)(${JSON.stringify(spin)}, { eval: true });
  setImmediate(() => { ${spin} });`;
  return startGroup(process.execPath, ['-e', program]);
}

function readRecord(): Record<string, Outcome> {
  return fs.existsSync(recordFile)
    ? (JSON.parse(fs.readFileSync(recordFile, 'utf8')) as Record<string, Outcome>)
    : {};
}

function keep(name: string, outcome: Outcome): void {
  fs.writeFileSync(`${recordFile}.draft`, JSON.stringify({ ...readRecord(), [name]: outcome }, undefined, 1));
  fs.renameSync(`${recordFile}.draft`, recordFile);
  // Keep earlier failures, even if the slice has passed since.
  fs.appendFileSync(path.join(folder, 'history.txt'), `${JSON.stringify({ name, ...outcome })}\n`);
}

/** @returns the exit code: 0 once all have passed */
function conclude(names: readonly string[]): number {
  const record = readRecord();
  const passed = names.filter((name) => record[name]?.failed === 0);
  const failed = names.filter((name) => (record[name]?.failed ?? 0) > 0);
  const minutes = names.reduce((sum, name) => sum + (record[name]?.seconds ?? 0), 0) / 60;
  for (const name of failed) console.log(`FAILED ${name}`);
  const toDo = names.length - passed.length - failed.length;
  console.log(
    `\n${passed.length} slices passed, ${failed.length} failed, ${toDo} to do; ${Math.round(minutes)} minutes so far`,
  );
  return passed.length === names.length ? 0 : 1;
}

void runTask(main);
