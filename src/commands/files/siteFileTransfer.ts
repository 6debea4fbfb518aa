import * as vscode from 'vscode';
import { codeFolder } from '../../azure/appService/siteFolders';
import { pickSiteFile } from '../../ui/pickers/filePicker';
import { tell } from '../../ui/messages';
import type { SiteFileTarget } from '../../inventory/targets';
import type { FileSource } from '../../ui/droppedFiles';
import type { CopyTarget } from './copyFiles';
import { copyFiles, fileNameOf } from './copyFiles';
import { isSiteName } from './localNames';
import type { Services } from '../services';
import type { FileNode } from './manageSiteFiles';
import { folderOf, mustBeWritable, uriOf } from './manageSiteFiles';

/** Copies files from this machine, or from any file system in VS Code, to a folder of a site. */
export async function uploadFiles(
  services: Pick<Services, 'inventory' | 'siteFiles' | 'siteUris'>,
  node?: FileNode,
): Promise<void> {
  const title = vscode.l10n.t('Upload Files');
  const folder = await folderOf(services, title, node);
  await mustBeWritable(folder);
  const files = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t('Upload'),
    canSelectMany: true,
  });
  if (files && files.length > 0)
    await uploadTo(
      services,
      folder,
      files.map((uri) => ({ uri })),
    );
}

/** Copies files to a folder of a site. Doesn't replace a file that someone else changed after the question. */
export async function uploadTo(
  { siteUris, siteFiles }: Pick<Services, 'siteFiles' | 'siteUris'>,
  { connection, app, path }: SiteFileTarget,
  sources: readonly FileSource[],
): Promise<void> {
  const target: CopyTarget = {
    folder: siteUris.uriOf({ connection, app }, path),
    name: app.name,
    canHave: (name) => isSiteName(name, app.linux),
    async stat(uri) {
      const stat = await siteFiles.look(uri);
      return stat && { folder: stat.folder, tag: stat.etag ?? '' };
    },
    write: (uri, bytes, seen) => siteFiles.put(uri, bytes, seen),
  };
  const copied = await copyFiles(sources, target, vscode.l10n.t('Uploading to {0}', app.name));
  tell(
    copied === 1
      ? vscode.l10n.t('Uploaded 1 file to {0}.', app.name)
      : vscode.l10n.t('Uploaded {0} files to {1}.', copied, app.name),
  );
}

/** Copies files and folders from a site to this machine. */
export async function downloadFiles(
  services: Pick<Services, 'inventory' | 'siteUris'>,
  node?: SiteFileTarget,
  nodes?: readonly SiteFileTarget[],
): Promise<void> {
  const title = vscode.l10n.t('Download Files');
  const first = node ?? (await pickSiteFile(services.inventory, title, codeFolder));
  const sources = (nodes && nodes.length > 0 ? nodes : [first]).map((target) => ({
    uri: uriOf(services, target),
  }));
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Download Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!folder) return;
  const { name } = first.app;
  const copied = await copyFiles(sources, localTarget(folder), vscode.l10n.t('Downloading from {0}', name));
  const { fsPath } = folder;
  tell(
    copied === 1
      ? vscode.l10n.t('Downloaded 1 file to {0}.', fsPath)
      : vscode.l10n.t('Downloaded {0} files to {1}.', copied, fsPath),
  );
}

function localTarget(folder: vscode.Uri): CopyTarget {
  const stat: CopyTarget['stat'] = async (uri) => {
    try {
      const { type, mtime, size } = await vscode.workspace.fs.stat(uri);
      return {
        folder: Boolean(type & vscode.FileType.Directory),
        tag: `${mtime} ${size}`,
        link: Boolean(type & vscode.FileType.SymbolicLink),
      };
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
      throw error;
    }
  };
  return {
    folder,
    name: fileNameOf(folder) || folder.fsPath,
    stat,
    async write(uri, bytes, seen) {
      const now = await stat(uri);
      if (now?.tag !== seen || now?.link) throw vscode.FileSystemError.FileExists(uri);
      await vscode.workspace.fs.writeFile(uri, bytes);
    },
  };
}
