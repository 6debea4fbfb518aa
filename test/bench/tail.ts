import fs from 'node:fs';
import path from 'node:path';
import { AzureCli, isAzInstalled } from '../az/azureCli';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { until } from '../support/until';
import { follow } from '../unit/azure/logs/followed';
import { Client, walkthroughIds } from '../unit/sandbox/web/client';
import { percentile, Skipped, type Benchmark, type Metrics } from './report';

const APP = 'keyless-demo-app';
const LINES_PER_SECOND = 50;
const SECONDS = 35;
const CUT_EVERY_SECONDS = 10;

/** Compares `az webapp log tail` with Keyless's log stream on the same sandbox, with the same lines and interruptions. */
export const tail: Benchmark = {
  name: 'tail',
  about: `share of ${LINES_PER_SECOND * SECONDS} lines delivered, the SCM site restarting every ${CUT_EVERY_SECONDS} s, and milliseconds until a line arrives`,
  async run() {
    if (!(await isAzInstalled())) throw new Skipped('the Azure CLI is not installed');
    const sandbox = await startSandbox();
    const cli = await AzureCli.signIn(sandbox.ready);
    await allowBasic(sandbox);
    const az = new Receiver();
    const keyless = new Receiver();
    const { hasEnded, stop } = startAzTail(cli, az);
    const take = (line: string) => {
      keyless.take(`${line}\n`);
    };
    const stream = await follow(sandbox.ready, APP, {}, take, 'product');
    try {
      await stream.live();
      await until(() => az.welcomed, { timeout: 60_000, what: 'the welcome in az' });
      const sent = await write(sandbox, stream.folder);
      await until(() => keyless.at.size >= sent.size, { timeout: 60_000, what: 'every line' }).catch(
        () => undefined,
      );
      return {
        ...measured('keyless', keyless, sent),
        ...measured('az', az, sent),
        azEndedItself: hasEnded() ? 1 : 0,
        keylessReconnects: stream.states.filter(({ kind }) => kind === 'reconnecting').length,
      };
    } finally {
      stop();
      await stream.stop();
      cli.dispose();
      await sandbox.stop();
    }
  },
};

/** Debian's az supports only basic authentication. */
export async function allowBasic({ ready }: RunningSandbox): Promise<void> {
  const { app } = walkthroughIds(ready);
  await new Client(ready).arm('PUT', `${app}/basicPublishingCredentialsPolicies/scm`, {
    properties: { allow: true },
  });
}

export interface AzTail {
  hasEnded(): boolean;
  /** Undefined while it's running. */
  exitCode(): number | undefined;
  stop(): void;
}

/** Starts `az webapp log tail` and passes its output to `receiver`. */
export function startAzTail(cli: AzureCli, receiver: Receiver): AzTail {
  const where = ['--name', APP, '--resource-group', 'keyless-walkthrough'];
  const child = cli.start('webapp', 'log', 'tail', ...where);
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (text: string) => {
      receiver.take(text);
    });
  const hasEnded = () => child.exitCode !== null;
  return {
    hasEnded,
    exitCode: () => child.exitCode ?? undefined,
    stop() {
      if (!hasEnded() && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    },
  };
}

/** Records when each line arrived for the first time. */
export class Receiver {
  readonly at = new Map<number, number>();
  welcomed = false;
  private rest = '';

  take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.includes('Welcome, you are now connected')) this.welcomed = true;
      const number = Number(/tail (\d+)\./.exec(line)?.[1] ?? NaN);
      if (number >= 0 && !this.at.has(number)) this.at.set(number, performance.now());
    }
  }
}

/** @returns when each line was written */
async function write(sandbox: RunningSandbox, folder: string): Promise<Map<number, number>> {
  const client = new Client(sandbox.ready);
  const sent = new Map<number, number>();
  const start = performance.now();
  let cuts = 0;
  for (let number = 0; number < LINES_PER_SECOND * SECONDS; number++) {
    sent.set(number, performance.now());
    fs.appendFileSync(
      path.join(folder, 'tail.log'),
      `2026-01-01T00:00:00.000 [Information] tail ${number}.\n`,
    );
    if (performance.now() - start > (cuts + 1) * CUT_EVERY_SECONDS * 1000) {
      cuts++;
      // Writing an app setting restarts the SCM site, which ends every stream.
      await client.arm('PUT', `${walkthroughIds(sandbox.ready).app}/config/appsettings`, {
        properties: { RESTART: String(cuts) },
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 / LINES_PER_SECOND));
  }
  return sent;
}

function measured(who: string, { at }: Receiver, sent: Map<number, number>): Metrics {
  const waits = [...at].map(([number, time]) => time - (sent.get(number) ?? time));
  return {
    [`${who}DeliveredShare`]: at.size / sent.size,
    [`${who}LatencyMedianMs`]: percentile(waits, 0.5),
    [`${who}Latency99Ms`]: percentile(waits, 0.99),
  };
}
