import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { RunningSandbox } from '../../../support/sandbox';
import { control } from '../../../support/sandboxClient';
import { until } from '../../../support/until';
import { Client, walkthroughIds } from '../../sandbox/web/client';
import type { FollowedApp, Pauses } from './followed';
import { follow } from './followed';

export interface SoakOptions {
  readonly streams: number;
  readonly linesPerSecond: number;
  readonly seconds: number;
  /** The interval at which all streams are disconnected. */
  readonly cutEverySeconds: number;
  readonly pauses?: Pauses;
}

export interface SoakResult {
  readonly written: number;
  readonly lost: number;
  readonly twice: number;
  readonly reconnects: number;
  /** Heap growth after garbage collection in megabytes per minute, without the first third of the run. */
  readonly slope: number;
  /** The number of sockets and timers left behind. */
  readonly left: number;
}

const app = 'keyless-demo-app';

/** Returns a function that collects garbage. Create it only once, because each context takes memory itself. */
function collector(): () => void {
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc') as () => void;
}

/** Runs many streams of a busy app that are disconnected repeatedly. Counts every line without keeping it. */
export async function soak(sandbox: RunningSandbox, options: SoakOptions): Promise<SoakResult> {
  const { streams, linesPerSecond, seconds, cutEverySeconds, pauses } = options;
  const followed: FollowedApp[] = [];
  const counts = Array.from({ length: streams }, () => ({ next: 0, lost: 0, twice: 0 }));
  const heap: { at: number; bytes: number }[] = [];
  let written = 0;
  // The timer of the test's own timeout exists only after the first turn of the event loop.
  await new Promise(setImmediate);
  const before = resources();
  const collect = collector();
  try {
    for (const count of counts) {
      const onLine = (text: string) => {
        const number = Number(/^soak (\d+) /.exec(text)?.[1] ?? NaN);
        if (!(number >= 0)) return;
        if (number < count.next) count.twice++;
        else count.lost += number - count.next;
        count.next = Math.max(count.next, number + 1);
      };
      followed.push(await follow(sandbox.ready, app, {}, onLine, pauses));
    }
    await Promise.all(followed.map((stream) => stream.live()));
    const folder = followed[0]?.folder ?? '';
    const start = performance.now();
    let cut = 0;
    for (;;) {
      const elapsed = (performance.now() - start) / 1000;
      if (elapsed >= seconds) break;
      const due = Math.floor(elapsed * linesPerSecond);
      let text = '';
      for (; written < due; written++)
        text += `soak ${written} of a line that is about as long as lines are\n`;
      fs.appendFileSync(path.join(folder, 'soak.log'), text);
      if (elapsed >= (cut + 1) * cutEverySeconds) {
        cut++;
        await cutAll(sandbox, streams);
        collect();
        heap.push({ at: elapsed / 60, bytes: process.memoryUsage().heapUsed });
      }
      // Write at the requested rate, not as fast as the disk.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => counts.every(({ next }) => next >= written), {
      timeout: 60_000,
      what: 'the last line',
    });
  } finally {
    await Promise.all(followed.map((stream) => stream.stop()));
  }
  // Idle connections are closed a few seconds after the last response.
  await until(() => resources() <= before, { timeout: 15_000, what: 'no socket' }).catch(() => undefined);
  const sum = (of: 'lost' | 'twice') => counts.reduce((all, count) => all + count[of], 0);
  const reconnects = followed.flatMap(({ states }) => states.filter(({ kind }) => kind === 'reconnecting'));
  return {
    ...{ written, lost: sum('lost'), twice: sum('twice'), reconnects: reconnects.length },
    left: Math.max(0, resources() - before),
    slope: slopeOf(heap.slice(Math.floor(heap.length / 3))),
  };
}

function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).length;
}

/** Writing a setting restarts the SCM site, which ends all streams. Faults also disconnect some that reconnect. */
async function cutAll(sandbox: RunningSandbox, streams: number): Promise<void> {
  await control(sandbox.ready, 'POST', '/faults', {
    ...{ service: 'scm', path: '/api/logstream', cutAfterBytes: 20_000, count: Math.ceil(streams / 2) },
  });
  await new Client(sandbox.ready).arm('PUT', `${walkthroughIds(sandbox.ready).app}/config/appsettings`, {
    properties: { RESTART: String(Date.now()) },
  });
}

/** The slope in megabytes per minute of the least-squares line through the points. */
function slopeOf(points: readonly { at: number; bytes: number }[]): number {
  if (points.length < 3) return 0;
  const mean = (values: number[]) => values.reduce((all, value) => all + value, 0) / values.length;
  const at = mean(points.map((point) => point.at));
  const bytes = mean(points.map((point) => point.bytes));
  const above = points.reduce((all, point) => all + (point.at - at) * (point.bytes - bytes), 0);
  return above / points.reduce((all, point) => all + (point.at - at) ** 2, 0) / 2 ** 20;
}
