import * as vscode from 'vscode';
import type { Plan } from '../../templates/readSecret';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { confirmSummary } from '../../ui/summary';
import { publishCommand } from './publishCommand';

/**
 * Writes a function to a project in the workspace, and says which packages it needs and how to deploy it.
 * @param reason why it can't be written to the app itself
 */
export async function writeToWorkspace(
  title: string,
  appId: string,
  plan: Plan,
  reason: string,
): Promise<void> {
  const publish = publishCommand(appId);
  const next = vscode.l10n.t('Next steps');
  await confirmSummary(
    { title, placeHolder: vscode.l10n.t('Add the function to a project of this workspace?') },
    vscode.l10n.t('Add to Workspace'),
    [
      ...Object.keys(plan.files).map((file) => ({ icon: 'new-file', label: file })),
      { icon: 'info', label: reason },
      ...plan.notes.map((note) => ({ icon: 'info', label: note, group: next })),
      ...[...plan.packages, publish].map((command) => ({ icon: 'terminal', label: command, group: next })),
    ],
  );
  const folder = await projectFolder();
  const targets = Object.entries(plan.files).map(
    ([path, text]) => [vscode.Uri.joinPath(folder, path), text] as const,
  );
  for (const [uri] of targets) {
    if (await exists(uri)) throw new UserError(vscode.l10n.t('{0} already exists', uri.path));
  }
  for (const [uri, text] of targets) await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, plan.main));
  tell(vscode.l10n.t('Added the function to the workspace. Deploy it with: {0}', publish), {
    title: vscode.l10n.t('Copy Commands'),
    command: 'keyless.copyText',
    arguments: [[...plan.packages, publish].join('\n')],
  });
}

/** The workspace's folder. Asks if there are several, and lets the person select any folder if there are none. */
export async function projectFolder(): Promise<vscode.Uri> {
  const local = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => !uri.scheme.startsWith('keyless'),
  );
  const [only, ...others] = local;
  if (only && others.length === 0) return only.uri;
  if (only) {
    const picked = await vscode.window.showWorkspaceFolderPick({
      placeHolder: vscode.l10n.t("Select the app's project"),
    });
    if (!picked) throw new vscode.CancellationError();
    return picked.uri;
  }
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Select the app's project"),
      openLabel: vscode.l10n.t('Add Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!folder) throw new vscode.CancellationError();
  return folder;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
