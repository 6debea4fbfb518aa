// npm test [-- <suite>…] [--grep <regular expression>] [--oldest] [--shuffle] [--seed <number>] [--long]
// Runs suites in parallel. The last line is "N passed, N failed, N skipped".
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { trafficFolder } from '../openapi';
import { out } from '../paths';
import { endWithSignalsAndParent, markProcesses } from '../processes';
import { runSuites } from '../schedule';
import { isSuite, runsLast, SUITES, type SuiteName } from '../suiteNames';
import { summarize } from '../summary';
import { runTask } from '../runTask';

async function main(): Promise<number> {
  endWithSignalsAndParent();
  markProcesses();
  const { suites, seed } = readArguments();
  const results = path.join(out, 'results');
  fs.rmSync(results, { recursive: true, force: true });
  fs.mkdirSync(results, { recursive: true });
  if (!suites.every(runsLast)) fs.rmSync(trafficFolder, { recursive: true, force: true });
  fs.mkdirSync(trafficFolder, { recursive: true });
  process.env.KEYLESS_TRAFFIC = trafficFolder;
  if (seed) console.log(`Running in random order. To repeat it: npm test -- --seed ${seed}`);
  const finished = await runSuites(suites);
  for (const { name, outcome } of finished)
    fs.writeFileSync(path.join(results, `${name}.json`), JSON.stringify(outcome, undefined, 1));
  const { lines, exitCode } = summarize(finished);
  console.log(`\n${lines.join('\n')}`);
  return exitCode;
}

function readArguments(): { suites: readonly SuiteName[]; seed: string | undefined } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: 'string' },
      oldest: { type: 'boolean', default: false },
      shuffle: { type: 'boolean', default: false },
      seed: { type: 'string' },
      long: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !isSuite(name));
  if (unknown.length > 0)
    throw new Error(`No such suite: ${unknown.join(', ')}. There are ${SUITES.join(', ')}.`);
  const seed = values.seed ?? (values.shuffle ? String(Date.now() % 1_000_000) : undefined);
  if (seed !== undefined && !/^[0-9]+$/.test(seed)) throw new Error('--seed takes a number.');
  if (values.grep) process.env.TEST_GREP = values.grep;
  if (values.oldest) process.env.TEST_OLDEST = '1';
  if (values.long) process.env.TEST_LONG = '1';
  if (seed) process.env.TEST_SEED = seed;
  return { suites: SUITES.filter((name) => positionals.length === 0 || positionals.includes(name)), seed };
}

void runTask(main, 'message');
