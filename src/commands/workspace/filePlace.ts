import * as vscode from 'vscode';
import { UserError } from '../../ui/errors';
import type { Place } from '../../workspace/model/fileEdits';
import { entryOf } from '../../workspace/model/searchText';
import type { FileSecretTarget } from '../../workspace/secretActions';

/** Where a secret is now, with its value. @throws UserError if the file has changed */
export async function currentPlace({
  uri,
  secret,
}: Pick<FileSecretTarget, 'secret' | 'uri'>): Promise<Place> {
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  const entry = entryOf(text, uri.path, secret);
  if (entry) return { text, path: uri.path, entry };
  throw new UserError(...hasChanged());
}

/** Why a secret isn't where it was, and what to do. */
export function hasChanged(): [reason: string, nextStep: string] {
  return [
    vscode.l10n.t('The file has changed since the secret was found'),
    vscode.l10n.t('Choose the quick fix again.'),
  ];
}
