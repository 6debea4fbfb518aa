import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SecretActions } from './secretActions';
import { WorkspaceSecrets } from './workspaceSecrets';

/** Starts to find secrets in the files of this window, with quick fixes for them. */
export function openWorkspaceSecrets(subscriptions: { dispose(): unknown }[]): WorkspaceSecrets {
  // Modules that don't use vscode get the same texts in the same language. The product may not be loaded.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const secrets = new WorkspaceSecrets();
  const selector = [
    { scheme: 'file' },
    { scheme: 'untitled' },
    { scheme: 'vscode-remote' },
    { scheme: 'vscode-vfs' },
  ];
  const actions = vscode.languages.registerCodeActionsProvider(selector, new SecretActions(secrets), {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
  subscriptions.push(secrets, actions);
  return secrets;
}
