import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { AccessPolicyEntry } from '@azure/arm-keyvault';
import { errorOf, Harness, ids } from './harness';
import { failure, v, VaultCalls, type VaultAnswer } from './vaultCalls';

const allow = { secrets: ['get', 'list'] };

describe('The access policies of a sandbox vault', function () {
  this.timeout(30_000);
  let harness: Harness;
  let calls: VaultCalls;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    calls = new VaultCalls(harness);
  });
  afterEach(() => harness.stop());

  const policy = (objectId: string, permissions: unknown, more = {}) => ({
    tenantId: ids.tenant,
    objectId,
    permissions,
    ...more,
  });
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`) as [
    string,
    string,
    string,
  ];

  it('are merged, replaced or subtracted, keep their order and case, and are returned as they are then', async () => {
    await calls.put('p-kv', {
      accessPolicies: [policy(a, { secrets: ['Get', 'List'], keys: ['get'] }), policy(b, allow)],
    });
    const added = await calls.changePolicies('p-kv', 'add', [
      policy(a, { secrets: ['get', 'set'] }),
      policy(c, { secrets: ['all'] }),
    ]);
    assert.equal(added.status, 200);
    assert.deepEqual(added.json, {
      id: `${calls.path}/p-kv/accessPolicies/`,
      type: 'Microsoft.KeyVault/vaults/accessPolicies',
      properties: {
        accessPolicies: [
          policy(a, { secrets: ['Get', 'List', 'set'], keys: ['get'] }),
          policy(c, { secrets: ['all'] }),
        ],
      },
    });
    assert.deepEqual((await calls.get('p-kv')).properties.accessPolicies, [
      policy(a, { secrets: ['Get', 'List', 'set'], keys: ['get'] }),
      policy(b, allow),
      policy(c, { secrets: ['all'] }),
    ]);
    await calls.changePolicies('p-kv', 'replace', [policy(a, { secrets: ['delete'] })]);
    await calls.changePolicies('p-kv', 'remove', [
      policy(b, { secrets: ['list'] }),
      policy(c, { secrets: ['all'] }),
    ]);
    assert.deepEqual((await calls.get('p-kv')).properties.accessPolicies, [
      policy(a, { secrets: ['delete'] }),
      policy(b, { secrets: ['get'] }),
    ]);
    const removed = await calls.changePolicies('p-kv', 'remove', [policy(b, allow)]);
    assert.deepEqual((removed.json as VaultAnswer).properties.accessPolicies, []);
  });

  it('ignore a removal in another case, and answer 200', async () => {
    // Azure/azure-rest-api-specs#42963
    const stored = [policy(a, { secrets: ['Get', 'list'] }), policy(b, { secrets: ['all'] })];
    await calls.put('case-kv', { accessPolicies: stored });
    const answer = await calls.changePolicies('case-kv', 'remove', [
      policy(a, { secrets: ['get', 'LIST', 'all'] }),
      policy(b, { secrets: ['All', 'get'] }),
    ]);
    assert.equal(answer.status, 200);
    assert.deepEqual((await calls.get('case-kv')).properties.accessPolicies, stored);
  });

  it('keep an entry through an application separate from that of the principal', async () => {
    await calls.put('compound-kv', { accessPolicies: [policy(a, allow)] });
    const compound = {
      tenantId: ids.tenant,
      objectId: a,
      applicationId: ids.clientId,
      permissions: { secrets: ['set'] },
    };
    await calls.changePolicies('compound-kv', 'add', [compound]);
    assert.deepEqual((await calls.get('compound-kv')).properties.accessPolicies, [
      policy(a, allow),
      compound,
    ]);
    await calls.changePolicies('compound-kv', 'remove', [compound]);
    assert.deepEqual((await calls.get('compound-kv')).properties.accessPolicies, [policy(a, allow)]);
  });

  it('reject invalid entries, and too many', async () => {
    await calls.put('limits-kv');
    const bad: unknown[] = [
      policy('/subscriptions/x', allow),
      policy(a, { secrets: [' list'] }),
      policy(a, { secrets: ['fly'] }),
      policy(a, undefined),
      { ...policy(a, allow), tenantId: ids.otherTenant },
      { ...policy(a, allow), applicationId: 'x' },
    ];
    for (const entry of bad)
      assert.deepEqual(
        failure(await calls.changePolicies('limits-kv', 'add', [entry])),
        [400, 'BadRequest'],
        JSON.stringify(entry),
      );
    assert.equal(
      errorOf(await calls.changePolicies('limits-kv', 'add', [policy(b, allow), policy('nobody', allow)]))
        .message,
      'Invalid value found at accessPolicies[1].ObjectId: nobody',
    );
    assert.deepEqual(
      failure(await calls.changePolicies('limits-kv', 'add', [policy(a, allow), policy(a, allow)])),
      [400, 'BadRequest'],
    );
    const many = Array.from({ length: 1024 }, (_, index) =>
      policy(`${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`, allow),
    );
    assert.equal((await calls.changePolicies('limits-kv', 'add', many)).status, 200);
    assert.deepEqual(failure(await calls.changePolicies('limits-kv', 'add', [policy(a, allow)])), [
      400,
      'BadRequest',
    ]);
    assert.deepEqual(failure(await calls.changePolicies('limits-kv', 'merge', [])), [400, 'BadRequest']);
    assert.equal(
      (await harness.manage('GET', `${calls.path}/limits-kv/accessPolicies/add?${v}`)).status,
      405,
    );
    assert.equal((await calls.get('limits-kv')).properties.accessPolicies.length, 1024);
  });

  it('fail a write that another one overtook, so that twenty clients that retry lose nothing', async () => {
    await calls.put('race-kv', { accessPolicies: [policy(a, allow)] });
    const client = harness.management();
    let conflicts = 0;
    const add = async (objectId: string): Promise<void> => {
      for (;;) {
        try {
          const entry: AccessPolicyEntry = {
            tenantId: ids.tenant,
            objectId,
            permissions: { secrets: ['get'] },
          };
          await client.vaults.updateAccessPolicy('rg-one', 'race-kv', 'add', {
            properties: { accessPolicies: [entry] },
          });
          return;
        } catch (error) {
          const { code, statusCode, message } = error as {
            code: string;
            statusCode: number;
            message: string;
          };
          assert.deepEqual([statusCode, code], [409, 'ConflictError']);
          assert.match(
            message,
            /^A conflict occurred that prevented the operation from completing\. The operation failed because the Key Vault 'race-kv' changed/,
          );
          conflicts += 1;
          await delay(Math.random() * 20);
        }
      }
    };
    const principals = Array.from({ length: 20 }, () => crypto.randomUUID());
    await Promise.all(principals.map(add));
    assert.ok(conflicts > 0, 'no two writes overlapped');
    const kept = (await calls.get('race-kv')).properties.accessPolicies.map(({ objectId }) => objectId);
    assert.deepEqual(kept.sort(), [a, ...principals].sort());
  });

  it('fail every kind of overlapping write', async () => {
    await calls.put('overlap-kv');
    const writes = [
      () => calls.changePolicies('overlap-kv', 'add', [policy(a, allow)]),
      () => harness.manage('PATCH', `${calls.path}/overlap-kv?${v}`, { tags: { a: 'b' } }),
      () => calls.put('overlap-kv'),
      () => harness.manage('PUT', `${calls.path}/overlap-kv/secrets/s?${v}`, { properties: { value: 'x' } }),
    ];
    harness.context.settings.vaultWriteMs = 1000; // longer than a busy machine takes to send the other writes
    const answers = await Promise.all(writes.map((write) => write()));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 409, 409, 409]);
  });
});
