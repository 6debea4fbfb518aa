import assert from 'node:assert/strict';
import { waitForEnd } from '../../../../src/azure/resources/operationEnd';
import { callResourceManager } from '../../../../src/azure/core/request';
import { deleteKeyVault } from '../../../../src/azure/keyVault/deletedVaults';
import { useSandbox } from '../useSandbox';

describe('the end of an operation', () => {
  const sandbox = useSandbox();
  const soon = { poll: 20, grace: 100 };

  it('is determined from the state of the resource', async () => {
    const group = `/subscriptions/${sandbox.ready.subscriptionIds[1] ?? ''}/resourceGroups/keyless-rbac`;
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/slow-kv`;
    const properties = {
      tenantId: sandbox.c.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
    };
    const end = (id: string, wanted: 'ready' | 'absent') =>
      waitForEnd(sandbox.c, id, wanted, undefined, soon);
    assert.equal(await end(vault, 'ready'), 'absent');
    await sandbox.control('PATCH', '/settings', { vaultRegistrationMs: 500 });
    const body = { location: 'northeurope', properties };
    const call = { apiVersion: '2026-02-01', path: vault };
    await callResourceManager(sandbox.c, { ...call, method: 'PUT', body });
    // Takes longer than the grace period, but the state shows that the vault is still being created.
    assert.equal(await end(vault, 'ready'), 'ready');
    assert.equal(await end(vault, 'absent'), 'ready');
    await deleteKeyVault(sandbox.c, vault);
    assert.equal(await end(vault, 'absent'), 'absent');
    await sandbox.control('POST', '/faults', {
      ...{ method: 'GET', path: '/vaults/keyless-rbac-kv', status: 200 },
      body: { id: vault, properties: { provisioningState: 'Failed' } },
    });
    assert.equal(await end(vault.replace('slow-kv', 'keyless-rbac-kv'), 'ready'), 'failed');
  });
});
