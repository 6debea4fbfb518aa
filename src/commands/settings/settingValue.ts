import * as vscode from 'vscode';
import { readAppSettings } from '../../azure/appService/appSettings';
import { findSettingName } from '../../azure/appService/settingsMap';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { pickSetting } from '../../ui/pickers/settingPickers';
import type { AppTarget, SettingTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** Shows a setting's value: a short one in a dialog, which no other extension can read, a long one in a read-only document. */
export async function revealSettingValue(
  services: Services,
  node?: AppTarget | SettingTarget,
): Promise<void> {
  const target = await settingOf(services, vscode.l10n.t('Reveal Setting Value'), node);
  const value = await read(target);
  const { name } = target.setting;
  if (value.length > longestInDialog || /[\n\r]/.test(value)) {
    await services.documents.show(`${name}.txt`, value);
    return;
  }
  const copy = vscode.l10n.t('Copy');
  const detail = value === '' ? vscode.l10n.t('(empty)') : value;
  const answer = await vscode.window.showInformationMessage(name, { modal: true, detail }, copy);
  if (answer === copy) await copyValue(services, name, value);
}

/** Puts a setting's value on the clipboard for 30 seconds. */
export async function copySettingValue(services: Services, node?: AppTarget | SettingTarget): Promise<void> {
  const target = await settingOf(services, vscode.l10n.t('Copy Setting Value'), node);
  await copyValue(services, target.setting.name, await read(target));
}

/** The setting that a command is about: the node's, or one that is asked for. */
export async function settingOf(
  { inventory }: Services,
  title: string,
  node?: AppTarget | SettingTarget,
): Promise<SettingTarget> {
  return node && 'setting' in node ? node : pickSetting(inventory, title, node);
}

/** The value as it is now. A secret value. @throws UserError where the setting is gone */
export async function settingValue(
  { connection, app, setting }: SettingTarget,
  signal: AbortSignal,
): Promise<string> {
  const settings = await readAppSettings(connection, app, signal);
  const value = settings.get(findSettingName(settings.keys(), setting.name) ?? '');
  if (value !== undefined) return value;
  throw new UserError(
    vscode.l10n.t('{0} has no setting {1} now', app.name, setting.name),
    vscode.l10n.t('Refresh the app.'),
  );
}

function read(target: SettingTarget): Promise<string> {
  const { app, setting } = target;
  return withProgress(vscode.l10n.t('Reading {0} of {1}', setting.name, app.name), (signal) =>
    settingValue(target, signal),
  );
}

const longestInDialog = 500;

async function copyValue({ clipboard }: Services, name: string, value: string): Promise<void> {
  await clipboard.copy(value);
  tellCopied(vscode.l10n.t('Copied the value of {0}. The clipboard is cleared in 30 seconds.', name));
}
