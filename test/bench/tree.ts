import type { Connection } from '../../src/azure/core/connection';
import type { Subscription } from '../../src/azure/core/model';
import { listSubscriptions } from '../../src/azure/directory/subscriptions';
import { LiveInventory } from '../../src/inventory/inventory';
import { remember, RememberedTree } from '../../src/tree/remembered';
import { rememberedNodes } from '../../src/tree/rememberedNodes';
import { PlainClient } from '../integration/plainClient';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type SandboxReady } from '../support/sandbox';
import { connectTo } from './connection';
import { median, type Benchmark, type Metrics } from './report';

const SCALE = 'subscriptions=100,apps=1000,vaults=500';
const LATENCY_MS = 50;
const RUNS = 5;

/** Measures how long it takes to list every app and vault of a large tenant, once there is a token. */
export const tree: Benchmark = {
  name: 'tree',
  about: `${SCALE} at ${LATENCY_MS} ms per request: milliseconds and requests to list everything without sign-in (1,000 ms; 5), and to load the remembered tree (20 ms)`,
  async run() {
    const sandbox = await startSandbox(['--scale', SCALE, '--latency', String(LATENCY_MS)]);
    try {
      const control = new PlainClient(sandbox.ready);
      const runs: Metrics[] = [];
      for (let n = 0; n < RUNS; n++) runs.push(await readEverything(sandbox.ready, control));
      const middle = (name: string) => median(runs.map((run) => run[name] ?? NaN));
      return {
        milliseconds: middle('milliseconds'),
        resourceManagerRequests: Math.max(...runs.map((run) => run.requests ?? NaN)),
        apps: middle('apps'),
        vaults: middle('vaults'),
        rememberedMs: middle('rememberedMs'),
      };
    } finally {
      await sandbox.stop();
    }
  },
};

async function readEverything(ready: SandboxReady, control: PlainClient): Promise<Metrics> {
  const connection = await connectTo(ready);
  await connection.credential.getToken(`${connection.cloud.resourceManagerAudience}/.default`);
  await statistics(control, ready, 'DELETE');
  const start = performance.now();
  const subscriptions = await listSubscriptions(connection);
  const tenant = { tenantId: ready.tenantId, displayName: 'bench' };
  const inventory = new LiveInventory(() => Promise.resolve([{ tenant, connection, subscriptions }]));
  const [apps, vaults] = await Promise.all([inventory.functionApps(), inventory.keyVaults()]);
  const milliseconds = performance.now() - start;
  const rememberedMs = await readRemembered(connection, subscriptions, inventory);
  const stats = (await statistics(control, ready, 'GET')) as { services: { arm?: { requests: number } } };
  return {
    milliseconds,
    requests: stats.services.arm?.requests ?? NaN,
    rememberedMs,
    apps: apps.length,
    vaults: vaults.length,
  };
}

async function statistics(client: PlainClient, ready: SandboxReady, method: string): Promise<unknown> {
  const headers = { 'x-sandbox-control': ready.controlSecret };
  return (await client.send(method, `${ready.controlUrl}/stats`, { headers })).json;
}

/** Measures the time from the file on disk to the nodes for the view. */
async function readRemembered(
  connection: Connection,
  subscriptions: readonly Subscription[],
  inventory: LiveInventory,
): Promise<number> {
  const folder = temporaryFolder('remembered');
  try {
    const remembered = new RememberedTree(folder.path);
    await remembered.save(remember(connection, subscriptions, await inventory.known(connection), undefined));
    const start = performance.now();
    const nodes = rememberedNodes(await remembered.load({ kind: 'sandbox', id: 'bench', label: 'bench' }));
    if (nodes.get('')?.length !== subscriptions.length) throw new Error("The tree wasn't remembered.");
    return performance.now() - start;
  } finally {
    folder.remove();
  }
}
