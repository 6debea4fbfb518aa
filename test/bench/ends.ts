import fs from 'node:fs';
import path from 'node:path';
import { AzureCli, isAzInstalled } from '../az/azureCli';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { control } from '../support/sandboxClient';
import { logFilesOf } from '../support/sandboxLogs';
import { until } from '../support/until';
import { follow } from '../unit/azure/logs/followed';
import { Client, walkthroughIds } from '../unit/sandbox/web/client';
import { Skipped, type Benchmark, type Metrics } from './report';
import { allowBasic, Receiver, startAzTail } from './tail';

const APP = 'keyless-demo-app';
const LINES = 100;
const EVERY_MS = 50;

/** A way for a stream to end: what to set up before it opens, and what to do while it runs. */
interface End {
  readonly name: string;
  before?(sandbox: RunningSandbox): Promise<unknown>;
  during?(sandbox: RunningSandbox): Promise<unknown>;
}

const stream = { service: 'scm', path: '/logstream' };

const ends: readonly End[] = [
  { name: 'reset', before: (sandbox) => fault(sandbox, { ...stream, cutAfterBytes: 800 }) },
  { name: 'timeoutText', before: (sandbox) => setting(sandbox, 'SCM_LOGSTREAM_TIMEOUT', '2') },
  { name: 'restartText', during: (sandbox) => setting(sandbox, 'RESTART', '1') },
  { name: 'cold503', before: (sandbox) => fault(sandbox, { ...stream, status: 503, count: 2 }) },
  { name: 'refusedOnce401', before: (sandbox) => fault(sandbox, { ...stream, status: 401 }) },
  { name: 'refused403', before: (sandbox) => fault(sandbox, { ...stream, status: 403, count: 0 }) },
];

/** What `az webapp log tail` and Keyless do for each kind of end, each on a separate sandbox. */
export const endings: Benchmark = {
  name: 'ends',
  about: `share of ${LINES} lines delivered for each kind of end; az's exit code (-1: still running)`,
  async run() {
    if (!(await isAzInstalled())) throw new Skipped('the Azure CLI is not installed');
    const metrics: Metrics = {};
    for (const end of ends) {
      metrics[`${end.name}KeylessDelivered`] = await withSandbox(end, measureKeyless);
      const az = await withSandbox(end, measureAz);
      metrics[`${end.name}AzDelivered`] = az.delivered;
      metrics[`${end.name}AzExitCode`] = az.exitCode;
    }
    return metrics;
  },
};

async function withSandbox<T>(
  end: End,
  measure: (sandbox: RunningSandbox, end: End) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox();
  try {
    return await measure(sandbox, end);
  } finally {
    await sandbox.stop();
  }
}

async function measureKeyless(sandbox: RunningSandbox, end: End): Promise<number> {
  await end.before?.(sandbox);
  const receiver = new Receiver();
  const take = (line: string) => {
    receiver.take(`${line}\n`);
  };
  const followed = await follow(sandbox.ready, APP, {}, take, 'product');
  try {
    await followed.live().catch(() => undefined);
    return await deliver(sandbox, end, receiver);
  } finally {
    await followed.stop();
  }
}

async function measureAz(
  sandbox: RunningSandbox,
  end: End,
): Promise<{ delivered: number; exitCode: number }> {
  const cli = await AzureCli.signIn(sandbox.ready);
  await allowBasic(sandbox);
  await end.before?.(sandbox);
  const receiver = new Receiver();
  const tail = startAzTail(cli, receiver);
  try {
    await until(() => receiver.welcomed || tail.hasEnded(), {
      timeout: 20_000,
      what: 'the stream to start',
    }).catch(() => undefined);
    const delivered = await deliver(sandbox, end, receiver);
    return { delivered, exitCode: tail.exitCode() ?? -1 };
  } finally {
    tail.stop();
    cli.dispose();
  }
}

/** Writes lines and triggers the end in between. @returns the share of lines that arrived within 40 seconds, after the longest pause */
async function deliver(sandbox: RunningSandbox, end: End, receiver: Receiver): Promise<number> {
  const folder = path.join(logFilesOf(sandbox.ready, APP), 'Application', 'Functions', 'Host');
  fs.mkdirSync(folder, { recursive: true });
  for (let number = 0; number < LINES; number++) {
    if (number === LINES / 4) await end.during?.(sandbox);
    const line = `2026-01-01T00:00:00.000 [Information] tail ${number}.\n`;
    fs.appendFileSync(path.join(folder, 'ends.log'), line);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await until(() => receiver.at.size >= LINES, { timeout: 40_000, what: 'every line' }).catch(
    () => undefined,
  );
  return receiver.at.size / LINES;
}

async function fault({ ready }: RunningSandbox, rule: object): Promise<void> {
  await control(ready, 'POST', '/faults', rule);
}

async function setting({ ready }: RunningSandbox, name: string, value: string): Promise<void> {
  const { app } = walkthroughIds(ready);
  await new Client(ready).arm('PUT', `${app}/config/appsettings`, { properties: { [name]: value } });
}
