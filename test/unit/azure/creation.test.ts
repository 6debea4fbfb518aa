import assert from 'node:assert/strict';
import { listDeletedVaults } from '../../../src/azure/deletedVaults';
import { readAppSettings } from '../../../src/azure/appSettings';
import type { PlanKind } from '../../../src/azure/functionAppBody';
import { createFunctionApp, type Made, type NewFunctionApp } from '../../../src/azure/functionAppLife';
import type { FunctionApp } from '../../../src/azure/model';
import { whyNameIsTaken } from '../../../src/azure/nameChecks';
import { createResourceGroup, listLocations } from '../../../src/azure/resourceGroups';
import { getResourceJson, listResourceGroups } from '../../../src/azure/resources';
import { deleteFunctionApp } from '../../../src/azure/sites';
import { createKeyVault, deleteKeyVault } from '../../../src/azure/vaultLife';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from './support';
import { connect, control } from './support';

describe('creating and deleting', function () {
  // A vault that is being made is polled every two seconds.
  this.timeout(20_000);
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
    ...{ subscriptionId, resourceGroup: 'keyless-rbac', name, location: 'northeurope' },
    ...({ permissionModel: 'rbac', retentionDays: 7, purgeProtection: false } as const),
  });

  it('lists regions and makes a resource group in one, never over another', async () => {
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

  it('knows which names are free', async () => {
    const why = (kind: Parameters<typeof whyNameIsTaken>[2], name: string) =>
      whyNameIsTaken(c, subscriptionId, kind, name);
    assert.equal(await why('functionApp', 'nobody-has-this'), undefined);
    assert.match((await why('functionApp', 'keyless-rbac-app')) ?? '', /already exists/);
    assert.equal(await why('keyVault', 'nobody-has-this'), undefined);
    assert.match((await why('keyVault', 'keyless-rbac-kv')) ?? '', /already in use/);
  });

  it('makes a vault as asked for, and waits until its host is known', async () => {
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

  it('writes over no vault, also not over a deleted one', async () => {
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

  it('stops waiting when cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(createKeyVault(c, newVault('never-kv'), abort.signal), { name: 'AbortError' });
  });

  it('deletes an app with the plan that is empty then', async () => {
    const providers = `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac/providers`;
    const app = `${providers}/Microsoft.Web/sites/keyless-flex-app`;
    const { properties } = (await getResourceJson(c, app)) as { properties: { serverFarmId: string } };
    await deleteFunctionApp(c, app);
    await deleteFunctionApp(c, app);
    for (const id of [app, properties.serverFarmId])
      await assert.rejects(getResourceJson(c, id), { code: 'ResourceNotFound' });
  });

  describe('function apps', () => {
    const wanted = (name: string, plan: PlanKind, linux: boolean) => ({
      ...{ subscriptionId, resourceGroup: 'keyless-rbac', name, location: 'northeurope', linux, plan },
      ...({ runtime: { name: 'node', version: '22' }, storageName: name.replaceAll('-', '') } as const),
    });
    async function create(app: NewFunctionApp): Promise<{ app: FunctionApp; made: Made[] }> {
      const made: Made[] = [];
      const report = { next: () => undefined, made: (one: Made) => void made.push(one) };
      return { app: await createFunctionApp(c, app, report), made };
    }
    const settingsOf = async (app: FunctionApp) => [...(await readAppSettings(c, app)).keys()].sort();

    it('reach their storage by their identity where the plan allows, with no key in their settings', async () => {
      for (const [plan, linux] of [
        ['basic', true],
        ['flex', true],
      ] as const) {
        const { app, made } = await create(wanted(`by-identity-${plan}`, plan, linux));
        assert.ok(app.identity.systemAssigned);
        assert.deepEqual(
          made.map(({ kind }) => kind),
          ['storage', 'plan', 'app', 'role'],
        );
        const settings = await settingsOf(app);
        assert.ok(settings.includes('AzureWebJobsStorage__accountName'));
        assert.ok(!settings.includes('AzureWebJobsStorage'));
        const role = made.at(-1);
        const { properties } = (await getResourceJson(c, role?.id ?? '')) as {
          properties: { principalId: string; scope: string };
        };
        assert.equal(properties.principalId, app.identity.systemAssigned.principalId);
        assert.equal(properties.scope, made[0]?.id);
      }
    });

    it('have a connection string where the plan keeps their files in Azure Files', async () => {
      const { app, made } = await create(wanted('by-key', 'consumption', false));
      assert.deepEqual(
        made.map(({ kind }) => kind),
        ['storage', 'app'],
      );
      assert.equal(app.sku, 'Dynamic');
      assert.ok(app.identity.systemAssigned);
      assert.deepEqual(await settingsOf(app), [
        'AzureWebJobsStorage',
        'FUNCTIONS_EXTENSION_VERSION',
        'FUNCTIONS_WORKER_RUNTIME',
        'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
        'WEBSITE_CONTENTSHARE',
        'WEBSITE_NODE_DEFAULT_VERSION',
      ]);
      c.log.length = 0;
      await assert.rejects(create(wanted('by-key', 'basic', false)), { code: 'NameTaken' });
      assert.ok(!c.log.some((line) => line.startsWith('PUT')));
      assert.match(
        (await whyNameIsTaken(c, subscriptionId, 'storageAccount', 'bykey')) ?? '',
        /already taken/,
      );
    });
  });
});
