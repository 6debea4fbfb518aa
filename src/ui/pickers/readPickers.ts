import * as vscode from 'vscode';
import { distinctions } from '../../access/words/distinctions';
import type { FunctionApp } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import type { VaultTarget } from '../../inventory/targets';

/** Asks for the name of a secret in a vault. The name of a secret that is deleted or can't be listed can be typed. */
export async function pickSecretName(title: string, { connection, vault }: VaultTarget): Promise<string> {
  const picked = await pickOne<{ readonly name?: string }>(
    async (signal) => {
      const { listAllSecrets } = await import('../../inventory/secretLists');
      const listed = await listAllSecrets(connection, vault, signal).catch((error: unknown) => {
        // The user can still enter a name.
        if (signal.aborted) throw error;
        return [];
      });
      return [
        ...listed.map(({ name, enabled, contentType }): Choice<{ readonly name?: string }> => ({
          icon: 'lock',
          label: name,
          description: enabled ? contentType : vscode.l10n.t('disabled'),
          value: { name },
        })),
        {
          icon: 'edit',
          label: vscode.l10n.t('Enter a Name…'),
          description: vscode.l10n.t("for a deleted secret or one you can't list"),
          value: {},
        },
      ];
    },
    { title, placeHolder: vscode.l10n.t('Select a secret in {0}', vault.name) },
    () => new UserError(vscode.l10n.t('{0} has no secrets', vault.name)),
  );
  if (picked.name !== undefined) return picked.name;
  return askText({
    title,
    prompt: vscode.l10n.t('Name of the secret in {0}', vault.name),
    validateInput: (text) =>
      isSecretName(text) ? undefined : vscode.l10n.t('Enter 1 to 127 letters, digits or hyphens.'),
  });
}

/** Asks which of its identities an app reads with, if there's a choice. @returns `SystemAssigned` or an ARM ID */
export async function pickIdentity(
  title: string,
  app: FunctionApp,
  placeHolder = vscode.l10n.t('Select the identity that {0} uses to read the secret', app.name),
): Promise<string> {
  const { systemAssigned, userAssigned } = app.identity;
  const system: Choice<string> = {
    icon: 'zap',
    label: vscode.l10n.t('System-assigned identity'),
    description: systemAssigned ? app.name : vscode.l10n.t('not enabled yet'),
    value: 'SystemAssigned',
  };
  if (userAssigned.length === 0) return system.value;
  const places = distinctions(userAssigned.map(({ resourceId }) => resourceId));
  const users = userAssigned.map(({ resourceId }): Choice<string> => ({
    icon: 'account',
    label: resourceId.split('/').at(-1) ?? resourceId,
    description: places.get(resourceId) ?? vscode.l10n.t('user-assigned identity'),
    value: resourceId,
  }));
  return pickOne(
    () => Promise.resolve(systemAssigned ? [system, ...users] : [...users, system]),
    { title, placeHolder },
    () => new UserError(vscode.l10n.t('{0} has no identity', app.name)),
  );
}
