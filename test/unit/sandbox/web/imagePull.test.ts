import assert from 'node:assert/strict';
import { useSandbox } from '../../azure/useSandbox';
import { Client, walkthroughIds } from './client';

describe('The image of a function app', function () {
  this.timeout(60_000);
  const sandbox = useSandbox();
  let client: Client;

  before(() => {
    client = new Client(sandbox.ready);
  });

  it("is pulled with the password of the registry's admin user, also from a key vault", async () => {
    const { app, group } = walkthroughIds(sandbox.ready);
    const version = 'api-version=2023-07-01';
    const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/pictures`;
    const made = await client.arm('PUT', `${registry}?${version}`, {
      ...{ location: 'westeurope', sku: { name: 'Basic' }, properties: { adminUserEnabled: true } },
    });
    assert.deepEqual([made.status, made.json<{ sku: object }>().sku], [201, { name: 'Basic' }]);
    const listed = await client.arm('POST', `${registry}/listCredentials?${version}`);
    const elsewhere = registry.replace('registries', 'others');
    assert.equal((await client.arm('POST', `${elsewhere}/listCredentials?${version}`)).status, 404);
    const { username, passwords } = listed.json<{ username: string; passwords: { value: string }[] }>();
    const status = async () => (await client.arm('GET', `${app}/hostruntime/admin/host/status`)).status;
    const set = (password: string) =>
      client.changeSettings(app, {
        ...{ DOCKER_REGISTRY_SERVER_USERNAME: username, DOCKER_REGISTRY_SERVER_PASSWORD: password },
      });
    await client.arm('PATCH', `${app}/config/web`, {
      properties: { linuxFxVersion: 'DOCKER|pictures.azurecr.io/shop:1' },
    });
    await set('wrong');
    assert.equal(await status(), 503);
    assert.equal((await client.site('GET', 'keyless-demo-app', '/admin/host/ping')).status, 503);
    const value = passwords[1]?.value ?? assert.fail();
    await set(value);
    assert.equal(await status(), 200);

    const principal = await client.arm('PATCH', app, { identity: { type: 'SystemAssigned' } });
    const { principalId, tenantId } = principal.json<{ identity: Record<string, string> }>().identity;
    const { vault } = walkthroughIds(sandbox.ready);
    const policy = { objectId: principalId, tenantId, permissions: { secrets: ['get'] } };
    const given = await client.arm('PUT', `${vault}/accessPolicies/add?api-version=2026-02-01`, {
      properties: { accessPolicies: [policy] },
    });
    assert.ok(given.status < 300, given.text);
    const vaultUri = `https://keyless-demo-kv.vault.localhost:${sandbox.ready.vaultPort}/`;
    const token = await client.token('https://vault.localhost');
    const uri = `${vaultUri}secrets/RegistryPassword`;
    const stored = await client.send('PUT', `${uri}?api-version=7.4`, { token, body: { value } });
    assert.equal(stored.status, 200, stored.text);
    await set(`@Microsoft.KeyVault(SecretUri=${uri})`);
    assert.equal(await status(), 200);
  });
});
