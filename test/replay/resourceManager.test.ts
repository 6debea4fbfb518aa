import assert from 'node:assert/strict';
import { listAppSettings, readSettingsOf } from '../../src/azure/appService/settings/appSettings';
import { listKeyVaults } from '../../src/inventory/listResources';
import { isObject, listOf, objectOf, stringOf } from '../../src/azure/core/json';
import { siteOf } from '../../src/azure/appService/siteModel';
import { isFunctionApp } from '../../src/azure/appService/siteKind';
import * as sites from '../../src/azure/appService/sites';
import { getKeyVault } from '../../src/azure/keyVault/vaults';
import { skip } from '../support/skip';
import type { Exchange } from './recordings';
import { load, loadAll, noResourceGraph, only, replay, whyAbsent } from './recordings';

describe('From recordings of Resource Manager, Keyless', () => {
  before(function () {
    const reason = whyAbsent();
    if (reason !== undefined) skip(this, reason);
  });

  it('reads sites as recorded', async () => {
    const recorded = loadAll().filter(
      ({ request, response }) =>
        request.method === 'GET' &&
        response.status === 200 &&
        /\/sites\/[^/?]+(\/slots\/[^/?]+)?\?/.test(request.url),
    );
    assert.ok(recorded.length >= 60, `${recorded.length}`);
    for (const exchange of recorded) {
      const body = objectOf(exchange.response.body);
      const id = stringOf(body['id']) ?? '';
      const { c } = replay([{ ...exchange, request: { ...exchange.request, url: id } }]);
      const app = await sites.getFunctionApp(c, id);
      const where = `${exchange.file} ${exchange.seq}`;
      const properties = objectOf(body['properties']);
      const repository = listOf(properties['hostNameSslStates'])
        .filter(isObject)
        .find((state) => state['hostType'] === 'Repository');
      assert.equal(app.id, id, where);
      assert.equal(app.scmHostName, stringOf(repository?.['name'])?.toLowerCase(), where);
      assert.ok(
        app.scmHostName === undefined || c.http.trust.knows(`https://${app.scmHostName}`, 'scm'),
        where,
      );
      assert.equal(app.state, properties['state'], where);
      assert.equal(app.linux, String(body['kind']).includes('linux'), where);
      assert.equal(app.name, id.split('/').pop(), where);
      const identity = objectOf(body['identity']);
      assert.equal(app.identity.systemAssigned?.principalId, identity['principalId'], where);
      assert.deepEqual(
        app.identity.userAssigned.map(({ resourceId }) => resourceId),
        Object.keys(objectOf(identity['userAssignedIdentities'])),
        where,
      );
      assert.ok(
        app.identity.userAssigned.every(({ principalId, clientId }) => principalId && clientId),
        where,
      );
    }
  });

  it('reads four shapes of identities', () => {
    const shapes = new Map<string, string>();
    for (const { response } of loadAll()) {
      const body = objectOf(response.body);
      if (!/\/sites\/[^/]+$/.test(stringOf(body['id']) ?? '')) continue;
      const site = siteOf(replay([]).c, body);
      if (!site) continue;
      const type = stringOf(objectOf(body['identity'])['type']) ?? 'absent';
      shapes.set(
        type,
        `${site.identity.systemAssigned ? 'system' : ''} ${site.identity.userAssigned.length > 0 ? 'user' : ''}`.trim(),
      );
    }
    const expected = {
      SystemAssigned: 'system',
      'SystemAssigned, UserAssigned': 'system user',
      UserAssigned: 'user',
      absent: '',
    };
    assert.deepEqual(Object.fromEntries(shapes), expected);
  });

  it('turns off an identity with a PATCH that keeps the others', async () => {
    const recorded = load('azure-libraries-for-net__CanCRUDWebAppWithMsi');
    const site = recorded.filter(({ seq }) => [25, 29, 36].includes(seq));
    const id = stringOf(objectOf(site[0]?.response.body)['id']) ?? '';
    const { c, asked } = replay(
      site.map((exchange) => ({ ...exchange, request: { ...exchange.request, url: id } })),
    );
    const before = await sites.getFunctionApp(c, id);
    assert.ok(before.identity.systemAssigned);
    // The first answer is used up: the next one is the state after it.
    const stillOn = replay([
      { ...(site[0] as Exchange), request: { ...(site[0] as Exchange).request, url: id } },
      ...site.slice(1).map((exchange) => ({ ...exchange, request: { ...exchange.request, url: id } })),
    ]);
    const after = await sites.disableSystemAssignedIdentity(stillOn.c, before);
    assert.equal(after.identity.systemAssigned, undefined);
    assert.deepEqual(after.identity.userAssigned, before.identity.userAssigned);
    const patch = only(stillOn.asked.filter(({ method }) => method === 'PATCH'));
    assert.deepEqual(patch.body, {
      identity: {
        type: 'UserAssigned',
        userAssignedIdentities: Object.fromEntries(
          before.identity.userAssigned.map(({ resourceId }) => [resourceId, {}]),
        ),
      },
    });
    assert.ok(asked.length > 0);
  });

  it('distinguishes function apps from other sites', () => {
    const kinds = new Map<string, boolean>();
    for (const { response } of loadAll()) {
      const body = objectOf(response.body);
      for (const item of [body, ...listOf(body['value']).filter(isObject)]) {
        if (!/\/sites\/[^/]+$/.test(stringOf(item['id']) ?? '')) continue;
        const site = siteOf(replay([]).c, item);
        if (site) kinds.set(site.kind, isFunctionApp(site));
      }
    }
    for (const [kind, isOne] of kinds) assert.equal(isOne, kind.startsWith('functionapp'), kind);
    assert.ok([...kinds.values()].includes(true) && [...kinds.values()].includes(false));
  });

  it('reads slots, functions, settings and keys', async () => {
    const slotFile = load('azure-dev__Test_CLI_Deploy_SlotDeployment');
    const slotList = slotFile.find(({ request }) => /\/slots\?/.test(request.url));
    const siteId = new URL(slotList?.request.url ?? '').pathname.replace(/\/slots$/, '');
    const { c } = replay(slotFile);
    const app = siteOf(c, { id: siteId, properties: {} });
    assert.ok(app);
    assert.deepEqual(
      (await sites.listSlots(c, app)).map(({ name }) => name),
      ['staging'],
    );

    const java = load('azure-libraries-for-java__canCRUDLinuxFunctionAppPremium');
    const functionList = java.find(({ request }) => /\/functions\?/.test(request.url));
    const linux = replay(java);
    const linuxApp = siteOf(linux.c, {
      id: new URL(functionList?.request.url ?? '').pathname.replace(/\/functions$/, ''),
      properties: {},
    });
    assert.ok(linuxApp);
    const [fn] = await sites.listFunctions(linux.c, linuxApp);
    assert.equal(fn?.name, 'HttpTrigger-Java');
    assert.equal(fn.http?.authLevel, 'anonymous');

    const cli = load('azure-cli__test_functionapp_assign_user_identity');
    const settingsOf = cli.find(({ request }) => request.url.includes('/config/appsettings/list'));
    const recorded = replay(cli);
    const cliApp = siteOf(recorded.c, {
      id: new URL(settingsOf?.request.url ?? '').pathname.replace(/\/config.*/, ''),
      properties: {},
    });
    assert.ok(cliApp);
    const settings = await listAppSettings(recorded.c, cliApp, undefined, undefined, ['appsettings']);
    assert.deepEqual(
      settings.map(({ name }) => name).sort(),
      Object.keys(objectOf(objectOf(settingsOf?.response.body)['properties'])).sort(),
    );
    assert.ok(settings.every((setting) => !('value' in setting) && !setting.slotSetting));

    const net = load('azure-libraries-for-net__ManageFunctionAppBasicTest');
    const stringsOf = net.find(({ request }) => request.url.includes('/config/connectionstrings/list'));
    const ofNet = replay(net);
    const netApp = siteOf(ofNet.c, {
      id: stringsOf?.request.url.replace(/^https:..[^/]+|\/config.*/g, ''),
      properties: {},
    });
    assert.ok(netApp);
    assert.deepEqual(await readSettingsOf(ofNet.c, netApp, 'connectionstrings'), new Map());

    const keyFile = load('azure-cli__test_functionapp_keys_list__');
    const keysOf = keyFile.find(({ request }) => request.url.includes('listkeys'));
    const keys = replay(keyFile);
    const keyApp = siteOf(keys.c, {
      id: new URL(keysOf?.request.url ?? '').pathname.replace(/\/host.*/, ''),
      properties: {},
    });
    assert.ok(keyApp);
    assert.deepEqual(Object.keys((await sites.getHostKeys(keys.c, keyApp)).functionKeys), [
      'default',
      'keyname1',
    ]);
  });

  it('reads vaults as recorded', async () => {
    const recorded = loadAll().filter(
      ({ request, response }) =>
        request.method === 'GET' && response.status === 200 && /KeyVault\/vaults\/[^/?]+\?/.test(request.url),
    );
    assert.ok(recorded.length >= 35, `${recorded.length}`);
    for (const exchange of recorded) {
      const body = objectOf(exchange.response.body);
      const id = stringOf(body['id']) ?? '';
      const properties = objectOf(body['properties']);
      const vault = await getKeyVault(
        replay([{ ...exchange, request: { ...exchange.request, url: id } }]).c,
        id,
      );
      const where = `${exchange.file} ${exchange.seq}`;
      assert.equal(
        `${vault.vaultUri}/`.toLowerCase(),
        `${String(properties['vaultUri']).replace(/\/$/, '')}/`.toLowerCase(),
        where,
      );
      assert.equal(
        vault.permissionModel,
        properties['enableRbacAuthorization'] === true ? 'rbac' : 'accessPolicies',
        where,
      );
      assert.equal(vault.accessPolicies.length, listOf(properties['accessPolicies']).length, where);
      assert.equal(vault.firewall, objectOf(properties['networkAcls'])['defaultAction'] === 'Deny', where);
    }
  });

  it('reads lists to an empty last page', async () => {
    for (const prefix of [
      'cloud-custodian__KeyVaultTest.test_whitelist',
      'cloud-custodian__KeyVaultKeyTest',
    ]) {
      const recorded = load(prefix);
      const subscriptionId = /subscriptions\/([^/]+)/.exec(recorded[0]?.request.url ?? '')?.[1] ?? '';
      const { c, asked } = replay([noResourceGraph, ...recorded]);
      const { items, failures } = await listKeyVaults(c, [subscriptionId]);
      assert.deepEqual([items.length, failures.length], [1, 0]);
      assert.equal(asked.filter(({ method }) => method === 'GET').length, 2);
    }
  });
});
