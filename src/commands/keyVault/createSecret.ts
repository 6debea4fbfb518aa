import { l10n } from 'vscode';
import { AzureError } from '../../azure/core/errors';
import type { SecretInfo } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { isDeletedSecret, setSecret } from '../../azure/keyVault/secrets';
import { recoverSecret } from '../../azure/keyVault/secretState';
import { tell } from '../../ui/messages';
import { pickKeyVault } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { askText } from '../../ui/quickPick';
import { confirmSummary } from '../../ui/summary';
import { askValue } from '../../ui/valueInput';
import { listAllVersions } from '../../inventory/secretLists';
import type { VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

const title = () => l10n.t('Create Secret');

/** Creates a secret, or a new version if it already exists or is soft-deleted, after showing which. */
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
  const secret = await lookForSecret({ connection, vault }, name);
  const { recover } = secret;
  const value = await askValue({
    ...{ title: title(), name, prompt: promptFor(secret, vault.name), hidden: true },
    complaint: complaintAboutValue,
  });
  await confirmSummary(
    { title: title(), placeHolder: l10n.t('Save the secret {0} in {1}?', name, vault.name) },
    actionFor(secret),
    [{ icon: 'arrow-small-right', ...describeWrite(secret, vault.name) }],
  );
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

/** Says before the value is asked for that the name is taken. */
function promptFor({ name, exists, recover }: SecretChoice, vaultName: string): string {
  if (exists) return l10n.t('Value of the new version of {0}, which already exists in {1}', name, vaultName);
  if (recover)
    return l10n.t('Value of the new version of {0}, which is soft-deleted in {1}', name, vaultName);
  return l10n.t('Value of {0} in {1}', name, vaultName);
}

function actionFor({ exists, recover }: SecretChoice): string {
  if (exists) return l10n.t('Create Version');
  return recover ? l10n.t('Recover and Create Version') : l10n.t('Create Secret');
}

/** The secret that a value is written to. */
export interface SecretChoice {
  readonly name: string;
  /** The secret exists and gets a new version. */
  readonly exists: boolean;
  /** The secret is soft-deleted and is recovered first. */
  readonly recover: boolean;
}

/** Checks whether a secret's name is taken. */
export function lookForSecret(place: VaultTarget, name: string): Promise<SecretChoice> {
  return withProgress(l10n.t('Looking for {0} in {1}', name, place.vault.name), async (signal) => {
    const exists = await secretExists(place, name, signal);
    return { name, exists, recover: !exists && (await secretIsDeleted(place, name, signal)) };
  });
}

/** What writing a value to the secret does, for a summary. */
export function describeWrite(
  { name, exists, recover }: SecretChoice,
  vaultName: string,
): { readonly label: string; readonly detail?: string } {
  if (recover)
    return {
      label: l10n.t('Recover the deleted secret {0} in {1} and add a version', name, vaultName),
      detail: l10n.t('Its older versions are also recovered.'),
    };
  if (exists)
    return {
      label: l10n.t('Add a version to the secret {0} in {1}', name, vaultName),
      detail: l10n.t('Apps that read the secret without a version get the new value.'),
    };
  return { label: l10n.t('Create the secret {0} in {1}', name, vaultName) };
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
async function secretExists(
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
async function secretIsDeleted(
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
