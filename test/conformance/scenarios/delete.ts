import { deleteKeyVault, listDeletedVaults, recoverVault } from '../../../src/azure/keyVault/deletedVaults';
import { getSecretValue } from '../../../src/azure/keyVault/secrets';
import { deleteFunctionApp } from '../../../src/azure/appService/sites';
import { sameId } from '../../../src/azure/core/armId';
import { getResourceJson } from '../../../src/azure/resources/resources';
import { outcomeOf, yes } from '../kit/report';
import type { Scenario } from '../kit/run';
import { keptSecret } from './secrets';

/** An app is deleted, and a vault deleted and recovered. The cleanup deletes the rest. */
export const deleteAndRecover: Scenario = {
  name: 'delete and recover',
  async run(run) {
    const { c, subscriptionId, signal } = run;
    await run.check(
      'Reading an app after it was deleted',
      {
        expected: '404 ResourceNotFound',
        source: 'recording: azure-cli test_webapp_deleted_restore_to_non_existent_site (2023)',
      },
      async () => {
        await deleteFunctionApp(c, run.app('windows').id, signal);
        return await outcomeOf(getResourceJson(c, run.app('windows').id, signal));
      },
    );
    const { id } = run.vault('policies');
    const find = async () =>
      (await listDeletedVaults(c, subscriptionId, signal)).find(({ vaultId }) => sameId(vaultId, id));
    await run.check(
      'Deleted vaults list a vault after it was deleted',
      {
        expected: 'yes',
        source:
          'recording: azure-service-operator Test_KeyVault_WhenRecoverSpecified_RecoversSuccessfully (2023)',
      },
      async () => {
        await deleteKeyVault(c, id, signal);
        return yes((await run.until(find, (seen) => seen !== undefined)) !== undefined);
      },
    );
    await run.check(
      'Reading a secret of the vault once it is recovered',
      { expected: 'accepted', source: 'learn.microsoft.com/azure/key-vault/general/key-vault-recovery' },
      async () => {
        const deleted = await find();
        if (deleted) run.keepVault('policies', await recoverVault(c, deleted, c.tenantId, signal));
        const vault = run.vault('policies');
        const read = () => outcomeOf(getSecretValue(c, vault, keptSecret, undefined, signal));
        return await run.until(read, (seen) => seen === 'accepted');
      },
    );
  },
};
