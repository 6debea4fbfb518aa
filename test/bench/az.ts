import fs from 'node:fs';
import path from 'node:path';
import { listFunctionApps, listKeyVaults } from '../../src/inventory/listResources';
import { AzureCli, isAzInstalled } from '../az/azureCli';
import { ensureCodeServer, type CodeServer } from '../support/host/codeServer';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { Client, walkthroughIds } from '../unit/sandbox/web/client';
import { azSteps, principalId, type AzStep, type Shown } from './azSteps';
import { connectTo } from './connection';
import { runProbe } from './probe';
import { median, Skipped, type Benchmark, type Metrics } from './report';

const APP = 'keyless-demo-app';
const GROUP = 'keyless-walkthrough';
const VAULT = 'keyless-demo-kv';
const LATENCY_MS = 50;
const SAMPLES = 5;
/** Each takes a window. */
const COLD_SAMPLES = 3;

/** How `az` does each step. */
const commands: Readonly<Record<AzStep, (cli: AzureCli) => Promise<unknown>>> = {
  listApps: (cli) => cli.run('functionapp', 'list'),
  enableIdentity: (cli) => cli.run('webapp', 'identity', 'assign', '--name', APP, '--resource-group', GROUP),
  addPolicy: (cli) => {
    const who = ['--name', VAULT, '--object-id', principalId];
    return cli.run('keyvault', 'set-policy', ...who, '--secret-permissions', 'get', 'list');
  },
  showSecretUri: (cli) => cli.secret('list', '--vault-name', VAULT, '--query', '[].id'),
};

/** The four steps of the main use case, with the Azure CLI and with the functions that Keyless's commands call. */
export const az: Benchmark = {
  name: 'az',
  about: `milliseconds of each step at ${LATENCY_MS} ms per request, with the Azure CLI, with the functions of Keyless once they are signed in and connected, and with those in a window that was just opened (its sign-in, connections, and code are then cold); medians of ${SAMPLES} (${COLD_SAMPLES} windows), and Keyless's share of az`,
  async run() {
    if (!(await isAzInstalled())) throw new Skipped('the Azure CLI is not installed');
    const host = await ensureCodeServer('latest');
    const sandbox = await startSandbox(['--latency', String(LATENCY_MS)]);
    const cli = await AzureCli.signIn(sandbox.ready);
    try {
      // Not timed. Finds out whether this az needs a workaround.
      await commands.showSecretUri(cli);
      const shown = await whatIsShown(sandbox);
      const metrics: Metrics = {};
      for (const step of Object.keys(azSteps) as AzStep[]) {
        const theirs = await samples(SAMPLES, sandbox, () => milliseconds(() => commands[step](cli)));
        const ours = await warm(step, sandbox, shown);
        const cold = await samples(COLD_SAMPLES, sandbox, () => inNewWindow(host, step, sandbox, shown));
        Object.assign(metrics, {
          [`${step}AzMs`]: theirs,
          [`${step}KeylessMs`]: ours,
          [`${step}ColdMs`]: cold,
          [`${step}ShareOfAz`]: ours / theirs,
          [`${step}ColdShareOfAz`]: cold / theirs,
        });
      }
      return metrics;
    } finally {
      cli.dispose();
      await sandbox.stop();
    }
  },
};

async function whatIsShown({ ready }: RunningSandbox): Promise<Shown> {
  const c = await connectTo(ready);
  const { subscriptionIds } = ready;
  return {
    subscriptionIds,
    app: found((await listFunctionApps(c, subscriptionIds)).items, APP),
    vault: found((await listKeyVaults(c, subscriptionIds)).items, VAULT),
  };
}

/** The median of some measurements, each of a step that hasn't been done yet. */
async function samples(
  count: number,
  { ready }: RunningSandbox,
  one: () => Promise<number>,
): Promise<number> {
  const client = new Client(ready);
  const { app, vault } = walkthroughIds(ready);
  const accessPolicies = [{ tenantId: ready.tenantId, objectId: principalId, permissions: {} }];
  const measured: number[] = [];
  for (let n = 0; n < count; n++) {
    await client.arm('PATCH', app, { identity: { type: 'None' } });
    await client.arm('PUT', `${vault}/accessPolicies/remove?api-version=2023-07-01`, {
      properties: { accessPolicies },
    });
    measured.push(await one());
  }
  return median(measured);
}

/** As in a window that has been used: signed in, and with open connections. */
async function warm(step: AzStep, sandbox: RunningSandbox, shown: Shown): Promise<number> {
  const c = await connectTo(sandbox.ready);
  await listFunctionApps(c, shown.subscriptionIds);
  await azSteps.showSecretUri(c, shown);
  return samples(SAMPLES, sandbox, async () => {
    const start = performance.now();
    const { check } = await azSteps[step](c, shown);
    const took = performance.now() - start;
    await check;
    return took;
  });
}

async function inNewWindow(
  host: CodeServer,
  step: AzStep,
  sandbox: RunningSandbox,
  shown: Shown,
): Promise<number> {
  const work = temporaryFolder('cold');
  try {
    const file = path.join(work.path, 'shown.json');
    fs.writeFileSync(file, JSON.stringify(shown));
    return (await runProbe(host, {
      module: 'coldStep',
      extensions: path.join(work.path, 'extensions'),
      env: { KEYLESS_TEST_SANDBOX: sandbox.readyFile, PROBE_STEP: step, PROBE_SHOWN: file },
      limit: 60_000,
    })) as number;
  } finally {
    work.remove();
  }
}

async function milliseconds(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function found<T extends { name: string }>(items: readonly T[], name: string): T {
  const item = items.find((one) => one.name === name);
  if (!item) throw new Error(`${name} doesn't exist.`);
  return item;
}
