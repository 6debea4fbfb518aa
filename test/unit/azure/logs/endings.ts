import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { LogStreamCause, LogStreamState } from '../../../../src/azure/logs/logState';
import { defaultTiming } from '../../../../src/azure/logs/logStreamOptions';
import { until } from '../../../support/until';
import type { Handler } from '../servers';
import type { Run } from './streams';
import { streams } from './streams';
import { TurnedClock } from './turnedClock';

export const at = '2026-11-22T22:00:00  ';
export const welcome = `${at}Welcome, you are now connected to log-streaming service.\r\n`;

/** A log stream with real delays, on a clock that advances only when a test says so. */
export type TimedRun = Run & { readonly clock: TurnedClock };

/** How the stream ends if the cause persists: after how many attempts, and with which next step. */
export interface Lasting {
  readonly attempts: number;
  readonly nextStep: RegExp;
}

/** Log streams that end; `stop` stops all their servers. */
export function endings() {
  const { stream, stop } = streams();
  const start = async (handler: Handler, options: Parameters<typeof stream>[1] = {}): Promise<TimedRun> => {
    const clock = new TurnedClock();
    const run = await stream(handler, { clock, timing: defaultTiming, ...options });
    return { ...run, clock };
  };
  return { start, stop };
}

export function open(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'Content-Type': 'text/plain' }).write(welcome);
  return response;
}

type Named = Extract<LogStreamState, { kind: 'reconnecting' | 'ended' }>;

/** The first state that has a reason. */
export function named({ states }: Run): Promise<Named> {
  const isNamed = (state: LogStreamState) => state.kind === 'reconnecting' || state.kind === 'ended';
  return until(() => states.find(isNamed), { what: `a reason in ${JSON.stringify(states)}` });
}

/** Advances the clock whenever the stream waits for its next attempt. */
export async function untilOver(run: TimedRun, kind: 'ended' | 'live'): Promise<LogStreamState | undefined> {
  const isOver = () => {
    if (run.states.at(-1)?.kind === 'reconnecting' && run.clock.waiting > 0) run.clock.turn(30_000);
    return run.states.at(-1)?.kind === kind;
  };
  await until(isOver, { what: `${kind} after ${JSON.stringify(run.states.at(-1))}`, every: 5 });
  return run.states.at(-1);
}

export async function leave(run: TimedRun): Promise<void> {
  run.stop.abort();
  await run.end;
  assert.equal(run.clock.waiting, 0, 'no timer is left');
}

/** Asserts that the cause is reported immediately, and that the stream ends with a next step after that many attempts. */
export async function lasts(
  run: TimedRun,
  { cause, reason, attempts, nextStep }: Lasting & { cause: LogStreamCause; reason: RegExp },
): Promise<void> {
  const first = await named(run);
  assert.deepEqual([first.cause, run.clock.now()], [cause, 0]);
  assert.match(first.reason, reason);
  const last = await untilOver(run, 'ended');
  assert.ok(last?.kind === 'ended' && last.nextStep, JSON.stringify(last));
  assert.equal(last.cause, cause);
  assert.match(last.nextStep, nextStep);
  assert.equal(run.kinds().filter((kind) => kind === 'connecting').length, attempts);
  await run.end;
  assert.equal(run.clock.waiting, 0, 'no timer is left');
}
