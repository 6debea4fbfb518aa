import assert from 'node:assert/strict';
import type { TenantState } from '../../../src/account/session';
import type { Connection } from '../../../src/azure/core/connection';
import {
  createUserAssignedIdentity,
  deleteUserAssignedIdentity,
} from '../../../src/azure/appService/identities';
import { AzureError } from '../../../src/azure/core/errors';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { LiveInventory } from '../../../src/inventory/inventory';
import { RecentWrites } from '../../../src/inventory/recentWrites';
import { changedConnection } from '../../support/connections';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { connect, control } from '../azure/support';

describe('the inventory', () => {
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.stop());

  it('reads through the new connection after the account signs in again', async () => {
    const c = connect(sandbox.ready);
    const subscriptions = await listSubscriptions(c);
    const stale = changedConnection(c, {
      credential: { getToken: () => Promise.reject(new Error('The session has ended.')) },
    });
    const tenants = (connection: Connection): TenantState[] => [
      { tenant: { tenantId: c.tenantId, displayName: 'Contoso' }, connection, subscriptions },
    ];
    let source = tenants(stale);
    const inventory = new LiveInventory(() => Promise.resolve(source));
    const early = inventory.keyVaults().catch(() => []);
    inventory.clear();
    await early; // it went on after the lists were cleared
    source = tenants(c);
    assert.ok((await inventory.keyVaults()).length > 0);
  });

  it('says whose resources could not be listed beside those that could', async () => {
    const c = connect(sandbox.ready);
    const subscriptions = await listSubscriptions(c);
    const [first, second] = subscriptions;
    assert.ok(first && second);
    const refused = new AzureError('No.', { status: 403 });
    const inventory = new LiveInventory(() =>
      Promise.resolve([
        { tenant: { tenantId: c.tenantId, displayName: 'Contoso' }, connection: c, subscriptions },
        { tenant: { tenantId: 'other', displayName: 'Fabrikam' }, connection: c, error: refused },
      ]),
    );
    await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused: true });
    const path = `/subscriptions/${second.subscriptionId}/providers/Microsoft.KeyVault/vaults`;
    await control(c, sandbox.ready, 'POST', '/faults', { path, status: 403, count: 0 });
    try {
      const vaults = await inventory.keyVaults();
      assert.ok(vaults.length > 0);
      assert.ok(vaults.every(({ vault }) => vault.subscriptionId === first.subscriptionId));
      const names = (await inventory.unlisted('vaults')).map(({ name }) => name);
      assert.deepEqual(names, [second.displayName, 'Fabrikam']);
      assert.deepEqual(await inventory.unlisted('apps'), [{ name: 'Fabrikam', error: refused }]);
    } finally {
      await control(c, sandbox.ready, 'DELETE', '/faults');
      await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused: false });
    }
  });

  it("shows what was written and hides what was deleted, however far Resource Graph's lists lag behind", async () => {
    const c = connect(sandbox.ready);
    const tenant = { tenantId: c.tenantId, displayName: 'Contoso' };
    const source: TenantState[] = [{ tenant, connection: c, subscriptions: await listSubscriptions(c) }];
    const inventory = new LiveInventory(() => Promise.resolve(source));
    const names = async () => (await inventory.userAssignedIdentities()).map(({ identity }) => identity.name);
    await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphDelayMs: 3_600_000 });
    const [old] = await inventory.userAssignedIdentities();
    assert.ok(old);
    const { subscriptionId, resourceGroup } = old.identity;
    const wanted = { subscriptionId, resourceGroup, name: 'late', location: 'westeurope' };
    const { id } = await createUserAssignedIdentity(c, wanted);
    inventory.refresh();
    assert.ok(!(await names()).includes('late'), "the sandbox's Resource Graph has a delay");
    await inventory.reread(c, id);
    assert.ok((await names()).includes('late'));
    inventory.refresh();
    assert.ok((await names()).includes('late'), 'after Refresh of a list');
    inventory.clear();
    assert.ok((await names()).includes('late'), 'after Refresh of the view');
    const others = source.map((state) =>
      'error' in state
        ? state
        : {
            ...state,
            subscriptions: state.subscriptions.filter((one) => one.subscriptionId !== subscriptionId),
          },
    );
    const shown = source.splice(0, source.length, ...others);
    inventory.clear();
    assert.ok(!(await names()).includes('late'), 'while its subscription is filtered out');
    source.splice(0, source.length, ...shown);
    inventory.clear();
    await deleteUserAssignedIdentity(c, id);
    await inventory.reread(c, id);
    inventory.clear();
    assert.ok(!(await names()).includes('late'));
  });
});

describe('recent writes', () => {
  it('are remembered for half an hour, and then until lists agree with the service', () => {
    let now = 0;
    const writes = new RecentWrites(() => now);
    writes.add('/A');
    writes.agreed('/a');
    assert.deepEqual(writes.ids, ['/a']);
    now = 30 * 60_000;
    assert.deepEqual(writes.ids, ['/a']);
    writes.agreed('/a');
    assert.deepEqual(writes.ids, []);
  });
});
