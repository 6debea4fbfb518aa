import assert from 'node:assert/strict';
import { toContainerApps } from '../containerApps';
import {
  assignUserAssignedIdentity,
  removeUserAssignedIdentity,
  setKeyVaultReferenceIdentity,
} from '../../../../src/azure/appService/identities';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { listContainerAppSecrets } from '../../../../src/azure/appService/hosting/containerApp';
import {
  deleteFunctionApp,
  disableSystemAssignedIdentity,
  enableSystemAssignedIdentity,
  getFunctionApp,
  listFunctions,
  listSlots,
  stopApp,
} from '../../../../src/azure/appService/sites';
import { callScm } from '../../../../src/azure/appService/scm';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import { PlainClient } from '../../../integration/plainClient';
import { json, siteId, testCloud, TestServer } from '../servers';
import { useSandboxApps } from '../sandboxApps';
import { only } from '../support';

describe('function apps on Container Apps', () => {
  const sandbox = useSandboxApps();
  let identityId: string;
  let apps: Awaited<ReturnType<typeof toContainerApps>>;
  before(async () => {
    const other = sandbox.app('keyless-rbac-app');
    identityId = other.identity.userAssigned[0]?.resourceId ?? assert.fail();
    apps = await toContainerApps(new PlainClient(sandbox.ready), other);
  });

  const list = async () => (await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds)).items;
  const found = async (id: string): Promise<FunctionApp> =>
    only(await list(), (app) => app.id.toLowerCase() === id.toLowerCase(), id);

  it('are listed by Resource Graph and by the services, without those that belong to a site', async () => {
    for (const resourceGraphRefused of [false, true]) {
      await sandbox.control('PATCH', '/settings', { resourceGraphRefused });
      const names = (await list()).map(({ name }) => name).filter((name) => name.startsWith('orders'));
      assert.deepEqual(names.sort(), ['orders', 'orders-site']);
      const { kind, linux, state, defaultHostName, tags } = await found(apps.native);
      assert.deepEqual([kind, linux, state, tags], ['functionapp', true, 'Running', { team: 'a' }]);
      assert.equal(defaultHostName, 'orders.containerapps.localhost');
    }
    await sandbox.control('PATCH', '/settings', { resourceGraphRefused: false });
  });

  it('get and lose identities, which takes the service a while', async () => {
    const before = await found(apps.native);
    const on = await enableSystemAssignedIdentity(sandbox.c, before);
    assert.match(on.identity.systemAssigned?.principalId ?? '', /^[0-9a-f-]{36}$/);
    const both = await assignUserAssignedIdentity(sandbox.c, before, identityId);
    assert.deepEqual(both.identity.systemAssigned, on.identity.systemAssigned);
    assert.equal(both.identity.userAssigned.length, 1);
    const one = await removeUserAssignedIdentity(sandbox.c, before, identityId);
    assert.deepEqual(
      [one.identity.userAssigned.length, one.identity.systemAssigned !== undefined],
      [0, true],
    );
    const off = await disableSystemAssignedIdentity(sandbox.c, before);
    assert.deepEqual(off.identity, { userAssigned: [] });
    assert.deepEqual(await getFunctionApp(sandbox.c, before.id), off);
  });

  it('say if the service could not apply a change', async () => {
    const arm = await TestServer.start((_request, response) => {
      json(response, 200, {
        id: `${siteId.slice(0, siteId.indexOf('/providers/'))}/providers/Microsoft.App/containerapps/orders`,
        ...{ kind: 'functionapp', identity: { type: 'None' }, properties: { provisioningState: 'Failed' } },
      });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      const failing = enableSystemAssignedIdentity(plain, await found(apps.native));
      await assert.rejects(failing, { code: 'UpdateFailed' });
      assert.deepEqual(
        arm.seen.map(({ method }) => method),
        ['GET', 'PATCH', 'GET'],
      );
    } finally {
      await arm.stop();
    }
  });

  it('show their secrets, but no values', async () => {
    sandbox.c.log.length = 0;
    assert.deepEqual(await listContainerAppSecrets(sandbox.c, await found(apps.native)), [
      {
        name: 'key',
        keyVaultUrl: 'https://keyless-demo-kv.vault.localhost/secrets/ASampleKey',
        identity: 'system',
      },
      { name: 'plain' },
    ]);
    assert.ok(!sandbox.c.log.some((line) => line.includes('listSecrets')));
  });

  it('send nothing for what they do not have', async () => {
    const app = await found(apps.native);
    sandbox.c.log.length = 0;
    assert.deepEqual(await listSlots(sandbox.c, app), []);
    const refused = { name: 'AzureError', code: 'NotForThisApp' };
    await assert.rejects(readAppSettings(sandbox.c, app), refused);
    await assert.rejects(listFunctions(sandbox.c, app), refused);
    await assert.rejects(stopApp(sandbox.c, app), refused);
    await assert.rejects(deleteFunctionApp(sandbox.c, app.id), refused);
    await assert.rejects(setKeyVaultReferenceIdentity(sandbox.c, app, identityId), refused);
    await assert.rejects(callScm(sandbox.c, app, { method: 'GET', path: '/api/settings' }), refused);
    assert.deepEqual(sandbox.c.log, []);
  });

  it('as sites of App Service keep their settings, but not references and the SCM site', async () => {
    const app = await found(apps.site);
    assert.equal(app.kind, 'functionapp,linux,container,azurecontainerapps');
    assert.deepEqual(await listSlots(sandbox.c, app), []);
    await changeAppSettings(sandbox.c, app, { kind: 'set', name: 'COLOR', value: 'red' });
    const refused = { name: 'AzureError', code: 'NotForThisApp' };
    const value = '@Microsoft.KeyVault(SecretUri=https://keyless-demo-kv.vault.localhost/secrets/ASampleKey)';
    await assert.rejects(changeAppSettings(sandbox.c, app, { kind: 'set', name: 'KEY', value }), refused);
    await assert.rejects(callScm(sandbox.c, app, { method: 'GET', path: '/api/settings' }), refused);
    assert.deepEqual([...(await readAppSettings(sandbox.c, app))], [['COLOR', 'red']]);
    const on = await enableSystemAssignedIdentity(sandbox.c, app);
    assert.ok(on.identity.systemAssigned);
  });
});
