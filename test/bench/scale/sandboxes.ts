import type { Connection } from '../../../src/azure/core/connection';
import { readRolesToShow } from '../../../src/azure/directory/shownRoles';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { listUserAssignedIdentities } from '../../../src/inventory/listResources';
import { MapReader } from '../../../src/map/readMap';
import { childrenOf } from '../../../src/tree/children/childrenOf';
import { changedConnection } from '../../support/connections';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { crowdedWorld, startWorld, wideWorld } from '../../support/worlds/largeWorlds';
import { openInventory } from '../../unit/inventory/openInventory';
import { connectTo } from '../connection';
import { median, type Metrics } from '../report';
import { heapMB, timed } from './timing';

export const latency = ['--latency', '50'];

/** A connection that counts its requests to the services, without those for tokens. */
export async function counting({ ready }: RunningSandbox): Promise<{ c: Connection; requests: string[] }> {
  const requests: string[] = [];
  const connection = await connectTo(ready);
  const { http } = connection;
  const sendRequest: typeof http.sendRequest = (request) => {
    if (!request.url.startsWith(ready.authorityUrl)) requests.push(`${request.method} ${request.url}`);
    return http.sendRequest(request);
  };
  await connection.credential.getToken(`${connection.cloud.resourceManagerAudience}/.default`);
  const counted = Object.create(http, { sendRequest: { value: sendRequest } }) as typeof http;
  return { c: changedConnection(connection, { http: counted }), requests };
}

/** Measures a tenth and the whole. */
export async function ofBoth<T>(
  start: (share: number) => Promise<RunningSandbox>,
  measure: (sandbox: RunningSandbox) => Promise<T>,
): Promise<{ tenth: T; whole: T }> {
  const one = async (share: number) => {
    const sandbox = await start(share);
    try {
      return await measure(sandbox);
    } finally {
      await sandbox.stop();
    }
  };
  return { tenth: await one(0.1), whole: await one(1) };
}

/** An identity's role assignments in 1,000 subscriptions. */
export async function identityRoles(): Promise<Metrics> {
  const { tenth, whole } = await ofBoth(
    (share) => startWorld(wideWorld(1000 * share), latency),
    async (sandbox) => {
      const { c, requests } = await counting(sandbox);
      const ids = (await listSubscriptions(c)).map(({ subscriptionId }) => subscriptionId);
      const [identity] = (await listUserAssignedIdentities(c, ids)).items;
      requests.length = 0;
      const { milliseconds, result } = await timed(() =>
        readRolesToShow(c, ids, identity?.principalId ?? '', []),
      );
      return { milliseconds, requests: requests.length, roles: result.roles.length };
    },
  );
  return {
    identityRoles: whole.roles,
    identityRolesRequests: whole.requests,
    identityRolesMs: whole.milliseconds,
    identityRolesRatio: whole.milliseconds / tenth.milliseconds,
  };
}

/** The first rows of the access to a vault with 4,000 role assignments. */
export async function vaultAccess(): Promise<Metrics> {
  const { tenth, whole } = await ofBoth(
    (share) => startWorld(crowdedWorld(4000 * share), latency),
    async (sandbox) => {
      const { c, requests } = await counting(sandbox);
      const { inventory } = await openInventory(c);
      const [target] = await inventory.keyVaults();
      if (!target) throw new Error('The world has no vault.');
      await Promise.all([inventory.functionApps(), inventory.userAssignedIdentities()]);
      requests.length = 0;
      const node = { kind: 'access', id: 'access', connection: c, vault: target.vault } as const;
      const { signal } = new AbortController();
      const before = heapMB();
      const { milliseconds, result } = await timed(() => childrenOf(node, inventory, 'type', signal));
      const heap = heapMB() - before;
      const names = requests.filter((line) => /ResourceGraph|getByIds/.test(line)).length;
      return { milliseconds, names, rows: result.nodes.length, heap };
    },
  );
  return {
    vaultFirstRows: whole.rows,
    vaultNameRequests: whole.names,
    vaultHeapMB: whole.heap,
    vaultMs: whole.milliseconds,
    vaultRatio: whole.milliseconds / tenth.milliseconds,
  };
}

/** Reads the map of 300 apps and 200 vaults: until it's first shown, and until it's complete. */
export async function readLargeMap(): Promise<Metrics> {
  const sandbox = await startSandbox(['--scale', 'subscriptions=10,apps=300,vaults=200', ...latency]);
  try {
    const { c, requests } = await counting(sandbox);
    const { inventory } = await openInventory(c);
    requests.length = 0;
    const readings = new MapReader(inventory).read('', new AbortController().signal);
    const first = await timed(() => readings.next());
    const firstRequests = requests.length;
    const rest = await timed(async () => {
      while (!(await readings.next()).done);
    });
    return {
      mapReadFirstRequests: firstRequests,
      mapReadFirstMs: first.milliseconds,
      mapReadRequests: requests.length,
      mapReadMs: first.milliseconds + rest.milliseconds,
    };
  } finally {
    await sandbox.stop();
  }
}

const refreshes = 30;

/** 1,000 subscriptions with 20,000 resources, of which 20 are expanded: the first rows, refreshes, and the whole lists. */
export async function largeTenant(): Promise<Metrics> {
  const sandbox = await startSandbox(['--scale', 'subscriptions=1000,apps=10000,vaults=10000', ...latency]);
  try {
    const { c, requests } = await counting(sandbox);
    const { inventory, subscriptions } = await openInventory(c);
    const ids = subscriptions.map(({ subscriptionId }) => subscriptionId);
    requests.length = 0;
    const first = await timed(() => inventory.appsOf(c, ids[0] ?? ''));
    const firstRequests = requests.length;
    const readOpen = () =>
      Promise.all(
        ids
          .slice(0, 20)
          .flatMap((id) => [
            inventory.appsOf(c, id),
            inventory.vaultsOf(c, id),
            inventory.identitiesOf(c, id),
          ]),
      );
    const heap: number[] = [];
    const sent: number[] = [];
    let refresh = first.milliseconds;
    for (let time = 0; time < refreshes; time++) {
      inventory.refresh();
      requests.length = 0;
      refresh = (await timed(readOpen)).milliseconds;
      sent.push(requests.length);
      heap.push(heapMB());
    }
    const before = heapMB();
    requests.length = 0;
    const all = await timed(() => Promise.all([inventory.functionApps(), inventory.keyVaults()]));
    const wholeRequests = requests.length;
    return {
      tenantFirstRequests: firstRequests,
      tenantFirstRowsMs: first.milliseconds,
      // Resource Graph's quota (15 in 5 seconds) refuses some of so many refreshes, so that they are sent again.
      tenantRefreshRequests: median(sent),
      tenantRefreshMs: refresh,
      tenantHeapGrowthMB: (heap.at(-1) ?? 0) - (heap[4] ?? 0),
      tenantResources: all.result.flat().length,
      tenantWholeRequests: wholeRequests,
      tenantWholeMs: all.milliseconds,
      tenantWholeBlocks: all.blocks,
      tenantWholeLongestBlockMs: all.longestBlockMs,
      tenantWholeHeapMB: heapMB() - before,
    };
  } finally {
    await sandbox.stop();
  }
}
