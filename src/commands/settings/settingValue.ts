import * as vscode from 'vscode';
import { readSettingValue } from '../../azure/appService/settings/appSettings';
import type { SettingId } from '../../azure/core/model';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { pickSetting } from '../../ui/pickers/settingPickers';
import type { AppTarget, NamedSettingTarget, SettingTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** Shows a setting's value: in a dialog, which no other extension can read, or in a read-only document if it's long. */
export async function revealSettingValue(
  services: Pick<Services, 'clipboard' | 'documents' | 'inventory'>,
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

/** Copies a setting's value to the clipboard for 30 seconds. */
export async function copySettingValue(
  services: Pick<Services, 'clipboard' | 'inventory'>,
  node?: AppTarget | SettingTarget,
): Promise<void> {
  const target = await settingOf(services, vscode.l10n.t('Copy Setting Value'), node);
  await copyValue(services, target.setting.name, await read(target));
}

/** The setting of the node, or one that the person selects. */
export async function settingOf(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node?: AppTarget | SettingTarget,
): Promise<SettingTarget> {
  return node && 'setting' in node ? node : pickSetting(inventory, title, node);
}

/** What to select in the tree for a setting (tree/nodes/paths.ts). */
export function rowOfSetting(appId: string, { name, connectionType }: SettingId): string {
  return `${appId}/${connectionType === undefined ? 'settings' : 'connectionStrings'}/${name}`;
}

/** Reads the current value, which is a secret value; null if there is none. @throws UserError if the setting no longer exists */
export async function settingValue(
  { connection, app, setting }: NamedSettingTarget,
  signal: AbortSignal,
): Promise<string | null> {
  const value = await readSettingValue(connection, app, setting, signal);
  if (value !== undefined) return value;
  throw new UserError(
    vscode.l10n.t('{0} no longer has the setting {1}', app.name, setting.name),
    vscode.l10n.t('Refresh the app.'),
  );
}

function read(target: SettingTarget): Promise<string> {
  const { app, setting } = target;
  return withProgress(
    vscode.l10n.t('Reading {0} of {1}', setting.name, app.name),
    async (signal) => (await settingValue(target, signal)) ?? '',
  );
}

const longestInDialog = 500;

async function copyValue(
  { clipboard }: Pick<Services, 'clipboard'>,
  name: string,
  value: string,
): Promise<void> {
  await clipboard.copy(value);
  tellCopied(vscode.l10n.t('Copied the value of {0}. The clipboard is cleared in 30 seconds.', name));
}
