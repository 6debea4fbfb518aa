import { keepDebugMode } from '../../../src/azure/appService/debugMode';
import { openLogStream } from '../../../src/azure/logs/logStream';
import type { LogStreamState } from '../../../src/azure/logs/logState';
import { systemClock, waitBy } from '../../../src/azure/core/clock';
import { outcomeOf } from '../kit/report';
import type { AppKind, Run, Scenario } from '../kit/run';
import { callOf } from './functions';
import { pingFunction } from './files';

/** The log is streamed while a function runs. */
export const logs: Scenario = {
  name: 'logs',
  async run(run) {
    // Each stream runs for a while, so they run side by side.
    const [windows, linux] = await Promise.all([stream(run, 'windows'), stream(run, 'linux')]);
    for (const [kind, seen] of [
      ['windows', windows],
      ['linux', linux],
    ] as const) {
      const source =
        kind === 'windows'
          ? 'kudu, LogStreamManager.cs; azure-functions-host, FileWriter.cs'
          : 'KuduLite, LogStreamManager.cs; azure-functions-host, FileWriter.cs';
      await run.check(
        `The log of the ${kind} app has the lines of the function`,
        { expected: 'yes', source },
        () => Promise.resolve(seen.numbers.length > 0 ? 'yes' : `no: ${seen.last}`),
      );
      await run.check(`Lines of the ${kind} app that came twice`, { expected: '0', source }, () =>
        Promise.resolve(String(seen.numbers.length - new Set(seen.numbers).size)),
      );
      await run.note(`Calls, and lines that the ${kind} app logged of them`, () =>
        Promise.resolve(`${seen.calls}, ${seen.numbers.length}`),
      );
    }
    await run.check(
      'The log stream of the flex app',
      {
        expected: 'ended',
        source: 'azure-functions-core-tools, LogStreamAction.cs: not supported in Flex apps',
      },
      async () => (await follow(run, 'flex', () => undefined, run.signal)).kind,
    );
  },
};

/** How long the first line may take after the last call, in milliseconds. */
const mostDelay = 20_000;

interface Streamed {
  readonly calls: number;
  /** The file, if it's known, and the number that the function logged, in the order of the lines. */
  readonly numbers: readonly string[];
  /** The last state of the stream. */
  readonly last: string;
}

async function stream(run: Run, kind: AppKind): Promise<Streamed> {
  const call = await callOf(run, kind, pingFunction);
  const numbers: string[] = [];
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, run.signal]);
  let isLive: () => void = () => undefined;
  const live = new Promise<void>((resolve) => (isLive = resolve));
  const onLines = (lines: readonly string[], file = '') => {
    // On Windows, the host writes a function's line to two files.
    for (const line of lines)
      for (const number of /conformance (\d+)\.$/.exec(line)?.slice(1) ?? [])
        numbers.push(`${file} ${number}`);
  };
  const debugMode = keepDebugMode(
    run.c,
    run.app(kind),
    { mayUseHostKey: () => Promise.resolve(true) },
    signal,
  );
  const following = follow(run, kind, onLines, signal, isLive);
  let calls = 0;
  try {
    await Promise.race([live, following]);
    const end = Date.now() + run.streamSeconds * 1000;
    for (let now = Date.now(); now < end && !run.signal.aborted; now = Date.now()) {
      // The app may be restarting, which the log shows as well.
      if ((await outcomeOf(call(`number=${calls + 1}`))) === 'accepted') calls++;
      await waitBy(systemClock, Math.min(1000, end - now), run.signal);
    }
    // The host writes its files once a second, and a busy one later.
    for (let waited = 0; numbers.length === 0 && waited < mostDelay; waited += 500)
      await waitBy(systemClock, 500, run.signal);
  } finally {
    ending.abort();
    await Promise.all([debugMode, following]);
  }
  return { calls, numbers, last: (await following).kind };
}

function follow(
  run: Run,
  kind: AppKind,
  lines: (lines: readonly string[], file?: string) => void,
  signal: AbortSignal,
  onLive: () => void = () => undefined,
): Promise<LogStreamState> {
  const state = (now: LogStreamState) => {
    if (now.kind === 'live' || now.kind === 'ended') onLive();
  };
  return openLogStream(run.c, run.app(kind), {}, { lines, state }, signal);
}
