import fs from 'node:fs';
import path from 'node:path';
import type { LogGap, LogStreamState } from '../../../../src/azure/logs/logState';
import { systemClock } from '../../../../src/azure/core/clock';
import { openLogStream } from '../../../../src/azure/logs/logStream';
import type { LogStreamOptions } from '../../../../src/azure/logs/logStreamOptions';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { SandboxReady } from '../../../support/sandbox';
import { logFilesOf } from '../../../support/sandboxLogs';
import { until } from '../../../support/until';
import { connect, only } from '../support';

/** Everything that a log stream of a sandbox's app delivered, in order. */
export interface FollowedApp {
  /** The app's `LogFiles/Application/Functions/Host` on this machine. */
  readonly folder: string;
  readonly lines: { readonly text: string; readonly file: string | undefined }[];
  readonly texts: () => string[];
  readonly gaps: LogGap[];
  readonly states: LogStreamState[];
  live(): Promise<unknown>;
  stop(): Promise<void>;
}

/** How soon a stream tries again: as in the product, or almost at once. */
export type Pauses = 'product' | 'short';

/** Streams a sandbox's app over the network. @param onLine receives the lines instead of keeping them */
export async function follow(
  ready: SandboxReady,
  name: string,
  options: LogStreamOptions = {},
  onLine?: (text: string) => void,
  pauses: Pauses = 'short',
): Promise<FollowedApp> {
  const c = pauses === 'short' ? connect(ready) : connect(ready, undefined, systemClock);
  const { items } = await listFunctionApps(c, ready.subscriptionIds);
  const app = only(items, (item) => item.name === name, name);
  const lines: { text: string; file: string | undefined }[] = [];
  const gaps: LogGap[] = [];
  const states: LogStreamState[] = [];
  const stop = new AbortController();
  const sink = {
    lines: (batch: readonly string[], file?: string) => {
      // Don't let the request log pile up in long runs.
      c.log.length = 0;
      if (onLine) batch.forEach(onLine);
      else for (const text of batch) if (!text.includes('  Welcome, you are now')) lines.push({ text, file });
    },
    gap: (gap: LogGap) => void gaps.push(gap),
    state: (state: LogStreamState) => void states.push(state),
  };
  const timing = pauses === 'short' ? { backoff: 20, longestBackoff: 40 } : {};
  const end = openLogStream(
    c,
    app,
    { path: 'application/functions/host', timing, ...options },
    sink,
    stop.signal,
  );
  const folder = path.join(logFilesOf(ready, name), 'Application', 'Functions', 'Host');
  fs.mkdirSync(folder, { recursive: true });
  return {
    ...{ folder, lines, gaps, states },
    texts: () => lines.map(({ text }) => text),
    live: () => until(() => states.at(-1)?.kind === 'live', { what: 'a live stream', timeout: 20_000 }),
    stop: async () => {
      stop.abort();
      await end;
    },
  };
}
