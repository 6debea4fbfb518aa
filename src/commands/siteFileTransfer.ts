import * as vscode from 'vscode';
import { codeFolder } from '../azure/siteFolders';
import { pickSiteFile } from '../ui/filePicker';
import { tell } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { confirm } from '../ui/quickPick';
import type { SiteFileTarget } from '../ui/targets';
import type { Services } from './services';
import type { FileNode } from './siteFiles';
import { folderOf, uriOf } from './siteFiles';

/** Copies files of this machine, or of any file system of VS Code, into a folder of a site. */
export async function uploadFiles(services: Services, node?: FileNode): Promise<void> {
  const title = vscode.l10n.t('Upload Files');
  const folder = await folderOf(services, title, node);
  const files = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t('Upload'),
    canSelectMany: true,
  });
  if (files && files.length > 0) await uploadTo(services, folder, files);
}

/** What was dropped on a folder is copied into it. */
export async function uploadTo(
  services: Services,
  folder: SiteFileTarget,
  files: readonly vscode.Uri[],
): Promise<void> {
  const target = uriOf(services, folder);
  const there = new Set(
    (await vscode.workspace.fs.readDirectory(target)).map(([name]) => name.toLowerCase()),
  );
  const replaced = files.map(nameOf).filter((name) => there.has(name.toLowerCase()));
  if (replaced.length > 0)
    await confirm(
      vscode.l10n.t('Replace {0} in {1}?', replaced.join(', '), folder.app.name),
      vscode.l10n.t('The site keeps no copy of what is there now.'),
      vscode.l10n.t('Replace'),
    );
  await copyEach(files, target, vscode.l10n.t('Uploading to {0}', folder.app.name));
  tell(vscode.l10n.t('{0} uploaded to {1}.', countOf(files.length), folder.app.name));
}

/** Copies files and folders of a site to this machine. */
export async function downloadFiles(
  services: Services,
  node?: SiteFileTarget,
  nodes?: readonly SiteFileTarget[],
): Promise<void> {
  const title = vscode.l10n.t('Download Files');
  const first = node ?? (await pickSiteFile(services.inventory, title, codeFolder));
  const sources = (nodes && nodes.length > 0 ? nodes : [first]).map((target) => uriOf(services, target));
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Download Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!folder) return;
  await copyEach(sources, folder, vscode.l10n.t('Downloading from {0}', first.app.name));
  tell(vscode.l10n.t('{0} downloaded to {1}.', countOf(sources.length), folder.fsPath));
}

function copyEach(sources: readonly vscode.Uri[], folder: vscode.Uri, title: string): Promise<void> {
  return withProgress(title, async (signal, report) => {
    for (const source of sources) {
      signal.throwIfAborted();
      const name = nameOf(source);
      report(name);
      await vscode.workspace.fs.copy(source, vscode.Uri.joinPath(folder, name), { overwrite: true });
    }
  });
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

function countOf(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 file or folder was')
    : vscode.l10n.t('{0} files and folders were', count);
}
