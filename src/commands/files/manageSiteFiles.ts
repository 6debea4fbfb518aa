import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { codeFolder } from '../../azure/appService/siteFolders';
import { requireFiles } from '../../azure/appService/scmPaths';
import { UserError } from '../../ui/errors';
import { pickSiteFile } from '../../ui/pickers/filePicker';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { askText, confirm } from '../../ui/quickPick';
import { plainLine } from '../../ui/text';
import type { AppTarget, SiteFileTarget } from '../../inventory/targets';
import { isSiteName } from './localNames';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'inventory' | 'siteUris'>;

/** A file or folder, or an app or its Files node, which stand for the code folder. */
export type FileNode = SiteFileTarget | AppTarget;

/** Opens a file of an app in the editor. */
export async function openSiteFile(services: UsedServices, node?: FileNode): Promise<void> {
  const title = vscode.l10n.t('Open Site File');
  const given = node && !('path' in node && 'readOnly' in node) ? node : undefined;
  const target =
    node && 'readOnly' in node ? node : await pickSiteFile(services.inventory, title, codeFolder, given);
  await vscode.commands.executeCommand('vscode.open', uriOf(services, target));
}

/** Creates an empty file in a folder, and opens it. */
export async function newSiteFile(services: UsedServices, node?: FileNode): Promise<void> {
  const folder = await folderOf(services, vscode.l10n.t('New File'), node);
  const name = await askName(folder, vscode.l10n.t('New File'), vscode.l10n.t('Name of the new file'));
  const uri = vscode.Uri.joinPath(uriOf(services, folder), name);
  await mustNotExist(uri);
  await withProgress(vscode.l10n.t('Creating {0}', name), async () => {
    await vscode.workspace.fs.writeFile(uri, new Uint8Array());
  });
  await vscode.commands.executeCommand('vscode.open', uri);
}

export async function newSiteFolder(services: UsedServices, node?: FileNode): Promise<void> {
  const folder = await folderOf(services, vscode.l10n.t('New Folder'), node);
  const name = await askName(folder, vscode.l10n.t('New Folder'), vscode.l10n.t('Name of the new folder'));
  const uri = vscode.Uri.joinPath(uriOf(services, folder), name);
  await mustNotExist(uri);
  await withProgress(vscode.l10n.t('Creating {0}', name), async () => {
    await vscode.workspace.fs.createDirectory(uri);
  });
}

/** Renames a file or folder, which stays in its folder. */
export async function renameSiteFile(services: UsedServices, node?: SiteFileTarget): Promise<void> {
  const title = vscode.l10n.t('Rename File');
  const target = node ?? (await pickSiteFile(services.inventory, title, codeFolder));
  const old = nameInPath(target.path);
  const name = await askName(target, title, vscode.l10n.t('New name of {0}', old), old);
  if (name === old) return;
  const from = uriOf(services, target);
  const to = vscode.Uri.joinPath(from, '..', name);
  await withProgress(vscode.l10n.t('Renaming {0}', old), async () => {
    await vscode.workspace.fs.rename(from, to, { overwrite: false });
  });
}

/** Deletes files and folders of a site permanently, because a site has no trash. */
export async function deleteSiteFiles(
  services: UsedServices,
  node?: SiteFileTarget,
  nodes?: readonly SiteFileTarget[],
): Promise<void> {
  const title = vscode.l10n.t('Delete File');
  const first = node ?? (await pickSiteFile(services.inventory, title, codeFolder));
  const targets = nodes && nodes.length > 0 ? nodes : [first];
  const names = targets.map(({ path }) => nameInPath(path)).join(', ');
  await confirm(
    vscode.l10n.t('Delete {0} from {1}?', names, first.app.name),
    vscode.l10n.t("You can't undo this. Functions whose files are deleted are gone."),
    vscode.l10n.t('Delete'),
  );
  await withProgress(vscode.l10n.t('Deleting {0}', names), async (signal) => {
    for (const target of targets) {
      signal.throwIfAborted();
      await vscode.workspace.fs.delete(uriOf(services, target), { recursive: true, useTrash: false });
    }
  });
}

/** Opens the app's SCM site in the browser. */
export async function openKudu(services: Pick<Services, 'inventory'>, node?: AppTarget): Promise<void> {
  const { app } = node ?? (await pickFunctionApp(services.inventory, vscode.l10n.t('Open Kudu')));
  requireFeature(app, 'scmSite');
  if (app.scmHostName === undefined)
    throw new UserError(vscode.l10n.t("Azure doesn't show an SCM site for {0}", app.name));
  await vscode.env.openExternal(vscode.Uri.parse(`https://${app.scmHostName}/`, true));
}

/**
 * Opens the app's code folder in VS Code's own Explorer, so that its search works on it, too. Unless this window has a
 * workspace of several folders, VS Code reloads it to add one, so the person decides.
 */
export async function openFilesInExplorer(services: UsedServices, node?: AppTarget): Promise<void> {
  const title = vscode.l10n.t('Open Files in Explorer');
  const target = node ?? (await pickFunctionApp(services.inventory, title));
  requireFiles(target.app);
  const { readOnlyReason } = await import('../../azure/appService/siteFiles');
  const reason = await withProgress(vscode.l10n.t('Checking {0}', target.app.name), (signal) =>
    readOnlyReason(target.connection, target.app, signal),
  );
  const uri = services.siteUris.uriOf(target, codeFolder, reason !== undefined);
  const { workspaceFolders = [] } = vscode.workspace;
  if (!workspaceFolders.some((folder) => folder.uri.toString() === uri.toString())) {
    if (vscode.workspace.workspaceFile === undefined && !(await mayReload(target.app.name))) {
      await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
      return;
    }
    vscode.workspace.updateWorkspaceFolders(workspaceFolders.length, 0, { uri, name: target.app.name });
  }
  await vscode.commands.executeCommand('workbench.view.explorer');
}

/** @returns false for a new window @throws CancellationError */
async function mayReload(app: string): Promise<boolean> {
  const reload = vscode.l10n.t('Reload Window');
  const newWindow = vscode.l10n.t('Open in New Window');
  const answer = await vscode.window.showInformationMessage(
    plainLine(vscode.l10n.t('Open the files of {0} in this window?', app)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'VS Code reloads this window to add the folder, which interrupts log streams. A new window leaves this one as it is.',
      ),
    },
    ...[reload, newWindow],
  );
  if (answer === undefined) throw new vscode.CancellationError();
  return answer === reload;
}

/** The URI that VS Code opens a site's file with. */
export function uriOf({ siteUris }: Pick<Services, 'siteUris'>, target: SiteFileTarget): vscode.Uri {
  return siteUris.uriOf(target, target.path, target.readOnly);
}

/** The folder to create something in: the clicked one, or an app's code folder. */
export async function folderOf(
  services: Pick<Services, 'inventory'>,
  title: string,
  node?: FileNode,
): Promise<SiteFileTarget> {
  if (node && 'readOnly' in node) return node;
  const { connection, app } = node ?? (await pickFunctionApp(services.inventory, title));
  requireFiles(app);
  return { connection, app, path: codeFolder, readOnly: false };
}

/** @throws UserError or AzureError with the reason if the app's files can't be changed */
export async function mustBeWritable({ connection, app }: AppTarget): Promise<void> {
  requireFiles(app);
  const { readOnlyReason } = await import('../../azure/appService/siteFiles');
  const reason = await withProgress(vscode.l10n.t('Checking {0}', app.name), (signal) =>
    readOnlyReason(connection, app, signal),
  );
  if (!reason) return;
  throw new UserError(
    vscode.l10n.t(
      '{0} runs from a package (the setting WEBSITE_RUN_FROM_PACKAGE), which is mounted read-only',
      app.name,
    ),
    vscode.l10n.t('Change the project in your workspace and deploy it.'),
  );
}

/** @throws UserError if the file exists, because it would be overwritten */
export async function mustNotExist(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return;
    throw error;
  }
  throw new UserError(vscode.l10n.t('{0} already exists', nameInPath(uri.path)));
}

function askName({ app }: SiteFileTarget, title: string, prompt: string, value = ''): Promise<string> {
  return askText({
    title,
    prompt,
    value,
    valueSelection: [0, value.lastIndexOf('.') > 0 ? value.lastIndexOf('.') : value.length],
    validateInput: (text) => complaintOf(text.trim(), app.linux),
  }).then((text) => text.trim());
}

function complaintOf(name: string, linux: boolean): string | undefined {
  if (/^\.{0,2}$/.test(name)) return vscode.l10n.t('Enter a name.');
  if (isSiteName(name, linux)) return undefined;
  return linux
    ? vscode.l10n.t("A name can't contain any of these characters: {0}", '/ \\')
    : vscode.l10n.t(
        "A name can't contain any of these characters, end with a period, or be that of a device, such as NUL: {0}",
        '\\ / : * ? " < > |',
      );
}

function nameInPath(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
