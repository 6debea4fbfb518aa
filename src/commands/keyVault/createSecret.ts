import { l10n } from 'vscode';
import { AzureError } from '../../azure/core/errors';
import type { SecretInfo } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { isDeletedSecret, setSecret } from '../../azure/keyVault/secrets';
import { recoverSecret } from '../../azure/keyVault/secretState';
import { tell } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { askText, confirm } from '../../ui/quickPick';
import { askValue } from '../../ui/valueInput';
import { listAllVersions } from '../../inventory/secretLists';
import type { VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

const title = () => l10n.t('Create Secret');

/** Creates a secret. If it already exists or is soft-deleted, creates a new version after asking. */
export async function createSecret(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: VaultTarget,
): Promise<void> {
  const { connection, vault } = node ?? (await pickKeyVault(services.inventory, title()));
  const name = await askText({
    title: title(),
    prompt: l10n.t('Name of the new secret in {0}', vault.name),
    validateInput: complaintAboutName,
  });
  const { exists, recover } = await withProgress(
    l10n.t('Looking for {0} in {1}', name, vault.name),
    async (signal) => {
      const exists = await secretExists({ connection, vault }, name, signal);
      return { exists, recover: !exists && (await secretIsDeleted({ connection, vault }, name, signal)) };
    },
  );
  if (exists) {
    await confirm(
      l10n.t('{0} already exists in {1}. Create a new version?', name, vault.name),
      l10n.t('The new version becomes the current version. Older versions stay.'),
      l10n.t('Create Version'),
    );
  }
  if (recover) {
    await confirm(
      l10n.t(
        '{0} has a soft-deleted secret named {1}. Recover it and create a new version?',
        vault.name,
        name,
      ),
      l10n.t('Its older versions are also recovered. The new version becomes the current version.'),
      l10n.t('Recover and Create Version'),
    );
  }
  const value = await askValue({
    ...{ title: title(), name, prompt: l10n.t('Value of {0}', name), hidden: true },
    complaint: complaintAboutValue,
  });
  let made: SecretInfo | undefined;
  try {
    if (recover) {
      await withProgress(l10n.t('Recovering {0} in {1}', name, vault.name), (signal) =>
        recoverSecret(connection, vault, name, signal),
      );
      services.changes.record(connection, { kind: 'recoverSecret', vaultId: vault.id, name });
    }
    made = await withProgress(l10n.t('Creating {0} in {1}', name, vault.name), (signal) =>
      setSecret(connection, vault, { name, value }, signal),
    );
    services.changes.record(connection, { kind: 'setSecret', vaultId: vault.id, name });
    tell(l10n.t('Saved the secret {0} in {1}.', name, vault.name));
  } finally {
    services.refresh(connection, vault.id, made && `${vault.id}/secrets/${name}`);
  }
}

/** Why a secret can't have this name. */
export function complaintAboutName(name: string): string | undefined {
  if (name === '') return l10n.t('Enter a name.');
  if (name.length > 127) return l10n.t('Use at most 127 characters.');
  return isSecretName(name) ? undefined : l10n.t('Use only letters, digits, and hyphens.');
}

/**
 * Why a secret can't have this value. Azure accepts an empty one (james-gould/azure-keyvault-emulator#386,
 * microsoft/azure-container-apps#1291).
 */
export function complaintAboutValue(value: string): string | undefined {
  return Buffer.byteLength(value) > largestValue ? l10n.t('A secret can hold at most 25 kB.') : undefined;
}

/** Key Vault's limit, in bytes. */
const largestValue = 25 * 1024;

/** Whether a vault has a secret with this name. False if that can't be read. */
export async function secretExists(
  { connection, vault }: VaultTarget,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await listAllVersions(connection, vault, name, signal)).length > 0;
  } catch (error) {
    // Without permission to list, treat the secret as new. Writing it only adds a version, so nothing is lost.
    if (error instanceof AzureError && (error.status === 404 || error.status === 403)) return false;
    throw error;
  }
}

/** Whether a vault has a soft-deleted secret with this name. */
export async function secretIsDeleted(
  { connection, vault }: VaultTarget,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await isDeletedSecret(connection, vault, name, signal);
  } catch (error) {
    // Without permission to look, assume there is none. If there is one, the write fails before anything else is changed.
    if (error instanceof AzureError && error.status === 403) return false;
    throw error;
  }
}
