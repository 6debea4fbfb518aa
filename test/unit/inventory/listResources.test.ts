import assert from 'node:assert/strict';
import {
  listFunctionApps,
  listKeyVaults,
  listUserAssignedIdentities,
} from '../../../src/inventory/listResources';
import { listSubscriptions, listTenants } from '../../../src/azure/directory/subscriptions';
import { PlainClient } from '../../integration/plainClient';
import { sendingConnection } from '../../support/connections';
import { connect, only } from '../azure/support';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { useSandbox } from '../azure/useSandbox';

describe('inventory', () => {
  const sandbox = useSandbox();
  afterEach(async () => {
    await sandbox.control('DELETE', '/faults');
    await sandbox.control('PATCH', '/settings', { resourceGraphRefused: false });
  });

  it('lists tenants and subscriptions', async () => {
    assert.deepEqual(
      (await listTenants(sandbox.c)).map(({ tenantId, displayName }) => [tenantId, displayName]),
      [[sandbox.ready.tenantId, 'Contoso (sandbox)']],
    );
    const subscriptions = await listSubscriptions(sandbox.c);
    assert.deepEqual(
      subscriptions.map(({ subscriptionId }) => subscriptionId).sort(),
      [...sandbox.ready.subscriptionIds].sort(),
    );
    assert.ok(
      subscriptions.every(
        ({ tenantId, state }) => tenantId === sandbox.ready.tenantId && state === 'Enabled',
      ),
    );
  });

  it('returns the same from Resource Graph and from the services themselves', async () => {
    const all = async () => [
      await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds),
      await listKeyVaults(sandbox.c, sandbox.ready.subscriptionIds),
      await listUserAssignedIdentities(sandbox.c, sandbox.ready.subscriptionIds),
    ];
    const byId = ({ items }: { items: readonly { id: string }[] }) =>
      // Locations and the casing of IDs also differ between the two in the real Azure, and Resource Graph isn't asked for
      // an app's runtime.
      items
        .map((item) => ({ ...item, id: item.id.toLowerCase(), resourceGroup: '', location: '', runtime: '' }))
        .sort((one, other) => one.id.localeCompare(other.id));
    const graph = await all();
    assert.ok(sandbox.c.log.some((line) => line.includes('Microsoft.ResourceGraph')));
    await sandbox.control('PATCH', '/settings', { resourceGraphRefused: true });
    sandbox.c.log.length = 0;
    const services = await all();
    assert.ok(sandbox.c.log.some((line) => line.includes('/providers/Microsoft.Web/sites 200')));
    for (const [index, found] of graph.entries()) {
      assert.deepEqual(found.failures, []);
      assert.ok(found.items.length > 0);
      assert.deepEqual(byId(services[index] ?? { items: [] }), byId(found));
    }
  });

  it('reads the properties of apps and vaults', async () => {
    const { items: apps } = await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds);
    const linux = only(apps, ({ name }) => name === 'keyless-linux-app', 'keyless-linux-app');
    assert.ok(linux.linux && linux.identity.systemAssigned && linux.scmHostName?.includes('.scm.localhost:'));
    const windows = only(apps, ({ name }) => name === 'keyless-rbac-app', 'keyless-rbac-app');
    assert.ok(!windows.linux && !windows.identity.systemAssigned);
    assert.equal(windows.identity.userAssigned[0]?.resourceId.split('/').pop(), 'keyless-reader-id');
    assert.ok(windows.identity.userAssigned[0].principalId);
    assert.ok(!apps.some(({ id }) => id.includes('/slots/')));
    const { items: vaults } = await listKeyVaults(sandbox.c, sandbox.ready.subscriptionIds);
    assert.deepEqual(
      vaults.map(({ name, permissionModel }) => [name, permissionModel]),
      [
        ['keyless-rbac-kv', 'rbac'],
        ['keyless-demo-kv', 'accessPolicies'],
      ],
    );
    assert.ok(vaults[1]?.accessPolicies.length);
  });

  it('lists Logic Apps Standard, which run on the Functions host, but no web apps', async () => {
    const plain = new PlainClient(sandbox.ready);
    const { items: before } = await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds);
    const { id, location } = only(before, ({ name }) => name === 'keyless-rbac-app', 'keyless-rbac-app');
    const others = id.slice(0, id.lastIndexOf('/'));
    for (const [name, kind] of [
      ['keyless-flows', 'functionapp,workflowapp'],
      ['keyless-web', 'app'],
    ])
      await plain.arm('PUT', `${others}/${name}`, '2023-12-01', { location, kind, properties: {} });
    for (const resourceGraphRefused of [false, true]) {
      await sandbox.control('PATCH', '/settings', { resourceGraphRefused });
      const { items } = await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds);
      const added = items.filter((item) => !before.some((other) => other.name === item.name));
      assert.deepEqual(
        added.map(({ name, kind }) => [name, kind]),
        [['keyless-flows', 'functionapp,workflowapp']],
      );
    }
    for (const name of ['keyless-flows', 'keyless-web'])
      await plain.arm('DELETE', `${others}/${name}`, '2023-12-01');
  });

  it('reports the subscription that it could not read and still lists the others', async () => {
    const [first = '', second = ''] = sandbox.ready.subscriptionIds;
    await sandbox.control('PATCH', '/settings', { resourceGraphRefused: true });
    await sandbox.control('POST', '/faults', {
      path: `/subscriptions/${second}/providers/Microsoft.Web/sites`,
      status: 403,
      count: 0,
    });
    const { items, failures } = await listFunctionApps(sandbox.c, [first, second]);
    assert.deepEqual(
      items.map(({ name }) => name),
      ['keyless-demo-app'],
    );
    assert.deepEqual(
      failures.map(({ subscriptionId, error }) => [subscriptionId, error.status]),
      [[second, 403]],
    );
  });

  it('reports every subscription when Resource Graph itself fails', async () => {
    await sandbox.control('POST', '/faults', {
      path: 'Microsoft.ResourceGraph',
      status: 429,
      retryAfterSeconds: 600,
      count: 0,
    });
    const { items, failures } = await listKeyVaults(sandbox.c, sandbox.ready.subscriptionIds);
    assert.deepEqual(items, []);
    assert.deepEqual(
      failures.map(({ error }) => error.retryAfterSeconds),
      [600, 600],
    );
  });

  it('sends no request without subscriptions, and can be canceled', async () => {
    sandbox.c.log.length = 0;
    assert.deepEqual(await listFunctionApps(sandbox.c, []), { items: [], failures: [] });
    assert.deepEqual(sandbox.c.log, []);
    await assert.rejects(listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds, AbortSignal.abort()), {
      name: 'AbortError',
    });
  });
});

describe('a large inventory', () => {
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox(['--scale', 'subscriptions=100,apps=1000,vaults=500,secrets=500']);
  });
  after(() => sandbox.stop());

  it('takes five Resource Manager requests', async () => {
    const c = connect(sandbox.ready);
    const [, subscriptions] = await Promise.all([listTenants(c), listSubscriptions(c)]);
    const ids = subscriptions.map(({ subscriptionId }) => subscriptionId);
    const [apps, vaults] = await Promise.all([
      listFunctionApps(c, ids),
      listKeyVaults(c, ids),
      listUserAssignedIdentities(c, ids),
    ]);
    assert.deepEqual([ids.length, apps.items.length, vaults.items.length], [100, 1000, 500]);
    assert.equal(
      c.log.filter((line) => line.includes(new URL(sandbox.ready.resourceManagerUrl).host)).length,
      5,
    );
  });

  it('lets others work while it is read', async () => {
    const c = connect(sandbox.ready);
    let turns = 0;
    let done = false;
    const count = () => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const repeating = sendingConnection(c, async (request) => {
      const answer = await c.http.sendRequest(request);
      const { data } = JSON.parse(answer.bodyAsText ?? '') as { data: object[] };
      const all = Array.from({ length: 20 }, () => data).flat();
      turns = 0;
      return { ...answer, bodyAsText: JSON.stringify({ data: all }) };
    });
    const { items } = await listKeyVaults(repeating, sandbox.ready.subscriptionIds.slice(0, 100));
    const read = turns;
    done = true;
    assert.equal(items.length, 10_000);
    assert.ok(read >= 9, `others worked ${read} times`);
  });
});
