import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createWebSiteManagement, type WebSiteManagementContext } from '@azure/arm-appservice/api';
import * as webApps from '@azure/arm-appservice/api/webApps';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from './client';

const group = 'keyless-walkthrough';
const rbacGroup = 'keyless-rbac';
const app = 'keyless-demo-app';

interface SiteJson {
  name: string;
  location: string;
  identity?: { type: string; principalId?: string; userAssignedIdentities?: Record<string, unknown> };
  properties: Record<string, unknown>;
}

describe('Microsoft.Web, through its official SDK,', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;
  let sdk: WebSiteManagementContext;
  let rbacSdk: WebSiteManagementContext;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
    sdk = management(0);
    rbacSdk = management(1);
  });
  after(() => sandbox.stop());

  function management(subscription: number): WebSiteManagementContext {
    const endpoint = sandbox.ready.resourceManagerUrl;
    const credential = {
      getToken: async () => ({
        token: await client.token(endpoint),
        expiresOnTimestamp: Date.now() + 3_000_000,
      }),
    };
    const options = {
      endpoint,
      tlsOptions: { ca: fs.readFileSync(sandbox.ready.caCertificateFile, 'utf8') },
      credentials: { scopes: [`${endpoint}/.default`] },
      retryOptions: { maxRetries: 0 },
    };
    return createWebSiteManagement(credential, sandbox.ready.subscriptionIds[subscription] ?? '', options);
  }

  async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
    const items: T[] = [];
    for await (const item of pages) items.push(item);
    return items;
  }

  describe('for sites', () => {
    it('lists them by subscription and by resource group, without slots', async () => {
      assert.deepEqual(
        (await collect(webApps.list(rbacSdk))).map(({ name }) => name),
        ['keyless-linux-app', 'keyless-rbac-app', 'keyless-flex-app', 'keyless-shop-app'],
      );
      assert.deepEqual(
        (await collect(webApps.listByResourceGroup(sdk, group))).map(({ name }) => name),
        [app],
      );
      const slots = await collect(webApps.listSlots(rbacSdk, rbacGroup, 'keyless-linux-app'));
      assert.deepEqual(
        slots.map(({ name, type }) => [name, type]),
        [['keyless-linux-app/staging', 'Microsoft.Web/sites/slots']],
      );
    });

    it('returns the hosts of the app and its SCM site, with the port of this run', async () => {
      const site = await webApps.get(sdk, group, app);
      assert.equal(site.defaultHostName, `${app}.sites.localhost:${sandbox.ready.sitesPort}`);
      const hosts = site.hostNameSslStates?.map(({ hostType, name }) => [hostType, name]);
      assert.deepEqual(hosts, [
        ['Standard', `${app}.sites.localhost:${sandbox.ready.sitesPort}`],
        ['Repository', `${app}.scm.localhost:${sandbox.ready.scmPort}`],
      ]);
      assert.equal(site.location, 'West Europe');
      assert.equal(site.state, 'Running');
      assert.equal(site.keyVaultReferenceIdentity, 'SystemAssigned');
    });

    it('answers with the 404 of the gateway and the PascalCase errors of the provider', async () => {
      const missing = await client.arm('GET', `${ids.group}/providers/Microsoft.Web/sites/nobody`);
      assert.equal(missing.status, 404);
      assert.equal(missing.headers['x-ms-failure-cause'], 'gateway');
      assert.equal(missing.json<{ error: { code: string } }>().error.code, 'ResourceNotFound');
      const bad = await client.arm('PUT', `${ids.group}/providers/Microsoft.Web/sites/planless`, {
        location: 'westeurope',
        properties: { serverFarmId: 'nobodys-plan' },
      });
      assert.equal(bad.status, 404);
      assert.deepEqual(Object.keys(bad.json()), ['Code', 'Message', 'Target', 'Details', 'Innererror']);
      assert.deepEqual(
        [bad.json().Code, bad.json().Message],
        ['NotFound', 'Cannot find ServerFarm with name nobodys-plan.'],
      );
    });

    it('creates one on a Consumption plan, updates and deletes it', async () => {
      const site = await webApps.createOrUpdate(sdk, group, 'made-by-sdk', {
        location: 'West Europe',
        kind: 'functionapp',
        siteConfig: { appSettings: [{ name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }] },
        identity: { type: 'SystemAssigned' },
      });
      assert.equal(site.kind, 'functionapp');
      assert.match(site.identity?.principalId ?? '', /^[0-9a-f-]{36}$/);
      assert.match(site.serverFarmId ?? '', /\/serverfarms\/WestEuropePlan$/);
      assert.deepEqual((await webApps.listApplicationSettings(sdk, group, 'made-by-sdk')).properties, {
        FUNCTIONS_WORKER_RUNTIME: 'node',
      });
      const taken = await client.arm(
        'POST',
        `/subscriptions/${sandbox.ready.subscriptionIds[0] ?? ''}/providers/Microsoft.Web/checknameavailability`,
        { name: 'made-by-sdk', type: 'Site' },
      );
      assert.equal(taken.json().nameAvailable, false);
      const path = `${ids.group}/providers/Microsoft.Web/sites/made-by-sdk`;
      assert.equal((await client.arm('DELETE', path)).status, 200);
      assert.equal((await client.arm('DELETE', path)).status, 204);
      await assert.rejects(webApps.get(sdk, group, 'made-by-sdk'), { statusCode: 404 });
    });
  });

  describe('for identities', () => {
    const patch = async (identity: object): Promise<SiteJson['identity']> => {
      const reply = await client.arm('PATCH', ids.rbacApp, { identity });
      assert.equal(reply.status, 200, reply.text);
      const { identity: after } = reply.json<SiteJson>();
      assert.deepEqual((await client.arm('GET', ids.rbacApp)).json<SiteJson>().identity, after);
      return after;
    };
    const reader = (): string => `${ids.identities}/keyless-reader-id`;
    const writer = (): string => `${ids.identities}/keyless-writer-id`;
    const keysOf = (identity: SiteJson['identity']): string[] =>
      Object.keys(identity?.userAssignedIdentities ?? {})
        .map((id) => id.split('/').pop() ?? '')
        .sort();

    it('turns the system-assigned one on and off, and on again with another principal', async () => {
      const first = (await webApps.update(sdk, group, app, { identity: { type: 'SystemAssigned' } }))
        .identity;
      assert.equal(first?.type, 'SystemAssigned');
      const off = await client.arm('PATCH', ids.app, { identity: { type: 'None' } });
      assert.ok(!('identity' in off.json()), 'the member is absent, not null');
      const second = (await webApps.update(sdk, group, app, { identity: { type: 'SystemAssigned' } }))
        .identity;
      assert.notEqual(second?.principalId, first.principalId);
      await client.arm('PATCH', ids.app, { identity: { type: 'None' } });
    });

    it('keeps user-assigned ones that PATCH omits, and removes those it sets to null', async () => {
      await patch({ type: 'UserAssigned', userAssignedIdentities: { [reader()]: {}, [writer()]: null } });
      const both = await patch({
        type: 'SystemAssigned, UserAssigned',
        userAssignedIdentities: { [writer().toUpperCase()]: {} },
      });
      assert.equal(both?.type, 'SystemAssigned, UserAssigned');
      assert.deepEqual(keysOf(both), ['keyless-reader-id', 'keyless-writer-id']);
      assert.ok(
        Object.keys(both.userAssignedIdentities ?? {}).every((id) => id.includes('/resourcegroups/')),
      );
      const one = await patch({
        type: 'SystemAssigned, UserAssigned',
        userAssignedIdentities: { [writer()]: null },
      });
      assert.deepEqual(keysOf(one), ['keyless-reader-id']);
      assert.equal(one?.principalId, both.principalId);
      const systemOnly = await patch({
        type: 'SystemAssigned, UserAssigned',
        userAssignedIdentities: { [reader()]: null },
      });
      assert.equal(systemOnly?.type, 'SystemAssigned');
      const userOnly = await patch({ type: 'UserAssigned', userAssignedIdentities: { [reader()]: {} } });
      assert.deepEqual([userOnly?.type, userOnly?.principalId], ['UserAssigned', undefined]);
    });

    it('removes what PATCH omits if the setting says so', async () => {
      await client.set({ patchRemovesOmittedIdentities: true });
      const only = await patch({ type: 'UserAssigned', userAssignedIdentities: { [writer()]: {} } });
      assert.deepEqual(keysOf(only), ['keyless-writer-id']);
      await client.set({ patchRemovesOmittedIdentities: false });
    });

    it('gives each slot its own', async () => {
      const production = await webApps.get(rbacSdk, rbacGroup, 'keyless-linux-app');
      const slot = await webApps.updateSlot(rbacSdk, rbacGroup, 'keyless-linux-app', 'staging', {
        identity: { type: 'SystemAssigned' },
      });
      assert.notEqual(slot.identity?.principalId, production.identity?.principalId);
      assert.equal(
        (await webApps.getSlot(rbacSdk, rbacGroup, 'keyless-linux-app', 'staging')).identity?.principalId,
        slot.identity?.principalId,
      );
    });
  });

  it('replaces all app settings, and lists those that stay with the slot', async () => {
    const { properties: before = {} } = await webApps.listApplicationSettings(sdk, group, app);
    await webApps.updateApplicationSettings(sdk, group, app, { properties: { ONLY: 'one' } });
    assert.deepEqual((await webApps.listApplicationSettings(sdk, group, app)).properties, { ONLY: 'one' });
    await webApps.updateApplicationSettings(sdk, group, app, { properties: before });
    const names = (await client.arm('GET', `${ids.linuxApp}/config/slotConfigNames`)).json<{
      id: unknown;
      properties: { appSettingNames: unknown };
    }>();
    assert.equal(names.id, null);
    assert.deepEqual(names.properties.appSettingNames, ['STAGE']);
  });

  it('lists functions with everything needed to call them, and returns keys', async () => {
    const [listed] = await collect(webApps.listFunctions(sdk, group, app));
    assert.equal(listed?.name, `${app}/ReadSecret`);
    assert.equal(
      listed.invokeUrlTemplate,
      `https://${app}.sites.localhost:${sandbox.ready.sitesPort}/api/readsecret`,
    );
    assert.equal(listed.language, 'node');
    const keys = (await client.arm('POST', `${ids.app}/functions/ReadSecret/listkeys`)).json();
    assert.deepEqual(Object.keys(keys), ['default']);
    const secrets = (await client.arm('POST', `${ids.app}/functions/ReadSecret/listsecrets`)).json<{
      key: string;
      trigger_url: string;
    }>();
    const reply = await client.site('GET', app, `/api/readsecret?code=${encodeURIComponent(secrets.key)}`);
    assert.equal(reply.status, 500, 'the key is accepted; the app has no identity yet');

    const path = `${ids.app}/host/default/functionKeys/mine`;
    assert.equal(
      (await client.arm('PUT', path, { properties: { name: 'mine', value: 'some-value' } })).status,
      201,
    );
    assert.equal(
      (await client.arm('PUT', path, { properties: { name: 'mine', value: 'another-value' } })).status,
      200,
    );
    assert.equal((await webApps.listHostKeys(sdk, group, app)).functionKeys?.['mine'], 'another-value');
    assert.equal((await client.arm('DELETE', path)).status, 204);
    const again = await client.arm('DELETE', path);
    assert.equal(again.status, 404);
    assert.match(again.text, /"Code":"NotFound","Message":"Error deleting host key\."/);
    assert.equal((await webApps.listHostKeys(sdk, group, app)).functionKeys?.['mine'], undefined);
  });

  it('accepts partial writes of config/logs and always returns all of it', async () => {
    const reply = await client.arm('PUT', `${ids.app}/config/logs`, {
      properties: { applicationLogs: { fileSystem: { level: 'verbose' } } },
    });
    const { applicationLogs } = reply.json<{
      properties: { applicationLogs: { fileSystem: { level: string }; azureTableStorage: object } };
    }>().properties;
    assert.equal(applicationLogs.fileSystem.level, 'Verbose');
    assert.deepEqual(applicationLogs.azureTableStorage, { level: 'Off', sasUrl: null });
    const echoed = await client.arm('PUT', `${ids.app}/config/logs`, {
      properties: (await client.arm('GET', `${ids.app}/config/logs`)).json().properties as object,
    });
    assert.equal(echoed.status, 400, 'a sink without its URL is rejected');
  });

  it('requires a token', async () => {
    const anonymous = await client.send(
      'GET',
      `${sandbox.ready.resourceManagerUrl}${ids.app}?api-version=2023-12-01`,
    );
    assert.equal(anonymous.status, 401);
  });

  it('names the resource type of an unsupported operation', async () => {
    const reply = await client.arm('POST', `${ids.app}/slotsswap`);
    assert.equal(reply.status, 404);
    assert.match(reply.text, /The resource type 'sites\/slotsswap' could not be found/);
  });
});
