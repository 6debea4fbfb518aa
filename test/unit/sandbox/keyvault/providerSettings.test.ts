import assert from 'node:assert/strict';
import { errorOf, Harness } from './harness';
import { failure, v, vaultBody, VaultCalls } from './vaultCalls';

describe("The settings of the sandbox's vaults", function () {
  this.timeout(30_000);
  let harness: Harness;
  let calls: VaultCalls;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    calls = new VaultCalls(harness);
  });
  afterEach(() => harness.stop());

  it('shows network rules only if they have an effect, and completes them', async () => {
    const aclsOf = async () => (await calls.get('net-kv')).properties['networkAcls'];
    await calls.put('net-kv', { networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' } });
    assert.equal(await aclsOf(), undefined);
    await calls.put('net-kv', { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '1.2.3.4' }] } });
    assert.deepEqual(await aclsOf(), {
      bypass: 'AzureServices',
      defaultAction: 'Deny',
      ipRules: [{ value: '1.2.3.4/32' }],
      virtualNetworkRules: [],
    });
    const refused = await calls.put('net-kv', {
      networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '10.0.0.0/8' }] },
    });
    assert.equal(
      errorOf(refused).message,
      'Invalid value found at properties.networkAcls.ipRules[0].value: 10.0.0.0/8 belongs to forbidden range 10.0.0.0–10.255.255.255 (private IP addresses)',
    );
    await harness.manage('PATCH', `${calls.path}/net-kv?${v}`, {
      properties: { publicNetworkAccess: 'disabled' },
    });
    assert.equal((await calls.get('net-kv')).properties['publicNetworkAccess'], 'disabled');
    assert.notEqual(await aclsOf(), undefined, 'a PATCH keeps what it omits');
  });

  it('rejects undoing irreversible settings, and malformed bodies', async () => {
    await calls.put('firm-kv', { softDeleteRetentionInDays: 30, enablePurgeProtection: true });
    const patch = (properties: unknown) =>
      harness.manage('PATCH', `${calls.path}/firm-kv?${v}`, { properties });
    for (const properties of [
      { enablePurgeProtection: false },
      { enableSoftDelete: false },
      { softDeleteRetentionInDays: 60 },
      { softDeleteRetentionInDays: 5 },
      { sku: { family: 'A', name: 'gold' } },
      { tenantId: 'nobody' },
      { publicNetworkAccess: 'perhaps' },
      { accessPolicies: 'none' },
    ])
      assert.deepEqual(failure(await patch(properties)), [400, 'BadRequest'], JSON.stringify(properties));
    assert.deepEqual(failure(await calls.put('sku-kv', { sku: undefined })), [400, 'BadRequest']);
    assert.deepEqual(failure(await calls.put('policies-kv', { accessPolicies: undefined })), [
      400,
      'BadRequest',
    ]);
    assert.deepEqual(
      failure(
        await harness.manage('PUT', `${calls.path}/loc-kv?${v}`, { ...vaultBody(), location: undefined }),
      ),
      [400, 'LocationRequired'],
    );
    assert.deepEqual(failure(await harness.manage('PUT', `${calls.path}/json-kv?${v}`, '{')), [
      400,
      'InvalidRequestContent',
    ]);
    assert.deepEqual(failure(await harness.manage('PATCH', `${calls.path}/absent-kv?${v}`, {})), [
      404,
      'ResourceNotFound',
    ]);
    assert.deepEqual(failure(await harness.manage('GET', `${calls.path}/firm-kv/certificates?${v}`)), [
      404,
      'InvalidResourceType',
    ]);
    assert.equal((await calls.get('firm-kv')).properties['softDeleteRetentionInDays'], 30);
  });
});
