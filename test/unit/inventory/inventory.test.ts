import assert from 'node:assert/strict';
import type { TenantState } from '../../../src/account/session';
import type { Connection } from '../../../src/azure/core/connection';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { LiveInventory } from '../../../src/inventory/inventory';
import { changedConnection } from '../../support/connections';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { connect } from '../azure/support';

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
});
