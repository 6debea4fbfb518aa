import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Metrics } from '../report';

/** How long something took, and how long nothing else could run. */
export interface Timing<T> {
  readonly result: T;
  readonly milliseconds: number;
  /** Milliseconds of this thread, which other processes don't lengthen. */
  readonly threadMs: number;
  /** The longest turn of the event loop, in milliseconds of this thread. */
  readonly longestBlockMs: number;
  /** How many turns took longer than allowed. */
  readonly blocks: number;
}

/** Does something while it watches the event loop. @param longestMs how long a turn may take */
export async function timed<T>(act: () => Promise<T>, longestMs = 50): Promise<Timing<T>> {
  let [longestBlockMs, blocks] = [0, 0];
  const before = threadMilliseconds();
  let last = before;
  let done = false;
  const look = () => {
    const now = threadMilliseconds();
    longestBlockMs = Math.max(longestBlockMs, now - last);
    if (now - last > longestMs) blocks++;
    last = now;
    if (!done) setImmediate(look);
  };
  setImmediate(look);
  const start = performance.now();
  const result = await act();
  const milliseconds = performance.now() - start;
  done = true;
  look();
  return { result, milliseconds, threadMs: last - before, longestBlockMs, blocks };
}

const usages: Pick<typeof process, 'cpuUsage'> & Partial<Pick<typeof process, 'threadCpuUsage'>> = process;

/** The processor time of this thread, or before Node 23.9 of all threads. */
function threadMilliseconds(): number {
  const { user, system } = usages.threadCpuUsage?.() ?? usages.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Measures the whole and a tenth of it, in the same run; the tenth comes first and warms up.
 * @param longestMs how long a turn of the event loop may take; if it's absent, the longer ones aren't counted
 */
export async function compared<T>(
  name: string,
  act: (share: number) => Promise<T>,
  longestMs?: number,
): Promise<{ result: T; metrics: Metrics }> {
  await act(0.1);
  const tenth = await timed(() => act(0.1));
  const whole = await timed(() => act(1), longestMs);
  return {
    result: whole.result,
    metrics: {
      [`${name}Ms`]: whole.milliseconds,
      [`${name}LongestBlockMs`]: whole.longestBlockMs,
      ...(longestMs === undefined ? {} : { [`${name}Blocks`]: whole.blocks }),
      [`${name}Ratio`]: whole.threadMs / tenth.threadMs,
    },
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Megabytes of the heap in use, without garbage. */
export function heapMB(): number {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
