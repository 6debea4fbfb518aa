import * as vscode from 'vscode';
import { AzureError } from '../../azure/core/errors';
import { isDeletedSecret } from '../../azure/keyVault/secrets';
import { withProgress } from '../../ui/progress';
import { askText, pickOne } from '../../ui/quickPick';
import type { VaultTarget } from '../../inventory/targets';
import { complaintAboutName, secretExists } from './createSecret';

/** The secret that a value is to go to. */
export interface SecretChoice {
  readonly name: string;
  /** It gets a new version. */
  readonly exists: boolean;
  /** It was deleted, and is recovered first. */
  readonly recover: boolean;
}

/** Asks for the name of a secret, and where it is taken what is to be done about it. */
export async function askSecretName(
  title: string,
  place: VaultTarget,
  settingName: string,
): Promise<SecretChoice> {
  for (let proposed = proposedName(settingName); ;) {
    const name = await askText({
      title,
      prompt: vscode.l10n.t('Name of the secret in {0}', place.vault.name),
      value: proposed,
      validateInput: complaintAboutName,
    });
    const { exists, recover } = await withProgress(
      vscode.l10n.t('Looking for {0} in {1}', name, place.vault.name),
      async (signal) => {
        const there = await secretExists(place, name, signal);
        return { exists: there, recover: !there && (await isDeleted(place, name, signal)) };
      },
    );
    if (!exists && !recover) return { name, exists, recover };
    if (await useTaken(title, place, name, recover)) return { name, exists, recover };
    proposed = name;
  }
}

/** `ConnectionStrings:Db__Password` becomes `ConnectionStrings-Db--Password`, as configuration providers read it back. */
export function proposedName(settingName: string): string {
  const name = settingName.replace(/[^0-9A-Za-z-]/g, '-').replace(/^-+|-+$/g, '');
  return name.slice(0, 127);
}

function useTaken(title: string, { vault }: VaultTarget, name: string, deleted: boolean): Promise<boolean> {
  const other = { icon: 'edit', label: vscode.l10n.t('Take Another Name'), value: false };
  const use = deleted
    ? {
        icon: 'history',
        label: vscode.l10n.t('Recover It and Add a Version'),
        detail: vscode.l10n.t('Its older versions are back, too'),
        value: true,
      }
    : {
        icon: 'add',
        label: vscode.l10n.t('Add a Version'),
        detail: vscode.l10n.t('Whoever reads the secret without version gets the new value'),
        value: true,
      };
  return pickOne(
    () => Promise.resolve([other, use]),
    {
      title,
      placeHolder: deleted
        ? vscode.l10n.t('A deleted secret of {0} still holds the name {1}', vault.name, name)
        : vscode.l10n.t('{0} has a secret {1} already', vault.name, name),
    },
    () => new vscode.CancellationError(),
  );
}

async function isDeleted(
  { connection, vault }: VaultTarget,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await isDeletedSecret(connection, vault, name, signal);
  } catch (error) {
    // No right to look: if there is one, writing is refused and says so, before anything else is done.
    if (error instanceof AzureError && error.status === 403) return false;
    throw error;
  }
}
