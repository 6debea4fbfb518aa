import fs from 'node:fs';
import * as vscode from 'vscode';
import { listFunctionApps } from '../../../src/inventory/listResources';
import { LogChannel } from '../../../src/logs/logChannel';
import { LogDocuments } from '../../../src/logs/logDocuments';
import type { StreamSurroundings } from '../../../src/logs/stream';
import { Stream } from '../../../src/logs/stream';
import type { SandboxReady } from '../../support/sandbox';
import { until } from '../../support/until';
import { connectTo } from '../connection';
import { report } from '../probe';
import { STREAM, type LogsProbeResult } from './logsFigures';

/** VS Code calls this in its extension host. */
export async function run(): Promise<void> {
  const {
    KEYLESS_TEST_SANDBOX = '',
    PROBE_LIVE = '',
    PROBE_SLOW = '',
    PROBE_DONE = '',
    PROBE_APP,
  } = process.env;
  const ready = JSON.parse(fs.readFileSync(KEYLESS_TEST_SANDBOX, 'utf8')) as SandboxReady;
  const connection = await connectTo(ready);
  const { items } = await listFunctionApps(connection, ready.subscriptionIds);
  const app = items.find(({ name }) => name === PROBE_APP);
  if (!app) throw new Error(`${PROBE_APP ?? 'The app'} doesn't exist.`);
  const channel = new LogChannel(STREAM, new LogDocuments());
  channel.show();
  channel.note('The benchmark starts.');
  let running = false;
  const surroundings: StreamSurroundings = {
    mayUseHostKey: () => Promise.resolve(false),
    changed: ({ state }) => (running = state.kind === 'live'),
    silent: () => Promise.resolve([]),
    silentAfter: 600_000,
    readFailed: () => undefined,
    restartExpected: () => false,
  };
  const stream = new Stream(STREAM, { connection, app }, channel, surroundings, {});
  stream.open();
  await until(() => running, { what: 'the log stream', timeout: 30_000 });
  const result: LogsProbeResult = { baselineRss: process.memoryUsage.rss(), busyRss: 0, slowRss: 0 };
  const sample = setInterval(() => {
    const phase = fs.existsSync(PROBE_SLOW) ? 'slowRss' : 'busyRss';
    result[phase] = Math.max(result[phase], process.memoryUsage.rss());
  }, 100);
  fs.writeFileSync(PROBE_LIVE, '');
  await until(() => fs.existsSync(PROBE_DONE), {
    timeout: 150_000,
    every: 100,
    what: 'the end of the bench',
  });
  clearInterval(sample);
  await stream.close();
  channel.dispose();
  await vscode.commands.executeCommand('workbench.action.closePanel');
  report(result);
}
