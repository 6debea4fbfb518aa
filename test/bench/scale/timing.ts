import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Metrics } from '../report';

/** How long something took, and the longest time in which nothing else could run. */
export interface Timing<T> {
  readonly result: T;
  readonly milliseconds: number;
  readonly longestBlockMs: number;
}

/** Does something while it watches the event loop. */
export async function timed<T>(act: () => Promise<T>): Promise<Timing<T>> {
  let longestBlockMs = 0;
  let last = performance.now();
  let done = false;
  const look = () => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last);
    last = now;
    if (!done) setImmediate(look);
  };
  setImmediate(look);
  const start = performance.now();
  const result = await act();
  const milliseconds = performance.now() - start;
  done = true;
  look();
  return { result, milliseconds, longestBlockMs };
}

/** Measures the whole and a tenth of it, in the same run; the tenth comes first and warms up. */
export async function compared<T>(
  name: string,
  act: (share: number) => Promise<T>,
): Promise<{ result: T; metrics: Metrics }> {
  await act(0.1);
  const tenth = await timed(() => act(0.1));
  const whole = await timed(() => act(1));
  return {
    result: whole.result,
    metrics: {
      [`${name}Ms`]: whole.milliseconds,
      [`${name}LongestBlockMs`]: whole.longestBlockMs,
      [`${name}Ratio`]: whole.milliseconds / tenth.milliseconds,
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
