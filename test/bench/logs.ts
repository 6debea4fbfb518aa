import fs from 'node:fs';
import path from 'node:path';
import { ensureCodeServer } from '../support/codeServer';
import { plainChannel } from '../support/hostLogs';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type SandboxReady } from '../support/sandbox';
import { logFilesOf } from '../support/sandboxLogs';
import { until } from '../support/until';
import { followStream } from './plainLogStream';
import { runProbe } from './probe';
import { CHANNEL, type LogsProbeResult } from './probes/logsFigures';
import { percentile, type Benchmark, type Metrics } from './report';

const APP = 'keyless-demo-app';
const LINES_PER_SECOND = 20_000;
const SECONDS = 10;
const SLOW_LINES = 1000;

/** From a file under LogFiles through the SCM site, the stream's client and the output channel to its file on disk. */
export const logs: Benchmark = {
  name: 'logs',
  about: `${LINES_PER_SECOND} lines/s for ${SECONDS} s (none lost, at most 60 MB above baseline); then latency at 100 lines/s (99 % within 200 ms)`,
  async run() {
    const host = await ensureCodeServer('latest');
    const sandbox = await startSandbox();
    const work = temporaryFolder('logs');
    const marks = { live: path.join(work.path, 'live'), done: path.join(work.path, 'done') };
    let metrics: Metrics = {};
    try {
      const result = (await runProbe(host, {
        module: 'logs',
        extensions: path.join(work.path, 'extensions'),
        env: {
          KEYLESS_TEST_SANDBOX: sandbox.readyFile,
          PROBE_LIVE: marks.live,
          PROBE_DONE: marks.done,
          PROBE_APP: APP,
        },
        limit: 180_000,
        during: async (data) => {
          await until(() => fs.existsSync(marks.live), { timeout: 60_000, what: 'the stream' });
          metrics = { ...(await throughput(sandbox.ready, data)), ...(await latency(sandbox.ready, data)) };
          fs.writeFileSync(marks.done, '');
        },
      })) as LogsProbeResult;
      return { ...metrics, aboveBaselineMB: (result.peakRss - result.baselineRss) / 2 ** 20 };
    } finally {
      await sandbox.stop();
      work.remove();
    }
  },
};

async function throughput(ready: SandboxReady, data: string): Promise<Metrics> {
  const file = path.join(logFiles(ready), 'bench-throughput.log');
  const total = LINES_PER_SECOND * SECONDS;
  const start = performance.now();
  for (let written = 0; written < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * LINES_PER_SECOND));
    if (due > written) fs.appendFileSync(file, numbered(written, due));
    written = due;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const writtenAfter = performance.now() - start;
  const last = `line ${total - 1} `;
  await until(() => plainChannel(data, CHANNEL).includes(last), {
    timeout: 60_000,
    every: 250,
    what: 'the last line',
  });
  const seen = numbersIn(plainChannel(data, CHANNEL));
  return {
    linesWritten: total,
    linesLost: total - new Set(seen).size,
    linesTwice: seen.length - new Set(seen).size,
    writtenPerSecond: total / (writtenAfter / 1000),
    onDiskAfterLastWriteMs: performance.now() - start - writtenAfter,
  };
}

function numbered(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++)
    text += `2026-01-01T00:00:00.000 [Information] line ${n} of the bench, as long as lines are in practice\n`;
  return text;
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/ line (\d+) of the bench/g)].map(([, n]) => Number(n));
}

/** Between a second, independent reader's receipt of a line from the SCM site and its being in the channel's file. */
async function latency(ready: SandboxReady, data: string): Promise<Metrics> {
  const file = path.join(logFiles(ready), 'bench-latency.log');
  const left = new Map<string, number>();
  const onDisk = new Map<string, number>();
  const reader = await followStream(ready, APP, (line) => {
    const mark = /slow (\d+)\./.exec(line)?.[0];
    if (mark) left.set(mark, performance.now());
  });
  const channel = channelFile(data);
  let offset = fs.statSync(channel).size;
  let rest = '';
  const look = () => {
    const size = fs.statSync(channel).size;
    if (size === offset) return;
    const bytes = Buffer.alloc(size - offset);
    const handle = fs.openSync(channel, 'r');
    fs.readSync(handle, bytes, 0, bytes.length, offset);
    fs.closeSync(handle);
    offset = size;
    rest += bytes.toString();
    const now = performance.now();
    for (const [mark] of rest.matchAll(/slow \d+\./g)) if (!onDisk.has(mark)) onDisk.set(mark, now);
    rest = rest.slice(-100);
  };
  const watch = setInterval(look, 5);
  try {
    for (let n = 0; n < SLOW_LINES; n++) {
      fs.appendFileSync(file, `2026-01-01T00:00:00.000 [Information] slow ${n}.\n`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => onDisk.size === SLOW_LINES && left.size === SLOW_LINES, {
      timeout: 30_000,
      what: 'every line',
    });
  } finally {
    clearInterval(watch);
    reader.close();
  }
  const waits = [...onDisk].map(([mark, at]) => Math.max(0, at - (left.get(mark) ?? at)));
  return { latencyMedianMs: percentile(waits, 0.5), latency99Ms: percentile(waits, 0.99) };
}

function channelFile(data: string): string {
  const files = fs.readdirSync(path.join(data, 'logs'), { recursive: true, encoding: 'utf8' });
  const found = files.find((file) => file.endsWith(`-${CHANNEL}.log`));
  if (!found) throw new Error('The channel has no file.');
  return path.join(data, 'logs', found);
}

function logFiles(ready: SandboxReady): string {
  const folder = path.join(logFilesOf(ready, APP), 'Application');
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}
