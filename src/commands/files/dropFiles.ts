import * as vscode from 'vscode';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { SiteFileTarget } from '../../inventory/targets';
import type { DroppedFiles } from '../../ui/droppedFiles';
import { fileNameOf } from './copyFiles';
import type { Services } from '../services';
import { mustBeWritable, mustNotExist, uriOf } from './manageSiteFiles';
import { uploadTo } from './siteFileTransfer';

/** Copies dropped files into the folder. Files of the same app are moved, as in VS Code's Explorer. */
export async function dropFiles(
  services: Pick<Services, 'siteFiles' | 'siteUris'>,
  folder: SiteFileTarget,
  { own, others }: DroppedFiles,
): Promise<void> {
  await mustBeWritable(folder);
  const isHere = ({ connection, app }: SiteFileTarget) =>
    app.id === folder.app.id && connection.accountId === folder.connection.accountId;
  const moved = own.filter(isHere).map((target) => uriOf(services, { ...target, readOnly: false }));
  const copied = own.filter((target) => !isHere(target)).map((target) => ({ uri: uriOf(services, target) }));
  if (moved.length > 0) await moveTo(uriOf(services, { ...folder, readOnly: false }), folder, moved);
  if (copied.length + others.length > 0) await uploadTo(services, folder, [...copied, ...others]);
}

async function moveTo(
  folder: vscode.Uri,
  { app, path }: SiteFileTarget,
  dropped: readonly vscode.Uri[],
): Promise<void> {
  const targetOf = (uri: vscode.Uri) => vscode.Uri.joinPath(folder, fileNameOf(uri));
  const uris = dropped.filter((uri) => uri.path !== targetOf(uri).path);
  if (uris.length === 0) return;
  const within = uris.find((uri) => `${folder.path}/`.startsWith(`${uri.path}/`));
  if (within) throw new UserError(vscode.l10n.t("{0} can't be moved into itself", fileNameOf(within)));
  for (const uri of uris) await mustNotExist(targetOf(uri));
  const names = uris.map(fileNameOf).join(', ');
  await confirm(
    vscode.l10n.t('Move {0} to {1}?', names, path),
    vscode.l10n.t('The functions of {0} run from these files.', app.name),
    vscode.l10n.t('Move Files'),
  );
  await withProgress(vscode.l10n.t('Moving {0}', names), async (signal) => {
    for (const uri of uris) {
      signal.throwIfAborted();
      await vscode.workspace.fs.rename(uri, targetOf(uri), { overwrite: false });
    }
  });
}
