import { remember, RememberedTree } from '../../src/tree/remembered';
import { rememberedNodes } from '../../src/tree/rememberedNodes';
import { PlainClient } from '../integration/plainClient';
import { ensureCodeServer } from '../support/host/codeServer';
import { installExtension } from '../support/host/server';
import { packageExtension } from '../support/host/vsix';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type SandboxReady } from '../support/sandbox';
import { openInventory } from '../unit/inventory/openInventory';
import { connectTo } from './connection';
import { runProbe } from './probe';
import type { TreeFigures } from './probes/treeFigures';
import { median, type Benchmark } from './report';

const SCALE = 'subscriptions=100,apps=1000,vaults=500';
const LATENCY_MS = 50;
const WINDOWS = 3;

/** Measures how long it takes to sign in and to show every app and vault of a large tenant in the view. */
export const tree: Benchmark = {
  name: 'tree',
  about: `${SCALE} at ${LATENCY_MS} ms per request, in a new window, median of ${WINDOWS}: milliseconds to sign in, to the first app's row, and to the rows of every app and vault (1,000 ms; 5 requests); and to load the remembered tree (20 ms)`,
  async run() {
    const host = await ensureCodeServer('latest');
    const extensions = temporaryFolder('extensions');
    const sandbox = await startSandbox(['--scale', SCALE, '--latency', String(LATENCY_MS)]);
    try {
      await installExtension(host, await packageExtension(), extensions.path);
      const control = new PlainClient(sandbox.ready);
      const windows: (TreeFigures & { requests: number })[] = [];
      for (let n = 0; n < WINDOWS; n++) {
        await statistics(control, sandbox.ready, 'DELETE');
        const figures = (await runProbe(host, {
          module: 'tree',
          extensions: extensions.path,
          env: { KEYLESS_TEST_SANDBOX: sandbox.readyFile },
          limit: 60_000,
        })) as TreeFigures;
        const stats = (await statistics(control, sandbox.ready, 'GET')) as Statistics;
        windows.push({ ...figures, requests: stats.services.arm?.requests ?? NaN });
      }
      const middle = (name: keyof TreeFigures) => median(windows.map((figures) => figures[name]));
      return {
        signInMs: middle('signInMs'),
        firstRowMs: middle('firstRowMs'),
        allRowsMs: middle('allRowsMs'),
        rows: middle('rows'),
        resourceManagerRequests: Math.max(...windows.map(({ requests }) => requests)),
        rememberedMs: await readRemembered(sandbox.ready),
      };
    } finally {
      await sandbox.stop();
      extensions.remove();
    }
  },
};

interface Statistics {
  services: { arm?: { requests: number } };
}

async function statistics(client: PlainClient, ready: SandboxReady, method: string): Promise<unknown> {
  const headers = { 'x-sandbox-control': ready.controlSecret };
  return (await client.send(method, `${ready.controlUrl}/stats`, { headers })).json;
}

/** Measures the time from the file on disk to the nodes for the view. */
async function readRemembered(ready: SandboxReady): Promise<number> {
  const connection = await connectTo(ready);
  const { inventory, subscriptions } = await openInventory(connection);
  await Promise.all([inventory.functionApps(), inventory.keyVaults()]);
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
