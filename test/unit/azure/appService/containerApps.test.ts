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
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { json, siteId, testCloud, TestServer } from '../servers';
import { connect, control, only, type TestConnection } from '../support';

describe('function apps on Container Apps', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let identityId: string;
  let apps: Awaited<ReturnType<typeof toContainerApps>>;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    const other = only(items, ({ name }) => name === 'keyless-rbac-app', 'keyless-rbac-app');
    identityId = other.identity.userAssigned[0]?.resourceId ?? assert.fail();
    apps = await toContainerApps(new PlainClient(sandbox.ready), other);
  });
  after(() => sandbox.stop());

  const list = async () => (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
  const found = async (id: string): Promise<FunctionApp> =>
    only(await list(), (app) => app.id.toLowerCase() === id.toLowerCase(), id);

  it('are listed by Resource Graph and by the services, without those that belong to a site', async () => {
    for (const resourceGraphRefused of [false, true]) {
      await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused });
      const names = (await list()).map(({ name }) => name).filter((name) => name.startsWith('orders'));
      assert.deepEqual(names.sort(), ['orders', 'orders-site']);
      const { kind, linux, state, defaultHostName, tags } = await found(apps.native);
      assert.deepEqual([kind, linux, state, tags], ['functionapp', true, 'Running', { team: 'a' }]);
      assert.equal(defaultHostName, 'orders.containerapps.localhost');
    }
    await control(c, sandbox.ready, 'PATCH', '/settings', { resourceGraphRefused: false });
  });

  it('get and lose identities, which takes the service a while', async () => {
    const before = await found(apps.native);
    const on = await enableSystemAssignedIdentity(c, before);
    assert.match(on.identity.systemAssigned?.principalId ?? '', /^[0-9a-f-]{36}$/);
    const both = await assignUserAssignedIdentity(c, before, identityId);
    assert.deepEqual(both.identity.systemAssigned, on.identity.systemAssigned);
    assert.equal(both.identity.userAssigned.length, 1);
    const one = await removeUserAssignedIdentity(c, before, identityId);
    assert.deepEqual(
      [one.identity.userAssigned.length, one.identity.systemAssigned !== undefined],
      [0, true],
    );
    const off = await disableSystemAssignedIdentity(c, before);
    assert.deepEqual(off.identity, { userAssigned: [] });
    assert.deepEqual(await getFunctionApp(c, before.id), off);
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
    c.log.length = 0;
    assert.deepEqual(await listContainerAppSecrets(c, await found(apps.native)), [
      {
        name: 'key',
        keyVaultUrl: 'https://keyless-demo-kv.vault.localhost/secrets/ASampleKey',
        identity: 'system',
      },
      { name: 'plain' },
    ]);
    assert.ok(!c.log.some((line) => line.includes('listSecrets')));
  });

  it('send nothing for what they do not have', async () => {
    const app = await found(apps.native);
    c.log.length = 0;
    assert.deepEqual(await listSlots(c, app), []);
    const refused = { name: 'AzureError', code: 'NotForThisApp' };
    await assert.rejects(readAppSettings(c, app), refused);
    await assert.rejects(listFunctions(c, app), refused);
    await assert.rejects(stopApp(c, app), refused);
    await assert.rejects(deleteFunctionApp(c, app.id), refused);
    await assert.rejects(setKeyVaultReferenceIdentity(c, app, identityId), refused);
    await assert.rejects(callScm(c, app, { method: 'GET', path: '/api/settings' }), refused);
    assert.deepEqual(c.log, []);
  });

  it('as sites of App Service keep their settings, but not references and the SCM site', async () => {
    const app = await found(apps.site);
    assert.equal(app.kind, 'functionapp,linux,container,azurecontainerapps');
    assert.deepEqual(await listSlots(c, app), []);
    await changeAppSettings(c, app, { kind: 'set', name: 'COLOR', value: 'red' });
    const refused = { name: 'AzureError', code: 'NotForThisApp' };
    const value = '@Microsoft.KeyVault(SecretUri=https://keyless-demo-kv.vault.localhost/secrets/ASampleKey)';
    await assert.rejects(changeAppSettings(c, app, { kind: 'set', name: 'KEY', value }), refused);
    await assert.rejects(callScm(c, app, { method: 'GET', path: '/api/settings' }), refused);
    assert.deepEqual([...(await readAppSettings(c, app))], [['COLOR', 'red']]);
    const on = await enableSystemAssignedIdentity(c, app);
    assert.ok(on.identity.systemAssigned);
  });
});
