import * as vscode from 'vscode';
import { dayOf } from '../../access/words/format';
import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import {
  isPurgeProtected,
  listDeletedVaults,
  purgeVault,
  recoverVault,
} from '../../azure/keyVault/deletedVaults';
import { deleteKeyVault as remove } from '../../azure/keyVault/deletedVaults';
import { tenantOfResource } from '../../azure/directory/subscriptions';
import { UserError } from '../../ui/errors';
import { pickSubscription } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { askText, confirm, pickOne } from '../../ui/quickPick';
import type { SubscriptionTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>;

/** Soft-deletes a vault, which can be recovered until its retention period ends. */
export async function deleteKeyVault(services: UsedServices, node?: VaultTarget): Promise<void> {
  const { connection, vault } =
    node ?? (await pickKeyVault(services.inventory, vscode.l10n.t('Delete Key Vault')));
  await confirm(
    vscode.l10n.t('Delete the key vault {0}?', vault.name),
    vscode.l10n.t(
      "No one can use its secrets, keys, and certificates anymore, and Key Vault references to it fail. The vault is soft-deleted: you can recover it with everything in it until its retention period ends. Until then, its name can't be reused. Role assignments on it stay.",
    ),
    vscode.l10n.t('Delete Key Vault'),
  );
  const change = { kind: 'deleteVault', vaultId: vault.id } as const;
  try {
    await services.operations.track(connection, { change, shown: [vault.id] }, () =>
      withProgress(vscode.l10n.t('Deleting the key vault {0}', vault.name), (signal) =>
        remove(connection, vault.id, signal),
      ),
    );
    services.changes.record(connection, change);
    const deleted = { vaultId: vault.id, name: vault.name, location: vault.location };
    tell(vscode.l10n.t('Deleted the key vault {0}.', vault.name), {
      title: vscode.l10n.t('Recover Key Vault'),
      command: 'keyless.recoverKeyVault',
      arguments: [{ connection, deleted }],
    });
  } finally {
    services.refresh(connection, vault.id);
  }
}

interface DeletedVaultTarget {
  readonly connection: SubscriptionTarget['connection'];
  readonly deleted: Pick<DeletedVault, 'vaultId' | 'name' | 'location'>;
}

/** Recovers a soft-deleted vault. */
export async function recoverKeyVault(
  services: UsedServices,
  node?: SubscriptionTarget | DeletedVaultTarget,
): Promise<void> {
  const { connection, deleted } =
    node && 'deleted' in node
      ? node
      : await pickDeletedVault(services, vscode.l10n.t('Recover Deleted Key Vault'), node);
  const { vaultId, location } = deleted;
  const change = { kind: 'recoverVault', vaultId, location } as const;
  const vault = await services.operations.track(connection, { change, shown: [vaultId] }, () =>
    withProgress(vscode.l10n.t('Recovering the key vault {0}', deleted.name), async (signal) =>
      recoverVault(connection, deleted, await tenantOfResource(connection, vaultId, signal), signal),
    ),
  );
  services.changes.record(connection, change);
  services.refresh(connection, vault.id, vault.id);
  tell(vscode.l10n.t('Recovered the key vault {0} with everything in it.', vault.name));
}

/** Permanently deletes a soft-deleted vault, after having the person type its name. */
export async function purgeKeyVault(services: UsedServices, node?: SubscriptionTarget): Promise<void> {
  const title = vscode.l10n.t('Purge Deleted Key Vault');
  const { connection, deleted } = await pickDeletedVault(services, title, node);
  const { vaultId, name, location } = deleted;
  if (deleted.purgeProtection) throw purgeProtected(deleted);
  await confirm(
    vscode.l10n.t('Purge the deleted key vault {0}?', name),
    vscode.l10n.t(
      "You can't undo this. The vault and all its secrets, keys, and certificates are permanently deleted. What was encrypted with its keys can't be decrypted anymore. Anyone can then use the name for a new vault.",
    ),
    vscode.l10n.t('Purge Key Vault'),
  );
  await askText({
    title,
    prompt: vscode.l10n.t('Type {0} to confirm the permanent deletion', name),
    validateInput: (text) =>
      text === name ? undefined : vscode.l10n.t("This isn't the name of the key vault."),
  });
  const change = { kind: 'purgeVault', vaultId, location } as const;
  await services.operations.track(connection, { change, shown: [] }, () =>
    withProgress(vscode.l10n.t('Purging the key vault {0}', name), (signal) =>
      purgeVault(connection, deleted, signal).catch((error: unknown) => {
        throw isPurgeProtected(error) ? purgeProtected(deleted) : error;
      }),
    ),
  );
  services.changes.record(connection, change);
  tell(vscode.l10n.t('Purged the key vault {0}.', name));
}

function purgeProtected({ name, scheduledPurge }: DeletedVault): UserError {
  return new UserError(
    vscode.l10n.t('{0} has purge protection', name),
    scheduledPurge
      ? vscode.l10n.t('No one can purge it. Azure deletes it permanently on {0}.', dayOf(scheduledPurge))
      : vscode.l10n.t('No one can purge it before its retention period ends.'),
  );
}

async function pickDeletedVault(
  services: Pick<Services, 'inventory'>,
  title: string,
  node: SubscriptionTarget | undefined,
): Promise<{ connection: SubscriptionTarget['connection']; deleted: DeletedVault }> {
  const { connection, subscription } = node ?? (await pickSubscription(services.inventory, title));
  const deleted = await pickOne(
    async (signal) =>
      (await listDeletedVaults(connection, subscription.subscriptionId, signal)).map((value) => ({
        icon: 'key',
        label: value.name,
        description: value.location,
        detail: detailOf(value),
        value,
      })),
    { title, placeHolder: vscode.l10n.t('Select a deleted key vault') },
    () => new UserError(vscode.l10n.t('{0} has no deleted key vaults', subscription.displayName)),
  );
  return { connection, deleted };
}

function detailOf({ purgeProtection, scheduledPurge }: DeletedVault): string | undefined {
  if (!scheduledPurge) return undefined;
  return purgeProtection
    ? vscode.l10n.t('purge protection until {0}', dayOf(scheduledPurge))
    : vscode.l10n.t('scheduled purge: {0}', dayOf(scheduledPurge));
}
