import * as vscode from 'vscode';
import { withProgress } from '../../ui/progress';
import { askText, pickOne } from '../../ui/quickPick';
import type { VaultTarget } from '../../inventory/targets';
import { complaintAboutName, secretExists, secretIsDeleted } from './createSecret';

/** The secret that a value is written to. */
export interface SecretChoice {
  readonly name: string;
  /** The secret exists and gets a new version. */
  readonly exists: boolean;
  /** The secret is soft-deleted and is recovered first. */
  readonly recover: boolean;
}

/** Asks for the name of a secret, and what to do if it's taken. */
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
        return { exists: there, recover: !there && (await secretIsDeleted(place, name, signal)) };
      },
    );
    if (!exists && !recover) return { name, exists, recover };
    if (await useTaken(title, place, name, recover)) return { name, exists, recover };
    proposed = name;
  }
}

/** `ConnectionStrings:Db__Password` becomes `ConnectionStrings-Db--Password`, which configuration providers can map back. */
function proposedName(settingName: string): string {
  const name = settingName.replace(/[^0-9A-Za-z-]/g, '-').replace(/^-+|-+$/g, '');
  return name.slice(0, 127);
}

function useTaken(title: string, { vault }: VaultTarget, name: string, deleted: boolean): Promise<boolean> {
  const other = { icon: 'edit', label: vscode.l10n.t('Use Another Name'), value: false };
  const use = deleted
    ? {
        icon: 'history',
        label: vscode.l10n.t('Recover the Secret and Add a Version'),
        detail: vscode.l10n.t('Its older versions are also recovered'),
        value: true,
      }
    : {
        icon: 'add',
        label: vscode.l10n.t('Add a Version'),
        detail: vscode.l10n.t('Apps that read the secret without a version get the new value'),
        value: true,
      };
  return pickOne(
    () => Promise.resolve([other, use]),
    {
      title,
      placeHolder: deleted
        ? vscode.l10n.t('{0} has a soft-deleted secret named {1}', vault.name, name)
        : vscode.l10n.t('{0} already has a secret named {1}', vault.name, name),
    },
    () => new vscode.CancellationError(),
  );
}
