import * as vscode from 'vscode';
import { UserError } from '../../ui/errors';
import type { InputRefusal } from '../../workspace/model/inputUses';

/** Why a process can't get a secret, and what to do. */
export function refusalWords(refusal: InputRefusal): [reason: string, nextStep: string] {
  switch (refusal.kind) {
    case 'unused':
      return [
        vscode.l10n.t('No launch configuration or task of this workspace asks for this secret'),
        vscode.l10n.t('Name it in an input of launch.json or tasks.json, and use that input.'),
      ];
    case 'outsideEnvironment':
      return [
        vscode.l10n.t(
          '{0} uses the secret outside its environment variables, where VS Code shows it',
          refusal.name,
        ),
        vscode.l10n.t('Use the input only in "env".'),
      ];
    case 'terminal':
      return [
        vscode.l10n.t('{0} may start in a terminal, which shows its environment variables', refusal.name),
        vscode.l10n.t('Set "console" to "internalConsole".'),
      ];
    case 'saved':
      return [
        vscode.l10n.t(
          'The MCP server {0} uses the secret, and VS Code saves the inputs of servers',
          refusal.name,
        ),
        vscode.l10n.t('Use the input only in launch.json or tasks.json.'),
      ];
  }
}

/** @throws UserError in a workspace that isn't trusted, whose files are only read and whose processes get no secrets */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    vscode.l10n.t("This workspace isn't trusted, so Keyless only reads its files"),
    vscode.l10n.t('Trust it first.'),
    [{ title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }],
  );
}
