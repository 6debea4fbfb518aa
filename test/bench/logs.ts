import fs from 'node:fs';
import path from 'node:path';
import { ensureCodeServer } from '../support/host/codeServer';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type SandboxReady } from '../support/sandbox';
import { logFilesOf } from '../support/sandboxLogs';
import { until } from '../support/until';
import { ChannelFile, channelFileOf, NumberedLines } from './channelFile';
import { runProbe } from './probe';
import { CHANNEL, type LogsProbeResult } from './probes/logsFigures';
import { percentile, type Benchmark, type Metrics } from './report';

const APP = 'keyless-demo-app';
const LINES_PER_SECOND = 20_000;
const SECONDS = 10;
const SLOW_LINES = 1000;

/** Measures lines from a file in LogFiles through the SCM site, the client and the output channel to its file on disk. */
export const logs: Benchmark = {
  name: 'logs',
  about: `${LINES_PER_SECOND} lines/s for ${SECONDS} s (none lost, at most 60 MB above baseline); then milliseconds from a line's write to the channel's file at 100 lines/s`,
  async run() {
    const host = await ensureCodeServer('latest');
    const sandbox = await startSandbox();
    const work = temporaryFolder('logs');
    const mark = (name: string) => path.join(work.path, name);
    const marks = { live: mark('live'), slow: mark('slow'), done: mark('done') };
    let metrics: Metrics = {};
    try {
      const result = (await runProbe(host, {
        module: 'logs',
        extensions: path.join(work.path, 'extensions'),
        env: {
          KEYLESS_TEST_SANDBOX: sandbox.readyFile,
          PROBE_LIVE: marks.live,
          PROBE_SLOW: marks.slow,
          PROBE_DONE: marks.done,
          PROBE_APP: APP,
        },
        limit: 180_000,
        during: async (data) => {
          await until(() => fs.existsSync(marks.live), { timeout: 60_000, what: 'the stream' });
          const busy = await throughput(sandbox.ready, data);
          fs.writeFileSync(marks.slow, '');
          metrics = { ...busy, ...(await latency(sandbox.ready, data)) };
          fs.writeFileSync(marks.done, '');
        },
      })) as LogsProbeResult;
      const above = (rss: number) => (rss - result.baselineRss) / 2 ** 20;
      return {
        ...metrics,
        baselineMB: result.baselineRss / 2 ** 20,
        aboveBaselineMB: above(result.busyRss),
        slowAboveBaselineMB: above(result.slowRss),
      };
    } finally {
      await sandbox.stop();
      work.remove();
    }
  },
};

async function throughput(ready: SandboxReady, data: string): Promise<Metrics> {
  const file = path.join(logFiles(ready), 'bench-throughput.log');
  const total = LINES_PER_SECOND * SECONDS;
  const shown = new NumberedLines();
  const channel = new ChannelFile(await channelFileOf(data, CHANNEL), (lines) => {
    shown.take(lines);
  });
  try {
    const start = performance.now();
    for (let written = 0; written < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * LINES_PER_SECOND));
      if (due > written) fs.appendFileSync(file, numbered(written, due));
      written = due;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const writtenAfter = performance.now() - start;
    await until(() => shown.seen.has(total - 1), { timeout: 60_000, what: 'the last line' });
    return {
      linesWritten: total,
      linesLost: total - shown.seen.size,
      linesTwice: shown.twice,
      writtenPerSecond: total / (writtenAfter / 1000),
      onDiskAfterLastWriteMs: performance.now() - start - writtenAfter,
    };
  } finally {
    channel.close();
  }
}

function numbered(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++)
    text += `2026-01-01T00:00:00.000 [Information] line ${n} of the bench, as long as lines are in practice\n`;
  return text;
}

/** Measures the time from when a line is written to the app's log file until it's in the channel's file. */
async function latency(ready: SandboxReady, data: string): Promise<Metrics> {
  const file = path.join(logFiles(ready), 'bench-latency.log');
  const written = new Map<string, number>();
  const waits = new Map<string, number>();
  const channel = new ChannelFile(await channelFileOf(data, CHANNEL), (lines) => {
    const now = performance.now();
    for (const line of lines) {
      const mark = /slow \d+\./.exec(line)?.[0];
      const at = mark === undefined ? undefined : written.get(mark);
      if (mark !== undefined && at !== undefined && !waits.has(mark)) waits.set(mark, now - at);
    }
  });
  try {
    for (let n = 0; n < SLOW_LINES; n++) {
      const mark = `slow ${n}.`;
      written.set(mark, performance.now());
      fs.appendFileSync(file, `2026-01-01T00:00:00.000 [Information] ${mark}\n`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => waits.size === SLOW_LINES, { timeout: 30_000, what: 'every line' });
  } finally {
    channel.close();
  }
  const all = [...waits.values()];
  return { latencyMedianMs: percentile(all, 0.5), latency99Ms: percentile(all, 0.99) };
}

function logFiles(ready: SandboxReady): string {
  const folder = path.join(logFilesOf(ready, APP), 'Application', 'Functions', 'Host');
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}
