import * as vscode from 'vscode';
import type { FunctionApp } from '../../azure/core/model';
import { isSecretName } from '../../azure/keyVault/secretUri';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import type { VaultTarget } from '../../inventory/targets';

/** Asks for a secret of a vault by name; also for one that can't be listed, or is deleted. */
export async function pickSecretName(title: string, { connection, vault }: VaultTarget): Promise<string> {
  const picked = await pickOne<{ readonly name?: string }>(
    async (signal) => {
      const { listAllSecrets } = await import('../../inventory/secretLists');
      const listed = await listAllSecrets(connection, vault, signal).catch((error: unknown) => {
        // A name can be entered all the same.
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
          description: vscode.l10n.t('one that is deleted, or that you can not list'),
          value: {},
        },
      ];
    },
    { title, placeHolder: vscode.l10n.t('Select a secret of {0}', vault.name) },
    () => new UserError(vscode.l10n.t('{0} has no secrets', vault.name)),
  );
  if (picked.name !== undefined) return picked.name;
  return askText({
    title,
    prompt: vscode.l10n.t('Name of the secret in {0}', vault.name),
    validateInput: (text) =>
      isSecretName(text) ? undefined : vscode.l10n.t('A name has 1 to 127 letters, digits and dashes.'),
  });
}

/** Asks with which of its identities an app reads, where there is a choice. @returns `SystemAssigned` or an ARM ID */
export async function pickIdentity(title: string, app: FunctionApp): Promise<string> {
  const { systemAssigned, userAssigned } = app.identity;
  const system: Choice<string> = {
    icon: 'zap',
    label: vscode.l10n.t('System-assigned identity'),
    description: systemAssigned ? app.name : vscode.l10n.t('not enabled yet'),
    value: 'SystemAssigned',
  };
  if (userAssigned.length === 0) return system.value;
  const users = userAssigned.map(({ resourceId }): Choice<string> => ({
    icon: 'account',
    label: resourceId.split('/').at(-1) ?? resourceId,
    description: vscode.l10n.t('user-assigned identity'),
    value: resourceId,
  }));
  return pickOne(
    () => Promise.resolve(systemAssigned ? [system, ...users] : [...users, system]),
    { title, placeHolder: vscode.l10n.t('Select the identity that {0} reads with', app.name) },
    () => new UserError(vscode.l10n.t('{0} has no identity', app.name)),
  );
}
