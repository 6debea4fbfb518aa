import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AzureError } from '../../../../src/azure/core/errors';
import { explain } from '../../../../src/azure/explain/explain';
import { getDirectoryObjects } from '../../../../src/azure/directory/graph';
import { listFunctionApps, listKeyVaults } from '../../../../src/inventory/listResources';
import type { KeyVault } from '../../../../src/azure/core/model';
import { listRoleAssignmentsOf, listRoleDefinitions } from '../../../../src/azure/directory/roles';
import {
  getSecretValue,
  listSecrets,
  listSecretVersions,
  setSecret,
} from '../../../../src/azure/keyVault/secrets';
import * as vaults from '../../../../src/azure/keyVault/vaults';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('vaults', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let demo: KeyVault;
  let rbac: KeyVault;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    demo = only(items, ({ name }) => name === 'keyless-demo-kv', 'keyless-demo-kv');
    rbac = only(items, ({ name }) => name === 'keyless-rbac-kv', 'keyless-rbac-kv');
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    await control(c, sandbox.ready, 'DELETE', '/faults');
    await control(c, sandbox.ready, 'DELETE', '/claims-challenge');
  });

  const failureOf = async (task: Promise<unknown>): Promise<AzureError> => {
    const error = await task.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof AzureError, String(error));
    return error;
  };

  describe('access policies', () => {
    const entryOf = (vault: KeyVault, objectId: string) =>
      vault.accessPolicies.find((policy) => policy.objectId === objectId);

    it('are added to and removed without changing those of other principals', async () => {
      const objectId = randomUUID();
      const others = (await vaults.getKeyVault(c, demo.id)).accessPolicies;
      await vaults.addAccessPolicy(c, demo, { objectId, permissions: { secrets: ['get'] } });
      const more = { secrets: ['list'], keys: ['get'] };
      await vaults.addAccessPolicy(c, demo, { objectId, permissions: more });
      const added = await vaults.getKeyVault(c, demo.id);
      const entry = entryOf(added, objectId);
      assert.deepEqual(entry?.permissions.secrets?.map((name) => name.toLowerCase()).sort(), ['get', 'list']);
      assert.deepEqual(added.accessPolicies.slice(0, others.length), others);
      // The tree node that the user removes may be older than the entry.
      const stale = {
        tenantId: entry.tenantId,
        objectId: objectId.toUpperCase(),
        permissions: { secrets: ['get'] },
      };
      const removed = await vaults.removeAccessPolicy(c, demo, stale);
      assert.deepEqual(removed.accessPolicies, others);
      assert.deepEqual(
        (await vaults.removeAccessPolicy(c, demo, stale)).accessPolicies,
        others,
        'removing twice is not an error',
      );
    });

    it('are all kept when twenty clients add them at once', async function () {
      this.timeout(60_000);
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await Promise.all(
        ids.map((objectId) =>
          vaults.addAccessPolicy(connect(sandbox.ready), demo, {
            objectId,
            permissions: { secrets: ['get', 'list'] },
          }),
        ),
      );
      const after = await vaults.getKeyVault(c, demo.id);
      assert.deepEqual(
        ids.filter((objectId) => !entryOf(after, objectId)),
        [],
      );
      await Promise.all(
        ids.map((objectId) =>
          vaults.removeAccessPolicy(c, demo, { tenantId: demo.tenantId, objectId, permissions: {} }),
        ),
      );
      const end = await vaults.getKeyVault(c, demo.id);
      assert.deepEqual(
        ids.filter((objectId) => entryOf(end, objectId)),
        [],
      );
    });

    it('are written one after the other by one client, without conflicts', async () => {
      const ids = Array.from({ length: 5 }, () => randomUUID());
      c.log.length = 0;
      await Promise.all(
        ids.map((objectId) =>
          vaults.addAccessPolicy(c, demo, { objectId, permissions: { secrets: ['get'] } }),
        ),
      );
      assert.ok(!c.log.some((line) => line.includes(' 409 ')));
      await Promise.all(
        ids.map((objectId) =>
          vaults.removeAccessPolicy(c, demo, { tenantId: demo.tenantId, objectId, permissions: {} }),
        ),
      );
    });

    it('fail for a missing vault without blocking later writes', async () => {
      const gone = { ...demo, id: `${demo.id}-not` };
      const task = () =>
        vaults.addAccessPolicy(c, gone, { objectId: randomUUID(), permissions: { secrets: ['get'] } });
      const results = await Promise.allSettled([task(), task()]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected'],
      );
    });
  });

  describe('secrets', () => {
    it('are listed page by page without values', async () => {
      for (let n = 0; n < 30; n++) await setSecret(c, rbac, { name: `Page-${n}`, value: 'SECRET-VALUE' });
      const first = await listSecrets(c, rbac);
      assert.equal(first.items.length, 25);
      assert.ok(first.continuation);
      const second = await listSecrets(c, rbac, first.continuation);
      assert.ok(second.items.length >= 9);
      assert.equal(second.continuation, undefined);
      const all = [...first.items, ...second.items];
      assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
      assert.doesNotMatch(JSON.stringify([all, c.log]), /SECRET-VALUE/);
    });

    it('are written, read, and listed with their versions and attributes', async () => {
      const expires = new Date('2030-01-02T03:04:05Z');
      const made = await setSecret(c, rbac, {
        name: 'Written',
        value: 'one',
        contentType: 'text/plain',
        expires,
        tags: { a: 'b' },
      });
      const newer = await setSecret(c, rbac, { name: 'Written', value: 'two' });
      assert.deepEqual(
        [made.contentType, made.expires, made.tags, made.enabled],
        ['text/plain', expires, { a: 'b' }, true],
      );
      assert.equal(await getSecretValue(c, rbac, 'Written'), 'two');
      assert.equal(await getSecretValue(c, rbac, 'Written', made.version), 'one');
      const { items } = await listSecretVersions(c, rbac, 'Written');
      assert.deepEqual(items.map(({ version }) => version).sort(), [made.version, newer.version].sort());
      assert.deepEqual(
        only(items, ({ version }) => version === made.version, 'the first version'),
        made,
      );
    });

    it('are listed through Resource Manager with the same identifiers', async () => {
      const byVault = (await listSecrets(c, demo)).items.map(({ id }) => id);
      assert.deepEqual(
        (await vaults.listSecretsThroughResourceManager(c, demo)).map(({ id }) => id),
        byVault,
      );
    });

    it('report why they could not be read', async () => {
      const disabled = await failureOf(getSecretValue(c, rbac, 'DisabledSecret'));
      assert.deepEqual(
        [disabled.status, disabled.innerCode, explain(disabled).reason],
        [403, 'SecretDisabled', 'The secret is disabled.'],
      );
      const missing = await failureOf(getSecretValue(c, rbac, 'NotThere'));
      assert.equal(missing.code, 'SecretNotFound');
      assert.match(explain(missing).reason, /keyless-rbac-kv doesn't have a secret named NotThere/);
      assert.ok((await getSecretValue(c, rbac, 'ExpiredSecret')).length > 0, 'an expired secret can be read');
    });

    it('are not requested with invalid names', async () => {
      c.log.length = 0;
      for (const name of ['', '../keys/a', 'a/b', 'a b', 'a'.repeat(128)]) {
        await assert.rejects(getSecretValue(c, rbac, name), RangeError);
        await assert.rejects(setSecret(c, rbac, { name, value: 'x' }), RangeError);
        await assert.rejects(listSecretVersions(c, rbac, name), RangeError);
      }
      await assert.rejects(getSecretValue(c, rbac, 'a', '../x'), RangeError);
      assert.deepEqual(c.log, []);
    });

    it("are read after the vault's claims challenge", async () => {
      await listSecrets(c, rbac);
      // The challenge applies only to tokens issued in an earlier second.
      await control(c, sandbox.ready, 'POST', '/clock', { advanceMs: 2000 });
      await control(c, sandbox.ready, 'POST', '/claims-challenge', { audiences: ['vault'] });
      const before = c.tokenRequests.length;
      assert.ok((await listSecrets(c, rbac)).items.length > 0);
      assert.ok(c.tokenRequests.slice(before).some(({ claims }) => claims));
    });

    it('can be canceled while the vault does not respond', async () => {
      await control(c, sandbox.ready, 'POST', '/faults', { service: 'vault', latencyMs: 60_000, count: 0 });
      const stop = new AbortController();
      setTimeout(() => {
        stop.abort();
      }, 50);
      await assert.rejects(listSecrets(c, rbac, undefined, stop.signal), { name: 'AbortError' });
    });
  });

  it('list role assignments by principal, and role definitions', async () => {
    const subscriptionId = sandbox.ready.subscriptionIds[1] ?? '';
    const token = await c.credential.getToken(`${sandbox.ready.resourceManagerUrl}/.default`);
    const { oid } = JSON.parse(Buffer.from(token?.token.split('.')[1] ?? '', 'base64url').toString()) as {
      oid: string;
    };
    const assignments = await listRoleAssignmentsOf(c, subscriptionId, oid);
    const definitions = await listRoleDefinitions(c, `/subscriptions/${subscriptionId}`);
    const names = assignments.map(
      ({ roleDefinitionId }) =>
        definitions.find(({ id }) => id.toLowerCase() === roleDefinitionId.toLowerCase())?.name,
    );
    assert.ok(names.includes('Key Vault Administrator'), names.join());
    await assert.rejects(listRoleAssignmentsOf(c, subscriptionId, "x') or true"), RangeError);
  });

  it('get the names of principals from Graph without prompting, if at all', async () => {
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    const principalId =
      only(items, ({ name }) => name === 'keyless-linux-app', 'the Linux app').identity.systemAssigned
        ?.principalId ?? '';
    assert.equal((await getDirectoryObjects(c, [principalId])).size, 0);
    assert.equal(c.tokenRequests.at(-1)?.silent, true);
    await control(c, sandbox.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    const named = await getDirectoryObjects(c, [principalId.toUpperCase(), randomUUID(), 'nonsense']);
    assert.deepEqual(
      [...named.values()],
      [{ objectId: principalId, displayName: 'keyless-linux-app', kind: 'managedIdentity' }],
    );
  });
});
