import assert from 'node:assert/strict';
import { control } from '../../../support/sandboxClient';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { skip } from '../../../support/skip';
import { until } from '../../../support/until';
import { Client, walkthroughIds } from './client';

const app = 'keyless-demo-app';

describe('The Key Vault references of a function app', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  beforeEach(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  afterEach(() => sandbox.stop());

  const states = async (): Promise<Record<string, string>> => {
    const { value } = (await client.arm('GET', `${ids.app}/config/configreferences/appsettings`)).json<{
      value: { name: string; properties: { status: string } }[];
    }>();
    return Object.fromEntries(value.map(({ name, properties }) => [name, properties.status]));
  };

  const enableIdentity = async () =>
    (await client.arm('PATCH', ids.app, { identity: { type: 'SystemAssigned' } })).json<{
      identity: { principalId: string; tenantId: string };
    }>().identity;
  const letRead = async ({ principalId: objectId, tenantId }: { principalId: string; tenantId: string }) => {
    const policy = { tenantId, objectId, permissions: { secrets: ['get'] } };
    const url = `${ids.vault}/accessPolicies/add?api-version=2026-02-01`;
    await client.arm('PUT', url, { properties: { accessPolicies: [policy] } });
  };

  it('are resolved from the vault itself, with the identity of the app', async () => {
    const vault = `https://keyless-demo-kv.vault.localhost:${sandbox.ready.vaultPort}`;
    const reference = `@Microsoft.KeyVault(SecretUri=${vault}/secrets/ASampleKey)`;
    await client.changeSettings(ids.app, {
      REF: reference,
      BY_NAME: '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)',
      BAD: '@Microsoft.KeyVault(Nonsense)',
      NO_VAULT: '@Microsoft.KeyVault(VaultName=nobodys-vault;SecretName=ASampleKey)',
      NO_SECRET: '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=Missing)',
      NO_VERSION: `@Microsoft.KeyVault(SecretUri=${vault}/secrets/ASampleKey/00000000000000000000000000000000)`,
    });
    assert.equal((await states())['REF'], 'MSINotEnabled');
    await client.putFunction(
      app,
      'Ref',
      `module.exports = async (context) => { context.res = { body: process.env.REF }; };`,
    );
    assert.equal(
      (await client.site('GET', app, '/api/ref')).text,
      reference,
      'the app sees the text of an unresolved reference',
    );

    const identity = await enableIdentity();
    assert.equal((await states())['REF'], 'AccessToKeyVaultDenied');
    await letRead(identity);
    assert.equal((await states())['REF'], 'AccessToKeyVaultDenied', 'cached until it is refreshed');
    assert.equal(
      (
        await client.arm(
          'POST',
          `${ids.app}/config/configreferences/appsettings/refresh?api-version=2022-03-01`,
        )
      ).status,
      200,
    );
    assert.deepEqual(await states(), {
      REF: 'Resolved',
      BY_NAME: 'Resolved',
      BAD: 'InvalidSyntax',
      NO_VAULT: 'VaultNotFound',
      NO_SECRET: 'SecretNotFound',
      NO_VERSION: 'SecretVersionNotFound',
    });
    const one = (await client.arm('GET', `${ids.app}/config/configreferences/appsettings/REF`)).json<{
      properties: Record<string, unknown>;
    }>().properties;
    assert.match(String(one['activeVersion']), /^[0-9a-f]{32}$/);
    const value = (await client.site('GET', app, '/api/ref')).text;
    assert.ok(value !== '' && !value.startsWith('@'));
    assert.ok(!JSON.stringify(one).includes(value), 'the state never contains the value');

    await client.arm('PUT', `${ids.app}/config/connectionstrings`, {
      properties: { DB: { type: 'SQLAzure', value: reference }, PLAIN: { type: 'Custom', value: 'x' } },
    });
    await client.putFunction(
      app,
      'Ref',
      `module.exports = async (context) => { context.res = { body: process.env.SQLAZURECONNSTR_DB }; };`,
    );
    assert.equal((await client.site('GET', app, '/api/ref')).text, value);
    const ofEach = { SB: 'ServiceBus', NH: 'NotificationHub', RC: 'RedisCache', PG: 'postgresql' };
    await client.arm('PUT', `${ids.app}/config/connectionstrings`, {
      properties: {
        DB: { type: 'SQLAzure', value: reference },
        ...Object.fromEntries(Object.entries(ofEach).map(([name, type]) => [name, { type, value: type }])),
      },
    });
    await client.putFunction(
      app,
      'Ref',
      `module.exports = async (context) => { const e = process.env; context.res = { body: [e.SERVICEBUSCONNSTR_SB, e.NOTIFICATIONHUBCONNSTR_NH, e.REDISCACHECONNSTR_RC, e.POSTGRESQLCONNSTR_PG].join() }; };`,
    );
    assert.equal((await client.site('GET', app, '/api/ref')).text, Object.values(ofEach).join());
    for (const wrong of [{ value: 'x' }, { value: 'x', type: 'Oracle' }, { type: 'Custom' }, 'x'])
      assert.equal(
        (await client.arm('PUT', `${ids.app}/config/connectionstrings`, { properties: { DB: wrong } }))
          .status,
        400,
      );

    const ofConnections = (
      await client.arm('GET', `${ids.app}/config/configreferences/connectionstrings`)
    ).json<{ value: { name: string; properties: { status: string } }[] }>().value;
    assert.deepEqual(
      ofConnections.map(({ name, properties }) => `${name} ${properties.status}`),
      ['DB Resolved'],
    );
  });

  const refer = async (setting: string, secret: string) => {
    await client.changeSettings(ids.app, {
      [setting]: `@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=${secret})`,
    });
  };

  it('are Initialized while they are fetched, and FetchTimedOut if the vault does not answer', async () => {
    await letRead(await enableIdentity());
    await control(sandbox.ready, 'POST', '/faults', { service: 'vault', latencyMs: 3000, count: 0 });
    await client.set({ web: { referenceTimeoutMs: 600, referenceWaitMs: 50 } });
    await refer('SLOW', 'ASampleKey');
    assert.equal((await states())['SLOW'], 'Initialized');
    await until(async () => (await states())['SLOW'] === 'FetchTimedOut', { what: 'the time-out' });
  });

  it('are not resolved for an identity that Entra ID no longer has', async () => {
    await letRead(await enableIdentity());
    const [id, app] = [
      `${ids.rbacGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/passing`,
      ids.app,
    ];
    const identity = await client.arm('PUT', `${id}?api-version=2023-01-31`, { location: 'westeurope' });
    assert.ok(identity.status < 300, identity.text);
    await client.arm('PATCH', app, {
      identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [id]: {} } },
      properties: { keyVaultReferenceIdentity: id },
    });
    await refer('REF', 'ASampleKey');
    assert.equal((await states())['REF'], 'AccessToKeyVaultDenied');
    await client.arm('DELETE', `${id}?api-version=2023-01-31`);
    await client.arm('POST', `${app}/config/configreferences/appsettings/refresh?api-version=2022-03-01`);
    assert.equal((await states())['REF'], 'UnauthorizedClient');
    await client.arm('PATCH', app, { properties: { keyVaultReferenceIdentity: 'SystemAssigned' } });
    assert.equal((await states())['REF'], 'Resolved');
  });

  it('are fetched again after a day, which restarts the app with the new value', async () => {
    const vault = `https://keyless-demo-kv.vault.localhost:${sandbox.ready.vaultPort}`;
    const setSecret = async (value: string) => {
      const token = await client.token('https://vault.localhost');
      const url = `${vault}/secrets/Daily?api-version=7.4`;
      const answer = await client.send('PUT', url, { token, body: { value } });
      assert.equal(answer.status, 200, answer.text);
    };
    await letRead(await enableIdentity());
    await setSecret('first');
    await refer('DAILY', 'Daily');
    const code = `module.exports = async (context) => { context.res = { body: process.env.DAILY }; };`;
    await client.putFunction(app, 'Daily', code);
    const seen = async () => (await client.site('GET', app, '/api/daily')).text;
    assert.equal(await seen(), 'first');
    await setSecret('second');
    assert.equal(await seen(), 'first');
    await client.advance(24 * 60 * 60_000 + 1000);
    await until(async () => (await seen()) === 'second', { what: 'the new value' });
  });
});

describe('Requests for Key Vault references', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.stop());

  it("come from another address than the app's own (MicrosoftDocs/azure-docs#35318)", async function () {
    if (process.platform === 'darwin') skip(this, 'macOS has only one loopback address');
    const client = new Client(sandbox.ready);
    const ids = walkthroughIds(sandbox.ready);
    const refresh = async () => {
      const references = `${ids.app}/config/configreferences/appsettings`;
      await client.arm('POST', `${references}/refresh?api-version=2022-03-01`);
      const { value } = (await client.arm('GET', references)).json<{
        value: { properties: { status: string } }[];
      }>();
      return value.map(({ properties }) => properties.status);
    };
    const { properties } = (await client.arm('GET', ids.app)).json<{
      properties: { possibleOutboundIpAddresses: string };
    }>();
    const { identity } = (await client.arm('PATCH', ids.app, { identity: { type: 'SystemAssigned' } })).json<{
      identity: { principalId: string; tenantId: string };
    }>();
    const { principalId: objectId, tenantId } = identity;
    await client.arm('PUT', `${ids.vault}/accessPolicies/add?api-version=2026-02-01`, {
      properties: { accessPolicies: [{ tenantId, objectId, permissions: { secrets: ['get'] } }] },
    });
    const firewall = (addresses: readonly string[]) =>
      client.arm('PATCH', `${ids.vault}?api-version=2026-02-01`, {
        properties: {
          networkAcls: {
            ...{ bypass: 'None', defaultAction: 'Deny' },
            ipRules: addresses.map((value) => ({ value })),
          },
        },
      });
    const reference = '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)';
    await client.changeSettings(ids.app, { REF: reference });
    await firewall([properties.possibleOutboundIpAddresses]);
    assert.deepEqual(await refresh(), ['AccessToKeyVaultDenied']);
    await firewall(['127.0.0.0/24']);
    assert.deepEqual(await refresh(), ['Resolved']);
  });
});
