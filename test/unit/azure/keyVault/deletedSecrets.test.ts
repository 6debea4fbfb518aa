import assert from 'node:assert/strict';
import { AzureError } from '../../../../src/azure/core/errors';
import type { KeyVault } from '../../../../src/azure/core/model';
import { explain } from '../../../../src/azure/explain/explain';
import { deleteSecret } from '../../../../src/azure/keyVault/secretDeletion';
import { isDeletedSecret, setSecret, updateSecret } from '../../../../src/azure/keyVault/secrets';
import { readSecretState, recoverSecret } from '../../../../src/azure/keyVault/secretState';
import { listKeyVaults } from '../../../../src/inventory/listResources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('A deleted secret that is disabled', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let vault: KeyVault;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    vault = only(items, ({ name }) => name === 'keyless-rbac-kv', 'keyless-rbac-kv');
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  it('counts as deleted and can be recovered', async () => {
    const name = 'DeletedAndDisabled';
    await setSecret(c, vault, { name, value: 'x' });
    await updateSecret(c, vault, name, undefined, { enabled: false });
    assert.equal(await isDeletedSecret(c, vault, name), false);
    await deleteSecret(c, vault, name);
    await until(() => isDeletedSecret(c, vault, name), { what: 'the deletion' });
    assert.deepEqual(await readSecretState(c, vault, name), { kind: 'deleted' });
    await recoverSecret(c, vault, name);
    const state = await readSecretState(c, vault, name);
    assert.ok(state.kind === 'present' && !state.secret.enabled);
  });

  it("is recovered by someone who can't see whether it exists", async () => {
    const name = 'DeletedUnseen';
    await setSecret(c, vault, { name, value: 'x' });
    await deleteSecret(c, vault, name);
    await until(() => isDeletedSecret(c, vault, name), { what: 'the deletion' });
    await control(c, sandbox.ready, 'POST', '/faults', { method: 'GET', count: 0, status: 403 });
    await recoverSecret(c, vault, name);
    await control(c, sandbox.ready, 'DELETE', '/faults');
    await until(async () => (await readSecretState(c, vault, name)).kind === 'present', {
      what: 'the secret',
    });
  });

  // Recorded in azure-sdk-for-js: SecretDisabled on 2021-04-28, AccessDenied on 2020-06-25.
  const answers = [
    ['SecretDisabled', 'Operation get is not allowed on a disabled secret.', true],
    ['AccessDenied', 'Operation get is not permitted on this object.', true],
    ['AccessDenied', "The user 'x' does not have secrets get permission on key vault 'kv'.", undefined],
  ] as const;
  for (const [code, message, expected] of answers)
    it(`is recognized by the answer, unless it is a missing permission: ${message}`, async () => {
      await control(c, sandbox.ready, 'POST', '/faults', {
        ...{ path: '^/deletedsecrets/', status: 403 },
        body: { error: { code: 'Forbidden', message, innererror: { code } } },
      });
      const task = isDeletedSecret(c, vault, 'Any');
      if (expected === undefined) await assert.rejects(task, { status: 403 });
      else assert.equal(await task, expected);
    });

  it('is explained as deleted, and one that exists as disabled', () => {
    const reasonOf = (operation: string) =>
      explain(
        new AzureError('Operation get is not allowed on a disabled secret.', {
          ...{ status: 403, code: 'Forbidden', innerCode: 'SecretDisabled', operation },
        }),
      ).reason;
    assert.match(reasonOf('GET /deletedsecrets/s'), /is deleted/);
    assert.equal(reasonOf('GET /secrets/s'), 'The secret is disabled.');
  });
});
