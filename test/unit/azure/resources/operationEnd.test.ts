import assert from 'node:assert/strict';
import { waitForEnd } from '../../../../src/azure/resources/operationEnd';
import { callResourceManager } from '../../../../src/azure/core/request';
import { deleteKeyVault } from '../../../../src/azure/keyVault/deletedVaults';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { connect, control, type TestConnection } from '../support';

describe('the end of an operation', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
  });
  after(() => sandbox.stop());
  const soon = { poll: 20, grace: 100 };

  it('is determined from the state of the resource', async () => {
    const group = `/subscriptions/${sandbox.ready.subscriptionIds[1] ?? ''}/resourceGroups/keyless-rbac`;
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/slow-kv`;
    const properties = { tenantId: c.tenantId, sku: { family: 'A', name: 'standard' }, accessPolicies: [] };
    const end = (id: string, wanted: 'ready' | 'absent') => waitForEnd(c, id, wanted, undefined, soon);
    assert.equal(await end(vault, 'ready'), 'absent');
    await control(c, sandbox.ready, 'PATCH', '/settings', { vaultRegistrationMs: 500 });
    const body = { location: 'northeurope', properties };
    const call = { apiVersion: '2026-02-01', path: vault };
    await callResourceManager(c, { ...call, method: 'PUT', body });
    // Takes longer than the grace period, but the state shows that the vault is still being created.
    assert.equal(await end(vault, 'ready'), 'ready');
    assert.equal(await end(vault, 'absent'), 'ready');
    await deleteKeyVault(c, vault);
    assert.equal(await end(vault, 'absent'), 'absent');
    await control(c, sandbox.ready, 'POST', '/faults', {
      ...{ method: 'GET', path: '/vaults/keyless-rbac-kv', status: 200 },
      body: { id: vault, properties: { provisioningState: 'Failed' } },
    });
    assert.equal(await end(vault.replace('slow-kv', 'keyless-rbac-kv'), 'ready'), 'failed');
  });
});
