import * as l10n from '@vscode/l10n';
import { changesOnLinux, linuxNameAdvice } from '../../access/reference/linuxName';
import { connectionVariable } from '../../access/reference/connectionTypes';
import { isResolved, resolutionNextStep, resolutionWords } from '../../access/reference/resolution';
import { isOnContainerApps } from '../../azure/appService/siteKind';
import type { AppSettingInfo, FunctionApp } from '../../azure/core/model';
import type { BrokenReference } from '../../grants/referenceRechecks';
import type { Appearance } from '../appearance';
import type { Detail } from '../describe/details';
import type { Node } from '../nodes/nodes';
import type { AppSettingsNode } from '../nodes/settingNodes';
import { nodeId } from '../nodes/nodes';

/** An app's settings of one kind, without their values. */
export async function settingsOf(
  { kind, connection, app, id: parentId }: AppSettingsNode,
  signal: AbortSignal,
): Promise<Node[]> {
  const { listAppSettings } = await import('../../azure/appService/settings/appSettings');
  const { looksLikeSecret } = await import('../../access/reference/looksLikeSecret');
  const isConnection = kind === 'connectionStrings';
  const kinds = [isConnection ? 'connectionstrings' : 'appsettings'] as const;
  const settings = await listAppSettings(connection, app, signal, looksLikeSecret, kinds);
  return settings.map((setting) => ({
    kind: 'appSetting',
    id: nodeId(connection, app.id, `${isConnection ? 'connectionStrings' : 'settings'}/${setting.name}`),
    parentId,
    connection,
    app,
    setting,
  }));
}

/** A setting whose reference didn't resolve when it was read. */
export function brokenReferenceIn(node: Node): BrokenReference[] {
  if (node.kind !== 'appSetting') return [];
  const { connection, app, setting } = node;
  const { resolution } = setting;
  return resolution && !isResolved(resolution) ? [{ connection, app, resolution }] : [];
}

/** Hides all values except Key Vault references, which name a secret but don't contain one. */
export function describeSetting(setting: AppSettingInfo, app: FunctionApp): Appearance {
  return {
    label: setting.name,
    description: [summaryOf(setting), setting.connectionType, setting.slotSetting && l10n.t('slot setting')]
      .filter(Boolean)
      .join(', '),
    details: [
      [l10n.t('Value'), setting.keyVaultReference ?? (setting.noValue ? l10n.t('none') : l10n.t('hidden'))],
      ...connectionDetails(setting),
      ...resolutionDetails(setting),
      ...secretDetails(setting, app),
      ...nameDetails(setting, app),
      [l10n.t('Slot setting'), setting.slotSetting ? l10n.t('yes') : l10n.t('no')],
    ],
    icon: iconOf(setting),
    ...(setting.resolution && !isResolved(setting.resolution) ? { mark: 'attention' } : {}),
    children: 'none',
  };
}

/** The most important part comes first because a narrow side bar cuts off the end. */
function summaryOf({ keyVaultReference, resolution, noValue, looksSecret }: AppSettingInfo): string {
  if (noValue) return l10n.t('no value');
  if (resolution) return l10n.t('{0}, Key Vault reference', resolutionWords(resolution));
  if (keyVaultReference !== undefined) return l10n.t('status unknown, Key Vault reference');
  return looksSecret ? l10n.t('looks like a secret, value hidden') : l10n.t('value hidden');
}

function resolutionDetails({ resolution, resolutionUnread }: AppSettingInfo): Detail[] {
  const optional = (name: string, value: string | undefined): Detail[] => (value ? [[name, value]] : []);
  return [
    ...optional(l10n.t('Status'), resolution?.status),
    ...optional(l10n.t('Version'), resolution?.activeVersion),
    ...optional(
      l10n.t('Reason'),
      resolution && !isResolved(resolution) ? resolution.details : resolutionUnread,
    ),
    ...optional(l10n.t('What to do'), resolution && resolutionNextStep(resolution)),
  ];
}

function secretDetails({ looksSecret }: AppSettingInfo, app: FunctionApp): Detail[] {
  if (!looksSecret) return [];
  const advice = isOnContainerApps(app)
    ? l10n.t('This looks like a secret.')
    : l10n.t('This looks like a secret. Run Move to Key Vault… to keep it there.');
  return [[l10n.t('Advice'), advice]];
}

/** How functions get a connection string. */
function connectionDetails({ name, connectionType }: AppSettingInfo): Detail[] {
  if (connectionType === undefined) return [];
  const variable = connectionVariable(name, connectionType);
  return [
    [l10n.t('Type'), connectionType],
    ...(variable === undefined ? [] : [[l10n.t('Environment variable'), variable] as const]),
  ];
}

function nameDetails({ name }: AppSettingInfo, { linux }: FunctionApp): Detail[] {
  return linux && changesOnLinux(name) ? [[l10n.t('Name'), linuxNameAdvice()]] : [];
}

function iconOf({ keyVaultReference, resolution, looksSecret }: AppSettingInfo): Appearance['icon'] {
  const color = 'list.warningForeground';
  if (resolution) return isResolved(resolution) ? { theme: 'key' } : { theme: 'warning', color };
  if (keyVaultReference !== undefined) return { theme: 'key' };
  return looksSecret ? { theme: 'unlock', color } : { theme: 'symbol-string' };
}
