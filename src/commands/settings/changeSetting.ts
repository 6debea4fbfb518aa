import * as vscode from 'vscode';
import { connectionTypes, connectionVariable } from '../../access/reference/connectionTypes';
import { changesOnLinux, linuxNameAdvice } from '../../access/reference/linuxName';
import { looksLikeSecret, namesSecret } from '../../access/reference/looksLikeSecret';
import type { Change } from '../../changes/change';
import { changeAppSettings, readSettingsOf } from '../../azure/appService/settings/appSettings';
import type { FunctionApp, SettingId, SettingKind } from '../../azure/core/model';
import { parseKeyVaultReference } from '../../azure/keyVault/secretUri';
import type { SettingEdit } from '../../azure/appService/settings/settingsMap';
import { findSettingName, settingIdOf, settingKindOf } from '../../azure/appService/settings/settingsMap';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickSite } from '../../ui/pickers/identityPickers';
import { withProgress } from '../../ui/progress';
import { askText, confirm, pickOne } from '../../ui/quickPick';
import { confirmSummary } from '../../ui/summary';
import { askValue } from '../../ui/valueInput';
import type { AppTarget, SettingTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { rowOfSetting, settingOf } from './settingValue';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'refresh'>;

export async function addSetting(services: UsedServices, node?: AppTarget): Promise<void> {
  const title = vscode.l10n.t('Add Setting');
  const { connection, app } = node ?? (await pickSite(services.inventory, title));
  const names = await namesOf({ connection, app }, 'appsettings');
  const name = await askText({
    title,
    prompt: vscode.l10n.t('Name of the new app setting of {0}', app.name),
    validateInput: (text) => complaintAboutName(text, names, app.linux),
  });
  const value = await askSettingValue(title, { app, name }, namesSecret(name));
  await confirmAdd(title, app, { name }, value);
  await writeSetting(services, { connection, app }, { kind: 'set', name, value, was: null });
  tellSet({ connection, app }, { name }, value);
}

export async function addConnectionString(services: UsedServices, node?: AppTarget): Promise<void> {
  const title = vscode.l10n.t('Add Connection String');
  const { connection, app } = node ?? (await pickSite(services.inventory, title));
  const names = await namesOf({ connection, app }, 'connectionstrings');
  const name = await askText({
    title,
    prompt: vscode.l10n.t('Name of the new connection string of {0}', app.name),
    validateInput: (text) => complaintAboutName(text, names, app.linux),
  });
  const connectionType = await pickOne(
    () =>
      Promise.resolve(
        connectionTypes.map((value) => ({
          label: value,
          description: connectionVariable(name, value),
          value,
        })),
      ),
    { title, placeHolder: vscode.l10n.t('Select the type of {0}', name) },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  const id = { name, connectionType };
  const value = await askSettingValue(title, { app, name }, true);
  await confirmAdd(title, app, id, value);
  await writeSetting(services, { connection, app }, { kind: 'set', ...id, value, was: null });
  tellSet({ connection, app }, id, value);
}

/** Changes the value of a setting without showing the current one. */
export async function editSetting(services: UsedServices, node?: AppTarget | SettingTarget): Promise<void> {
  const title = vscode.l10n.t('Edit Setting');
  const { connection, app, setting } = await settingOf(services, title, node);
  const { name } = setting;
  const value = await askSettingValue(
    title,
    { app, name },
    setting.connectionType !== undefined || setting.looksSecret || namesSecret(name),
    setting.keyVaultReference,
  );
  const id = settingIdOf(setting);
  await writeSetting(services, { connection, app }, { kind: 'set', ...id, value });
  tellSet({ connection, app }, id, value);
}

/** Renames a setting, which keeps its value. */
export async function renameSetting(services: UsedServices, node?: AppTarget | SettingTarget): Promise<void> {
  const title = vscode.l10n.t('Rename Setting');
  const { connection, app, setting } = await settingOf(services, title, node);
  const { name } = setting;
  const others = (await namesOf({ connection, app }, settingKindOf(setting))).filter(
    (other) => other !== name,
  );
  const newName = await askText({
    title,
    prompt: vscode.l10n.t('New name of {0}. The app restarts and can no longer read the old name', name),
    value: name,
    validateInput: (text) => (text === name ? undefined : complaintAboutName(text, others, app.linux)),
  });
  if (newName === name) return;
  if (setting.slotSetting) {
    await confirm(
      vscode.l10n.t('{0} is a slot setting. Rename it?', name),
      vscode.l10n.t(
        "The renamed setting won't be a slot setting. At the next swap, its value moves to the other slot unless you run Toggle Slot Setting on it first.",
      ),
      vscode.l10n.t('Rename Setting'),
    );
  }
  await writeSetting(services, { connection, app }, { kind: 'rename', ...settingIdOf(setting), newName });
  tell(vscode.l10n.t('Renamed {0} of {1} to {2}. The app restarts.', name, app.name, newName));
}

export async function deleteSetting(services: UsedServices, node?: AppTarget | SettingTarget): Promise<void> {
  const { connection, app, setting } = await settingOf(services, vscode.l10n.t('Delete Setting'), node);
  const { name } = setting;
  await confirm(
    vscode.l10n.t('Delete the setting {0} of {1}?', name, app.name),
    setting.keyVaultReference === undefined
      ? vscode.l10n.t('Its value is lost. The app restarts without it.')
      : vscode.l10n.t('The app restarts without it. The secret stays in its key vault.'),
    vscode.l10n.t('Delete Setting'),
  );
  await writeSetting(services, { connection, app }, { kind: 'delete', ...settingIdOf(setting) });
  tell(vscode.l10n.t('Deleted {0} of {1}. The app restarts.', name, app.name));
}

type OneSettingEdit = Exclude<SettingEdit, { kind: 'exchange' }>;

/** Changes one setting while showing progress. @throws AzureError */
export async function writeSetting(
  services: Pick<Services, 'changes' | 'logStreams' | 'refresh'>,
  { connection, app }: AppTarget,
  change: OneSettingEdit,
): Promise<void> {
  services.logStreams.expectRestart(app.id);
  let select: string | undefined;
  try {
    const { written } = await withProgress(
      vscode.l10n.t('Writing {0} of {1}', change.name, app.name),
      (signal) => changeAppSettings(connection, app, change, signal),
    );
    if (written) services.changes.record(connection, settingChange(app.id, change));
    const name = change.kind === 'rename' ? change.newName : change.name;
    if (change.kind !== 'delete') select = rowOfSetting(app.id, { ...change, name });
  } finally {
    services.refresh(connection, app.id, select);
  }
}

/** The change to record. It contains the value only if that is a Key Vault reference, since others can be secret. */
function settingChange(appId: string, change: OneSettingEdit): Change {
  const id = settingIdOf(change);
  switch (change.kind) {
    case 'set': {
      const { value } = change;
      return {
        kind: 'setAppSetting',
        appId,
        ...id,
        ...(value !== null && parseKeyVaultReference(value) ? { reference: value } : {}),
      };
    }
    case 'delete':
      return { kind: 'deleteAppSetting', appId, ...id };
    case 'rename':
      return { kind: 'renameAppSetting', appId, ...id, newName: change.newName };
  }
}

function tellSet({ connection, app }: AppTarget, id: SettingId, value: string): void {
  const { name } = id;
  const said = vscode.l10n.t('Saved {0} of {1}. The app restarts.', name, app.name);
  if (!looksLikeSecret(name, value)) {
    tell(said);
    return;
  }
  const setting = { ...id, looksSecret: true, slotSetting: false };
  tell(`${said} ${vscode.l10n.t('The value looks like a secret.')}`, {
    title: vscode.l10n.t('Move to Key Vault…'),
    command: 'keyless.moveToKeyVault',
    arguments: [{ connection, app, setting }],
  });
}

async function namesOf({ connection, app }: AppTarget, kind: SettingKind): Promise<string[]> {
  return withProgress(vscode.l10n.t('Reading the settings of {0}', app.name), async (signal) => [
    ...(await readSettingsOf(connection, app, kind, signal)).keys(),
  ]);
}

/** @param reference the current value, if it is a Key Vault reference */
function askSettingValue(
  title: string,
  { app, name }: { readonly app: FunctionApp; readonly name: string },
  hidden: boolean,
  reference?: string,
): Promise<string> {
  return askValue({
    ...{ title, name, hidden, value: reference },
    prompt: vscode.l10n.t('Value of {0} of {1}. The app restarts to apply it', name, app.name),
  });
}

/** Shows what adding a setting will do, but not its value. */
function confirmAdd(title: string, app: FunctionApp, id: SettingId, value: string): Promise<void> {
  const { name, connectionType } = id;
  const added =
    connectionType === undefined
      ? vscode.l10n.t('{0} gets the app setting {1}', app.name, name)
      : vscode.l10n.t('{0} gets the connection string {1} ({2})', app.name, name, connectionType);
  const advice = {
    icon: 'warning',
    label: vscode.l10n.t('The value looks like a secret'),
    detail: vscode.l10n.t('Anyone who can read the settings can read it. Move it to Key Vault afterward.'),
  };
  return confirmSummary({ title, placeHolder: vscode.l10n.t('Add {0} to {1}?', name, app.name) }, title, [
    { icon: 'add', label: added },
    { icon: 'debug-restart', label: vscode.l10n.t('The app restarts to apply it') },
    ...(looksLikeSecret(name, value) ? [advice] : []),
  ]);
}

/** An error, or a warning that doesn't prevent the name. */
function complaintAboutName(
  name: string,
  taken: readonly string[],
  linux: boolean,
): string | vscode.InputBoxValidationMessage | undefined {
  if (name === '') return vscode.l10n.t('Enter a name.');
  if (!/^[\w.:-]+$/.test(name))
    return vscode.l10n.t('Use only letters, digits, underscores, periods, colons, and hyphens.');
  if (linux && name.includes(':'))
    return vscode.l10n.t("Setting names of Linux apps can't contain colons. Use __ instead.");
  const other = findSettingName(taken, name);
  if (other !== undefined) return vscode.l10n.t('The setting {0} already exists.', other);
  return linux && changesOnLinux(name)
    ? { message: linuxNameAdvice(), severity: vscode.InputBoxValidationSeverity.Warning }
    : undefined;
}
