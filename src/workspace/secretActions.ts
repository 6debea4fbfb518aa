import * as vscode from 'vscode';
import { isRotatable } from '../access/keyAccess/rotatable';
import { isLocalSettings } from './model/fileKinds';
import { identityChoices } from './model/identityChoices';
import type { FileSecret } from './model/secretIn';
import type { GitState } from './model/secretWords';
import { documentationOf, rotationPageOf } from './model/secretWords';
import type { SecretFile, WorkspaceSecrets } from './workspaceSecrets';

/** A secret to replace, as the command `keyless.replaceFileSecret` gets it. */
export interface FileSecretTarget {
  readonly uri: vscode.Uri;
  readonly secret: FileSecret;
  readonly git: GitState;
  /** `reference`: by a Key Vault reference. `identity`: by identity-based settings. `vault`: by what the file can have instead. */
  readonly way: 'reference' | 'identity' | 'vault';
}

/** Quick fixes for secrets in files. What writes is offered only in a workspace that is trusted. */
export class SecretActions implements vscode.CodeActionProvider {
  constructor(private readonly secrets: Pick<WorkspaceSecrets, 'in'>) {}

  provideCodeActions(
    { uri }: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const file = this.secrets.in(uri);
    return diagnostics
      .filter(({ source }) => source === 'Keyless')
      .flatMap((diagnostic) => {
        const secret = file?.secrets.find((one) => isAbout(diagnostic, one, uri));
        return file && secret ? actionsFor(file, secret, diagnostic) : [];
      });
  }
}

/** The document may have changed since, so that a fix looks for the secret again. */
function isAbout({ range, code }: vscode.Diagnostic, { kind, start }: FileSecret, uri: vscode.Uri): boolean {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  return typeof code === 'object' && code.value === kind && document?.offsetAt(range.start) === start;
}

function actionsFor(
  { uri, git }: SecretFile,
  secret: FileSecret,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  const action = (title: string, command: string, ...args: readonly unknown[]) => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.command = { title, command, arguments: [...args] };
    made.diagnostics = [diagnostic];
    return made;
  };
  const replace = (title: string, way: FileSecretTarget['way']) =>
    action(title, 'keyless.replaceFileSecret', { uri, secret, git, way } satisfies FileSecretTarget);
  const open = (title: string, page: string) => action(title, 'vscode.open', vscode.Uri.parse(page, true));
  const fixes: vscode.CodeAction[] = [];
  if (vscode.workspace.isTrusted && secret.kind !== 'templateKey') {
    if (isLocalSettings(uri.path)) {
      if (identityChoices(secret).length > 0)
        fixes.push(replace(vscode.l10n.t('Replace with Identity Settings…'), 'identity'));
      fixes.push(replace(vscode.l10n.t('Replace with Key Vault Reference…'), 'reference'));
    } else fixes.push(replace(vscode.l10n.t('Move to Key Vault…'), 'vault'));
  }
  const [preferred] = fixes;
  if (preferred) preferred.isPreferred = true;
  if (git === 'tracked' && vscode.workspace.isTrusted && isRotatable(secret))
    fixes.push(action(vscode.l10n.t('Rotate Key'), 'keyless.rotateKey', { finding: secret, uri }));
  if (git === 'tracked' && secret.kind !== 'templateKey')
    fixes.push(open(vscode.l10n.t('Learn How to Rotate It'), rotationPageOf(secret)));
  return [...fixes, open(vscode.l10n.t('Open Documentation'), documentationOf(secret))];
}
