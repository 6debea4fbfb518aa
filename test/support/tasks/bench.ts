// npm run bench [-- --only NAME] [--json FILE] [--minutes N] [--check]
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { activation } from '../../bench/activation';
import { az } from '../../bench/az';
import { endings } from '../../bench/ends';
import { exceeded, limits } from '../../bench/limits';
import { keys } from '../../bench/keys';
import { logs } from '../../bench/logs';
import { mapFrames } from '../../bench/mapFrames';
import { Skipped, table, type Metrics } from '../../bench/report';
import { scale } from '../../bench/scale';
import { size } from '../../bench/size';
import { soak } from '../../bench/soak';
import { story } from '../../bench/story';
import { tail } from '../../bench/tail';
import { tree } from '../../bench/tree';
import { endMarked, endWithSignalsAndParent, markProcesses } from '../processes';
import { runTask } from '../runTask';

const benchmarks = [activation, size, story, tree, scale, mapFrames, keys, logs, soak, tail, endings, az];

async function main(): Promise<void> {
  endWithSignalsAndParent();
  markProcesses();
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '10' },
    },
  });
  const chosen = benchmarks.filter(({ name }) => !values.only || name === values.only);
  if (chosen.length === 0)
    throw new Error(
      `No such benchmark: ${values.only}. There are ${benchmarks.map(({ name }) => name).join(', ')}.`,
    );
  const measured: Record<string, Metrics> = {};
  for (const benchmark of chosen) {
    console.log(`\n${benchmark.name}: ${benchmark.about}`);
    try {
      const metrics = await benchmark.run({ minutes: Number(values.minutes) });
      measured[benchmark.name] = metrics;
      console.log(table(metrics));
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      console.log(`  skipped: ${error.message}`);
    }
  }
  if (values.check) check(measured);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(measured, undefined, 2)}\n`);
}

/** Fails if something exceeds its limit. */
function check(measured: Record<string, Metrics>): void {
  const lines = exceeded(measured, limits);
  for (const line of lines) console.error(line);
  console.log(lines.length === 0 ? '\nEvery limit is kept.' : `\n${lines.length} limits are exceeded.`);
  if (lines.length > 0) process.exitCode = 1;
}

void runTask(main).finally(() => endMarked());
