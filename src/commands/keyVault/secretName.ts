import * as vscode from 'vscode';
import { askText, pickOne } from '../../ui/quickPick';
import type { VaultTarget } from '../../inventory/targets';
import type { SecretChoice } from './createSecret';
import { complaintAboutName, lookForSecret } from './createSecret';

/**
 * Asks for the name of a secret, and what to do if it's taken.
 * @param settingName what the name is made of
 * @param onlyIfTaken whether to use that name without a question if it's free
 */
export async function askSecretName(
  title: string,
  place: VaultTarget,
  settingName: string,
  onlyIfTaken = false,
): Promise<SecretChoice> {
  let isAsked = !onlyIfTaken;
  for (let proposed = proposedName(settingName); ; isAsked = true) {
    const name = isAsked
      ? await askText({
          title,
          prompt: vscode.l10n.t('Name of the secret in {0}', place.vault.name),
          value: proposed,
          validateInput: complaintAboutName,
        })
      : proposed;
    const secret = await lookForSecret(place, name);
    const { exists, recover } = secret;
    if (!exists && !recover) return secret;
    if (isAsked && (await useTaken(title, place, name, recover))) return secret;
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
