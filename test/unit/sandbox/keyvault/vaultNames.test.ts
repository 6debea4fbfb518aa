import assert from 'node:assert/strict';
import { errorOf, Harness, ids } from './harness';
import { failure, v, vaultBody, VaultCalls, type VaultAnswer } from './vaultCalls';

describe("The sandbox's Key Vault", function () {
  this.timeout(30_000);
  let harness: Harness;
  let calls: VaultCalls;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    calls = new VaultCalls(harness);
  });
  afterEach(() => harness.stop());

  it('rejects invalid names and names that are taken, even by deleted vaults', async () => {
    for (const name of ['ab', '1abc', 'abc-', 'a--b', 'a'.repeat(25), 'under_score'])
      assert.deepEqual(failure(await calls.put(name)), [400, 'VaultNameNotValid'], name);
    await calls.put('taken-kv');
    const elsewhere = calls.path.replace('rg-one', 'rg-two');
    const conflict = await harness.manage('PUT', `${elsewhere}/Taken-KV?${v}`, vaultBody());
    assert.deepEqual(failure(conflict), [409, 'VaultAlreadyExists']);
    assert.match(
      errorOf(conflict).message ?? '',
      /^The vault name 'Taken-KV' is already in use\. Vault names are globally unique/,
    );
    assert.deepEqual(
      failure(
        await harness.manage('PUT', `${calls.path}/taken-kv?${v}`, vaultBody({}, { location: 'eastus' })),
      ),
      [409, 'InvalidResourceLocation'],
    );
    await harness.manage('DELETE', `${calls.path}/taken-kv?${v}`);
    const again = await calls.put('taken-kv');
    assert.deepEqual(failure(again), [409, 'ConflictError']);
    assert.match(errorOf(again).message ?? '', /already exists in deleted state/);
    assert.deepEqual(failure(await harness.manage('PUT', `${elsewhere}/taken-kv?${v}`, vaultBody())), [
      409,
      'VaultAlreadyExists',
    ]);
    const recovered = await calls.put('taken-kv', { createMode: 'recover' });
    assert.equal(recovered.status, 200);
    assert.equal((recovered.json as VaultAnswer).properties['provisioningState'], 'RegisteringDns');
    assert.deepEqual(failure(await calls.put('never-kv', { createMode: 'recover' })), [
      404,
      'DeletedVaultNotFound',
    ]);
  });

  it('recovers a vault with its secrets, and purges vaults that are due', async () => {
    const vault = harness.addOpenVault('back-kv', undefined, { softDeleteRetentionInDays: 7 });
    await harness.secrets(vault).setSecret('s', 'x');
    assert.equal((await harness.manage('DELETE', `${calls.path}/back-kv?${v}`)).text, '');
    await assert.rejects(harness.ask(vault, 'GET', '/secrets?api-version=7.5'), { code: 'ECONNRESET' });
    assert.equal((await harness.manage('DELETE', `${calls.path}/back-kv?${v}`)).status, 204);
    const listed = await harness.manage(
      'GET',
      `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/deletedVaults?${v}`,
    );
    const [deleted] = (listed.json as { value: { id: string; properties: Record<string, string> }[] }).value;
    assert.match(
      deleted?.id ?? '',
      /\/providers\/Microsoft\.KeyVault\/locations\/westeurope\/deletedVaults\/back-kv$/,
    );
    assert.match(deleted?.properties['deletionDate'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await calls.put('back-kv', { createMode: 'recover' });
    assert.equal((await harness.secrets(vault).getSecret('s')).value, 'x');
    await harness.manage('DELETE', `${calls.path}/back-kv?${v}`);
    harness.advance(7 * 24 * 3_600_000);
    assert.equal((await calls.put('back-kv')).status, 200, 'the name is available again');
  });

  it('purges a vault in steps, and never under purge protection', async () => {
    harness.context.settings.vaultPurgeMs = 60_000;
    harness.addVault('purge-kv');
    harness.addVault('kept-kv', { enablePurgeProtection: true });
    const place = `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults`;
    for (const name of ['purge-kv', 'kept-kv']) await harness.manage('DELETE', `${calls.path}/${name}?${v}`);
    const started = await harness.manage('POST', `${place}/purge-kv/purge?${v}`);
    assert.deepEqual([started.status, started.text], [202, '']);
    const poll = new URL(started.headers.location ?? '');
    assert.match(poll.pathname, /\/locations\/westeurope\/operationResults\//i);
    const pending = await harness.manage('GET', poll.pathname + poll.search);
    assert.equal(pending.status, 202);
    assert.deepEqual(Object.keys(pending.json as object), ['createdDateTime', 'status']);
    harness.advance(60_000);
    const done = await harness.manage('GET', poll.pathname + poll.search);
    assert.equal(done.status, 200);
    assert.equal((done.json as { status: string }).status, 'Succeeded');
    assert.deepEqual(failure(await harness.manage('POST', `${place}/kept-kv/purge?${v}`)), [
      405,
      'MethodNotAllowed',
    ]);
  });
});
