import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { readSettings } from '../../azure/appService/settings/appSettings';
import { listFunctions } from '../../azure/appService/sites';
import { isAbort } from '../../azure/core/errors';
import { bindingsOf } from '../../inventory/keysLeft';
import type { AppTarget } from '../../inventory/targets';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickSite } from '../../ui/pickers/identityPickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { SummaryLine } from '../../ui/summary';
import { askWithSummary } from '../../ui/summary';
import type { DownloadPlan, RemoteSettings } from '../../workspace/model/downloadPlan';
import { planDownload } from '../../workspace/model/downloadPlan';
import { neverSearched } from '../../workspace/model/fileKinds';
import type { LocalSettings } from '../../workspace/model/localSettings';
import { readLocalSettings, setLocalSettings } from '../../workspace/model/localSettings';
import { projectFolder } from '../functions/workspaceFunction';
import type { Services } from '../services';
import { requireTrust } from './refusals';

/** Writes an app's settings to local.settings.json: references and identity-based settings, and no secrets. */
export async function downloadSettings(
  { inventory }: Pick<Services, 'inventory'>,
  node?: AppTarget,
): Promise<void> {
  requireTrust();
  const title = vscode.l10n.t('Download App Settings');
  const { connection, app } = node ?? (await pickSite(inventory, title));
  requireFeature(app, 'settings');
  const file = vscode.Uri.joinPath(await folderOfProject(title), 'local.settings.json');
  const name = vscode.workspace.asRelativePath(file);
  const before = await readFile(file);
  const local = readLocalSettings(before);
  if (before.trim() !== '' && !local) throw new UserError(vscode.l10n.t("{0} isn't valid JSON", name));
  if (local?.encrypted)
    throw new UserError(
      vscode.l10n.t('The values in {0} are encrypted', name),
      vscode.l10n.t('Run "func settings decrypt" in its folder first.'),
    );
  const remote = await withProgress(vscode.l10n.t('Reading the settings of {0}', app.name), (signal) =>
    readRemote({ connection, app }, signal),
  );
  const plan = planDownload(remote, local);
  const overwrites = await askWithSummary(
    { title, placeHolder: vscode.l10n.t('Write settings of {0} to {1}?', app.name, name) },
    actionsFor(plan),
    linesOf(plan),
  );
  if ((await readFile(file)) !== before)
    throw new UserError(
      vscode.l10n.t('{0} has changed while the settings were read', name),
      vscode.l10n.t('Download them again.'),
    );
  const [values, connectionStrings] = chosen(plan, local, overwrites);
  const after = setLocalSettings(before, 'Values', values);
  await writeFile(
    file,
    Object.keys(connectionStrings).length > 0
      ? setLocalSettings(after, 'ConnectionStrings', connectionStrings)
      : after,
  );
  await vscode.commands.executeCommand('vscode.open', file);
  const count = Object.keys(values).length + Object.keys(connectionStrings).length;
  tell(
    vscode.l10n.t('Settings written to {0}: {1}. Secrets left out: {2}.', name, count, plan.leftOut.length),
  );
}

/** Bindings tell which connections an identity can have. Without them, their keys are left out. */
async function readRemote({ connection, app }: AppTarget, signal: AbortSignal): Promise<RemoteSettings> {
  const settings = await readSettings(connection, app, signal);
  const functions = await listFunctions(connection, app, signal).catch((error: unknown) => {
    if (isAbort(error)) throw error;
    return undefined;
  });
  const valuesOf = (some: typeof settings) => new Map(some.map(({ name, value }) => [name, value]));
  return {
    appSettings: valuesOf(settings.filter(({ connectionType }) => connectionType === undefined)),
    connectionStrings: valuesOf(settings.filter(({ connectionType }) => connectionType !== undefined)),
    ...(functions ? { bindings: functions.flatMap(bindingsOf) } : {}),
  };
}

function actionsFor({ differ }: DownloadPlan): Choice<boolean>[] {
  if (differ.length === 0) return [{ icon: 'check', label: vscode.l10n.t('Write Settings'), value: false }];
  return [
    { icon: 'check', label: vscode.l10n.t('Write New Settings and Keep Different Values'), value: false },
    {
      icon: 'replace-all',
      label: vscode.l10n.t('Write All Settings and Overwrite Different Values'),
      value: true,
    },
  ];
}

function linesOf({
  values,
  connectionStrings,
  differ,
  leftOut,
  byIdentity,
}: DownloadPlan): SummaryLine<never>[] {
  const names = (icon: string, group: string, some: readonly string[]) =>
    some.map((label) => ({ icon, group, label }));
  const written = [...Object.keys(values), ...Object.keys(connectionStrings)];
  return [
    ...names('warning', vscode.l10n.t('Different value in the file'), differ),
    ...names(
      'arrow-small-right',
      vscode.l10n.t('Written'),
      written.filter((name) => !differ.includes(name)),
    ),
    ...names('verified', vscode.l10n.t('Keys that identity-based settings replace'), byIdentity),
    ...names('lock', vscode.l10n.t('Secrets that are left out'), leftOut),
  ];
}

function chosen(
  plan: DownloadPlan,
  local: LocalSettings | undefined,
  overwrites: boolean,
): [values: Record<string, string>, connectionStrings: Record<string, string>] {
  const pick = (some: Readonly<Record<string, string>>, known: ReadonlyMap<string, string> | undefined) =>
    Object.fromEntries(Object.entries(some).filter(([name]) => overwrites || !known?.has(name)));
  return [pick(plan.values, local?.values), pick(plan.connectionStrings, local?.connectionStrings)];
}

/** The folder of the Functions project in the workspace. Asks if there are several. */
async function folderOfProject(title: string): Promise<vscode.Uri> {
  const hosts = await vscode.workspace.findFiles('**/host.json', neverSearched, 100);
  const folders = hosts.map((host) => vscode.Uri.joinPath(host, '..'));
  const [only, ...others] = folders;
  if (!only) return projectFolder();
  if (others.length === 0) return only;
  return pickOne(
    () =>
      Promise.resolve(
        folders.map((value) => ({ icon: 'folder', label: vscode.workspace.asRelativePath(value), value })),
      ),
    { title, placeHolder: vscode.l10n.t("Select the app's project") },
    () => new vscode.CancellationError(),
  );
}

/** As the editor has it; empty if there is no such file. */
async function readFile(file: vscode.Uri): Promise<string> {
  const exists = await vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
  return exists ? (await vscode.workspace.openTextDocument(file)).getText() : '';
}

async function writeFile(file: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(file, { ignoreIfExists: true });
  edit.replace(file, new vscode.Range(0, 0, Number.MAX_SAFE_INTEGER, 0), text);
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserError(vscode.l10n.t("{0} couldn't be changed", vscode.workspace.asRelativePath(file)));
  await (await vscode.workspace.openTextDocument(file)).save();
}
