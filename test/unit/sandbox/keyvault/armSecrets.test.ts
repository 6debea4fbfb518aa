import assert from 'node:assert/strict';
import { Harness } from './harness';
import { failure, v, VaultCalls } from './vaultCalls';

describe("The sandbox's Resource Manager", function () {
  this.timeout(30_000);
  let harness: Harness;
  let calls: VaultCalls;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    calls = new VaultCalls(harness);
  });
  afterEach(() => harness.stop());

  it('lists and reads URIs of secrets, never values, without permission in the vault and through its firewall', async () => {
    const vault = harness.addVault('arm-kv', {
      publicNetworkAccess: 'Disabled',
      networkAcls: { bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] },
    });
    const secrets = `${calls.path}/arm-kv/secrets`;
    for (let index = 0; index < 30; index++)
      await harness.manage('PUT', `${secrets}/s${index}?${v}`, {
        properties: { value: 'hidden', contentType: 't', attributes: { enabled: true, exp: 2e9 } },
      });
    const made = await harness.manage('PUT', `${secrets}/s0?${v}`, {
      tags: { a: 'b' },
      properties: { value: 'hidden' },
    });
    assert.equal(vault.secrets.get('s0')?.versions.length, 2);
    const uri = `${harness.vaultUrl(vault)}/secrets/s0`;
    const { properties } = made.json as { properties: Record<string, unknown> };
    assert.deepEqual(Object.keys(properties), ['attributes', 'secretUri', 'secretUriWithVersion']);
    assert.equal(properties['secretUri'], uri);
    assert.equal(
      properties['secretUriWithVersion'],
      `${uri}/${vault.secrets.get('s0')?.versions[1]?.version ?? ''}`,
    );
    const client = harness.management();
    const names: string[] = [];
    for await (const secret of client.secrets.list('rg-one', 'arm-kv')) {
      assert.equal(secret.properties.value, undefined);
      names.push(secret.name ?? '');
    }
    assert.equal(new Set(names).size, 30);
    await harness.manage('PATCH', `${secrets}/s0?${v}`, { properties: { attributes: { enabled: false } } });
    const read = await client.secrets.get('rg-one', 'arm-kv', 's0');
    assert.equal(read.properties.attributes?.enabled, false);
    assert.deepEqual(failure(await harness.manage('GET', `${secrets}/absent?${v}`)), [
      404,
      'ResourceNotFound',
    ]);
    assert.deepEqual(
      failure(await harness.manage('PUT', `${secrets}/under_score?${v}`, { properties: { value: 'x' } })),
      [400, 'BadRequest'],
    );
    assert.deepEqual(failure(await harness.manage('PUT', `${secrets}/s?${v}`, { properties: {} })), [
      400,
      'BadRequest',
    ]);
    assert.equal((await harness.manage('GET', `${secrets}?${v}`)).text.includes('hidden'), false);
  });

  it('answers ConflictError for the name of a deleted secret', async () => {
    const vault = harness.addOpenVault('gone-kv');
    await harness.secrets(vault).setSecret('s', 'x');
    await harness.ask(vault, 'DELETE', '/secrets/s?api-version=7.5');
    const answer = await harness.manage('PUT', `${calls.path}/gone-kv/secrets/s?${v}`, {
      properties: { value: 'y' },
    });
    assert.deepEqual(failure(answer), [409, 'ConflictError']);
  });
});
