import fs from 'node:fs';
import * as vscode from 'vscode';
import { listFunctionApps } from '../../../src/azure/inventory';
import { openLogStream } from '../../../src/azure/logStream';
import { LogChannel } from '../../../src/logs/logChannel';
import type { SandboxReady } from '../../support/sandbox';
import { until } from '../../support/until';
import { connectTo } from '../connection';
import { report } from '../probe';
import { STREAM, type LogsProbeResult } from './logsFigures';

/** Called by VS Code in its extension host. */
export async function run(): Promise<void> {
  const { KEYLESS_TEST_SANDBOX = '', PROBE_LIVE = '', PROBE_DONE = '', PROBE_APP } = process.env;
  const ready = JSON.parse(fs.readFileSync(KEYLESS_TEST_SANDBOX, 'utf8')) as SandboxReady;
  const connection = await connectTo(ready);
  const { items } = await listFunctionApps(connection, ready.subscriptionIds);
  const app = items.find(({ name }) => name === PROBE_APP);
  if (!app) throw new Error(`There is no ${PROBE_APP ?? 'app'}.`);
  const channel = new LogChannel(STREAM);
  channel.show();
  channel.note('The bench begins.');
  const stop = new AbortController();
  let kind = '';
  const stream = openLogStream(
    connection,
    app,
    {},
    { lines: (batch) => channel.lines(batch), state: (state) => (kind = state.kind) },
    stop.signal,
  );
  await until(() => kind === 'live', { what: 'the log stream', timeout: 30_000 });
  const result: LogsProbeResult = { baselineRss: process.memoryUsage.rss(), peakRss: 0 };
  const sample = setInterval(() => {
    result.peakRss = Math.max(result.peakRss, process.memoryUsage.rss());
  }, 100);
  fs.writeFileSync(PROBE_LIVE, '');
  await until(() => fs.existsSync(PROBE_DONE), {
    timeout: 150_000,
    every: 100,
    what: 'the end of the bench',
  });
  clearInterval(sample);
  stop.abort();
  await stream;
  channel.dispose();
  await vscode.commands.executeCommand('workbench.action.closePanel');
  report(result);
}
