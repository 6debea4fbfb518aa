import * as vscode from 'vscode';
import { dayOf } from '../../access/words/format';
import { AzureError } from '../../azure/core/errors';
import type { DeletedSecret } from '../../azure/keyVault/secretDeletion';
import { deleteSecret, listDeletedSecrets, purgeDeletedSecret } from '../../azure/keyVault/secretDeletion';
import { recoverSecret as recover } from '../../azure/keyVault/secretState';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickKeyVault, pickSecret } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import type { SecretTarget, VaultTarget } from '../../inventory/targets';
import { bullets } from '../identities/principalAccess';
import type { Services } from '../services';
import { requireUnmanaged } from './managedSecrets';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'refresh'>;

/** Soft-deletes secrets with all their versions. The vault keeps them until its retention period ends. */
export async function deleteSecrets(
  services: UsedServices,
  node?: SecretTarget,
  nodes?: readonly SecretTarget[],
): Promise<void> {
  const title = vscode.l10n.t('Delete Secret');
  const first = node ?? (await pickSecret(services.inventory, title));
  const targets = nodes && nodes.length > 0 ? nodes : [first];
  for (const { secret } of targets) requireUnmanaged(secret);
  const names = targets.map(({ secret }) => secret.name).join(', ');
  const consequences = vscode.l10n.t(
    "All versions are deleted, and apps can no longer read them. You can recover a deleted secret until the vault's retention period ends. Until then, its name can't be reused.",
  );
  // The selected secrets can be in different vaults, so name the vault of each.
  const listed = targets.map(({ vault, secret }) => `${vault.name}/${secret.name}`);
  await confirm(
    targets.length === 1
      ? vscode.l10n.t('Delete {0} from {1}?', names, first.vault.name)
      : vscode.l10n.t('Delete {0} secrets?', targets.length),
    (targets.length === 1 ? [consequences] : [...bullets(listed), '', consequences]).join('\n'),
    vscode.l10n.t('Delete'),
  );
  try {
    await withProgress(vscode.l10n.t('Deleting {0}', names), async (signal) => {
      for (const { connection, vault, secret } of targets) {
        signal.throwIfAborted();
        await deleteSecret(connection, vault, secret.name, signal);
        services.changes.record(connection, { kind: 'deleteSecret', vaultId: vault.id, name: secret.name });
      }
    });
    tell(vscode.l10n.t('Deleted {0}.', names), {
      title: vscode.l10n.t('Recover Deleted Secret'),
      command: 'keyless.recoverSecret',
      arguments: [{ connection: first.connection, vault: first.vault }],
    });
  } finally {
    for (const { connection, vault } of targets) services.refresh(connection, vault.id);
  }
}

/** Recovers a deleted secret with all its versions. */
export async function recoverSecret(services: UsedServices, node?: VaultTarget): Promise<void> {
  const title = vscode.l10n.t('Recover Deleted Secret');
  const target = node ?? (await pickKeyVault(services.inventory, title));
  const { connection, vault } = target;
  const { name } = await pickDeleted(target, title);
  let isThere = false;
  try {
    await withProgress(vscode.l10n.t('Recovering {0}', name), (signal) =>
      recover(connection, vault, name, signal),
    );
    isThere = true;
    services.changes.record(connection, { kind: 'recoverSecret', vaultId: vault.id, name });
    tell(vscode.l10n.t('Recovered {0}.', name));
  } finally {
    services.refresh(connection, vault.id, isThere ? `${vault.id}/secrets/${name}` : undefined);
  }
}

/** Permanently deletes a deleted secret. */
export async function purgeSecret(
  services: Pick<Services, 'changes' | 'inventory'>,
  node?: VaultTarget,
): Promise<void> {
  const title = vscode.l10n.t('Purge Deleted Secret');
  const target = node ?? (await pickKeyVault(services.inventory, title));
  const { connection, vault } = target;
  const { name } = await pickDeleted(target, title);
  await confirm(
    vscode.l10n.t('Purge {0} from {1}?', name, vault.name),
    vscode.l10n.t("You can't undo this. The secret and all its versions are permanently deleted."),
    vscode.l10n.t('Purge Secret'),
  );
  await withProgress(vscode.l10n.t('Purging {0}', name), async (signal) => {
    try {
      await purgeDeletedSecret(connection, vault, name, signal);
    } catch (error) {
      if (error instanceof AzureError && error.status === 403 && /purge protection/i.test(error.message))
        throw new UserError(
          vscode.l10n.t('{0} has purge protection', vault.name),
          vscode.l10n.t('Its deleted secrets are kept until their retention period ends.'),
        );
      throw error;
    }
  });
  services.changes.record(connection, { kind: 'purgeSecret', vaultId: vault.id, name });
  tell(vscode.l10n.t('Purged {0}.', name));
}

function pickDeleted({ connection, vault }: VaultTarget, title: string): Promise<DeletedSecret> {
  return pickOne(
    async (signal) =>
      (await listDeletedSecrets(connection, vault, signal)).map((secret): Choice<DeletedSecret> => ({
        icon: 'trash',
        label: secret.name,
        description: secret.purged ? vscode.l10n.t('scheduled purge: {0}', dayOf(secret.purged)) : '',
        value: secret,
      })),
    { title, placeHolder: vscode.l10n.t('Select a deleted secret in {0}', vault.name) },
    () =>
      new UserError(
        vscode.l10n.t('{0} has no deleted secrets', vault.name),
        vscode.l10n.t('A secret that was deleted just now can take a few seconds to appear.'),
      ),
  );
}
