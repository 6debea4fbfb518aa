import assert from 'node:assert/strict';
import { listDeletedVaults } from '../../../../src/azure/keyVault/deletedVaults';
import { whyNameIsTaken } from '../../../../src/azure/resources/nameChecks';
import { createResourceGroup, listLocations } from '../../../../src/azure/resources/resourceGroups';
import { getResourceJson, listResourceGroups } from '../../../../src/azure/resources/resources';
import { deleteFunctionApp } from '../../../../src/azure/appService/sites';
import { createKeyVault } from '../../../../src/azure/keyVault/vaultCreation';
import { deleteKeyVault } from '../../../../src/azure/keyVault/deletedVaults';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('creating and deleting resources', function () {
  // Resources that are being created are polled every two seconds.
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let subscriptionId: string;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    await control(c, sandbox.ready, 'PATCH', '/settings', { vaultRegistrationMs: 1000 });
    subscriptionId = sandbox.ready.subscriptionIds[1] ?? '';
  });
  after(() => sandbox.stop());

  const newVault = (name: string) => ({
    ...{ subscriptionId, tenantId: c.tenantId, resourceGroup: 'keyless-rbac', name },
    location: 'northeurope',
    ...({ permissionModel: 'rbac', retentionDays: 7, purgeProtection: false } as const),
  });

  it('lists regions and creates a resource group in one, never replacing another', async () => {
    const [first] = await listLocations(c, subscriptionId);
    assert.ok(first);
    assert.match(first.name, /^[a-z]+$/);
    const wanted = { subscriptionId, name: 'new-group', location: first.name };
    await createResourceGroup(c, wanted);
    const made = (await listResourceGroups(c, subscriptionId)).find(({ name }) => name === 'new-group');
    assert.equal(made?.location, first.name);
    c.log.length = 0;
    await assert.rejects(createResourceGroup(c, wanted), { code: 'ResourceGroupExists' });
    assert.ok(!c.log.some((line) => line.startsWith('PUT')));
  });

  it('checks which names are available', async () => {
    const why = (kind: Parameters<typeof whyNameIsTaken>[2], name: string) =>
      whyNameIsTaken(c, subscriptionId, kind, name);
    assert.equal(await why('functionApp', 'nobody-has-this'), undefined);
    assert.match((await why('functionApp', 'keyless-rbac-app')) ?? '', /already exists/);
    assert.equal(await why('keyVault', 'nobody-has-this'), undefined);
    assert.match((await why('keyVault', 'keyless-rbac-kv')) ?? '', /already in use/);
  });

  it('creates a vault with the chosen options and waits until it is ready', async () => {
    const vault = await createKeyVault(c, newVault('made-kv'));
    assert.equal(vault.permissionModel, 'rbac');
    assert.match(vault.vaultUri, /^https:\/\/made-kv\.vault\./);
    const { properties } = (await getResourceJson(c, vault.id)) as { properties: Record<string, unknown> };
    assert.equal(properties['provisioningState'], 'Succeeded');
    assert.equal(properties['softDeleteRetentionInDays'], 7);
    assert.equal(properties['enablePurgeProtection'], undefined);

    const old = await createKeyVault(c, {
      ...newVault('made-old-kv'),
      ...{ permissionModel: 'accessPolicies', purgeProtection: true },
    });
    assert.equal(old.permissionModel, 'accessPolicies');
    const json = (await getResourceJson(c, old.id)) as { properties: Record<string, unknown> };
    assert.equal(json.properties['enablePurgeProtection'], true);
  });

  it('never replaces a vault, not even a soft-deleted one', async () => {
    const vault = await createKeyVault(c, newVault('taken-kv'));
    c.log.length = 0;
    await assert.rejects(createKeyVault(c, newVault('taken-kv')), { code: 'VaultAlreadyExists' });
    await deleteKeyVault(c, vault.id);
    await deleteKeyVault(c, vault.id);
    const deleted = await listDeletedVaults(c, subscriptionId);
    assert.ok(deleted.some(({ name }) => name === 'taken-kv'));
    await assert.rejects(createKeyVault(c, newVault('taken-kv')), { code: 'VaultAlreadyExists' });
    assert.ok(!c.log.some((line) => line.startsWith('PUT')));
  });

  it('stops waiting when canceled', async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(createKeyVault(c, newVault('never-kv'), abort.signal), { name: 'AbortError' });
  });

  it('deletes an app and its plan if that is empty', async () => {
    const providers = `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac/providers`;
    const app = `${providers}/Microsoft.Web/sites/keyless-flex-app`;
    const { properties } = (await getResourceJson(c, app)) as { properties: { serverFarmId: string } };
    await deleteFunctionApp(c, app);
    await deleteFunctionApp(c, app);
    for (const id of [app, properties.serverFarmId])
      await assert.rejects(getResourceJson(c, id), { code: 'ResourceNotFound' });
  });
});
