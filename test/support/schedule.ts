import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { out } from './paths';
import { startGroup, temporaryFolder } from './processes';
import { judge, type SuiteOutcome, type Verdict } from './results';
import { fillsIdleTime, runsLast, type SuiteName } from './suiteNames';

export interface FinishedSuite {
  name: SuiteName;
  outcome: SuiteOutcome;
  verdict: Verdict;
}

/**
 * Runs suites in parallel, as many as the machine has cores but at least two, because suites spend most of their time
 * waiting. Beside them, one at a time and with low priority, run those that fill the cores' idle time. Then runs those that
 * need the results of others.
 * @returns the finished suites in the given order
 */
export async function runSuites(names: readonly SuiteName[]): Promise<FinishedSuite[]> {
  const show = names.length === 1 ? plainLines : prefixedLines;
  const finished: FinishedSuite[] = [];
  const work = async (queue: SuiteName[]) => {
    for (let name = queue.shift(); name; name = queue.shift())
      finished.push(await runSuite(name, show(name)));
  };
  const first = names.filter((name) => !runsLast(name));
  const queue = first.filter((name) => !fillsIdleTime(name));
  const lanes = Array.from({ length: Math.max(2, os.availableParallelism()) }, () => work(queue));
  await Promise.all([...lanes, work(first.filter(fillsIdleTime))]);
  for (const name of names.filter(runsLast)) finished.push(await runSuite(name, show(name)));
  return names.flatMap((name) => finished.filter((suite) => suite.name === name));
}

async function runSuite(name: SuiteName, write: (text: string) => void): Promise<FinishedSuite> {
  const start = Date.now();
  const work = temporaryFolder('outcome');
  const file = path.join(work.path, 'outcome.json');
  const group = startGroup(
    process.execPath,
    ['--enable-source-maps', path.join(out, 'test/support/suiteMain.js'), name, file],
    { onOutput: write },
  );
  // Before it has started any process of its own, which then inherits this.
  if (fillsIdleTime(name) && group.process.pid !== undefined)
    os.setPriority(group.process.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    const exitCode = await group.closed;
    const outcome = readOutcome(file) ?? { results: undefined, exitCode, problems: [] };
    const verdict = judge(outcome);
    const seconds = Math.round((Date.now() - start) / 1000);
    write(`${seconds} s: ${countsOf(verdict)}\n`);
    return { name, outcome, verdict };
  } finally {
    await group.stop();
    work.remove();
  }
}

function readOutcome(file: string): SuiteOutcome | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as SuiteOutcome) : undefined;
}

export function countsOf({
  passed,
  failed,
  skipped,
}: Pick<Verdict, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function plainLines(): (text: string) => void {
  return (text) => process.stdout.write(text);
}

/** Writes only whole lines, prefixed with the suite's name, to distinguish the output of parallel suites. */
export function prefixedLines(
  name: string,
  write: (text: string) => void = (text) => process.stdout.write(text),
): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(`${name.padEnd(11)} ${line}\n`.replace(/ +\n$/, '\n'));
  };
}
