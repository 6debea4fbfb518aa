import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AzureError } from '../../../../src/azure/core/errors';
import type { AccessPolicy, KeyVault } from '../../../../src/azure/core/model';
import {
  addAccessPolicy,
  getKeyVault,
  removeAccessPolicy,
  removePermissions,
} from '../../../../src/azure/keyVault/vaults';
import { listKeyVaults } from '../../../../src/inventory/listResources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

/**
 * `accessPolicies/remove` compares permissions by their exact spelling and answers 200 either way:
 * Azure/azure-rest-api-specs#42963. The portal writes `Get`, az and Keyless write `get`.
 */
describe('Removing access policy permissions', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let vault: KeyVault;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    vault = only(items, ({ name }) => name === 'keyless-demo-kv', 'keyless-demo-kv');
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  type Permissions = AccessPolicy['permissions'];
  const entryOf = async (objectId: string) =>
    (await getKeyVault(c, vault.id)).accessPolicies.find((entry) => entry.objectId === objectId);

  const cases: [title: string, stored: Permissions, removed: Permissions, left: Permissions | undefined][] = [
    [
      'works for names in any case and keeps the others',
      { secrets: ['Get', 'LIST', 'set'], keys: ['GET'] },
      { secrets: ['get', 'List'] },
      { secrets: ['set'], keys: ['GET'] },
    ],
    ['removes the entry with its last permission', { secrets: ['GET'] }, { secrets: ['get'] }, undefined],
    [
      'takes all for every permission of its kind',
      { secrets: ['Get', 'All'], keys: ['get'] },
      { secrets: ['all'] },
      { keys: ['get'] },
    ],
    [
      'keeps an all that is not named',
      { secrets: ['Get', 'all'] },
      { secrets: ['get'] },
      { secrets: ['all'] },
    ],
  ];
  for (const [title, stored, removed, left] of cases)
    it(title, async () => {
      const objectId = randomUUID();
      await addAccessPolicy(c, vault, { objectId, permissions: stored });
      const after = await removePermissions(c, vault, { objectId, permissions: removed });
      const entry = after.accessPolicies.find((one) => one.objectId === objectId);
      assert.deepEqual(entry?.permissions, left);
      assert.deepEqual((await entryOf(objectId))?.permissions, left);
    });

  it('removes a whole entry, whatever its case', async () => {
    const objectId = randomUUID();
    await addAccessPolicy(c, vault, { objectId, permissions: { secrets: ['Get', 'ALL'] } });
    await removeAccessPolicy(c, vault, {
      tenantId: vault.tenantId,
      objectId,
      permissions: { secrets: ['get', 'all'] },
    });
    assert.equal(await entryOf(objectId), undefined);
  });

  it('fails if the service answers 200 and keeps the permission', async () => {
    const objectId = randomUUID();
    const permissions = { secrets: ['get'] };
    await addAccessPolicy(c, vault, { objectId, permissions });
    await control(c, sandbox.ready, 'POST', '/faults', {
      path: '/accessPolicies/remove',
      status: 200,
      count: 0,
      body: { properties: { accessPolicies: [] } },
    });
    await assert.rejects(
      removePermissions(c, vault, { objectId, permissions }),
      (error) => error instanceof AzureError && error.code === 'AccessPolicyStays',
    );
    assert.deepEqual((await entryOf(objectId))?.permissions, permissions);
  });
});
