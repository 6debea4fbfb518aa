import { looksLikeSecret } from '../access/looksLikeSecret';
import { isResolved, resolutionNextStep, resolutionWords } from '../access/resolution';
import type { AppSettingInfo } from '../azure/model';
import type { Appearance } from './appearance';
import type { Detail } from './details';
import type { AppSettingsNode, Node } from './nodes';
import { nodeId } from './nodes';

/** The settings of an app, by name and without their values. */
export async function settingsOf(
  { connection, app, id: parentId }: AppSettingsNode,
  signal: AbortSignal,
): Promise<Node[]> {
  const { listAppSettings } = await import('../azure/appSettings');
  const settings = await listAppSettings(connection, app, signal, looksLikeSecret);
  return settings.map((setting) => ({
    kind: 'appSetting',
    id: nodeId(connection, app.id, `settings/${setting.name}`),
    parentId,
    connection,
    app,
    setting,
  }));
}

/** A reference names a secret and is none: it is shown, where every other value is hidden. */
export function describeSetting(setting: AppSettingInfo): Appearance {
  return {
    label: setting.name,
    description: [summaryOf(setting), setting.slotSetting && 'slot setting'].filter(Boolean).join(', '),
    details: [
      ['Value', setting.keyVaultReference ?? 'hidden'],
      ...resolutionDetails(setting),
      ['Slot setting', setting.slotSetting ? 'yes' : 'no'],
    ],
    icon: iconOf(setting),
    children: 'none',
  };
}

/** What counts first: a narrow side bar cuts the end off. */
function summaryOf({ keyVaultReference, resolution, looksSecret }: AppSettingInfo): string {
  if (resolution) return `${resolutionWords(resolution)}, Key Vault reference`;
  if (keyVaultReference !== undefined) return 'status unknown, Key Vault reference';
  return looksSecret ? 'looks like a secret, value hidden' : 'value hidden';
}

function resolutionDetails({ resolution, resolutionUnread, looksSecret }: AppSettingInfo): Detail[] {
  const optional = (name: string, value: string | undefined): Detail[] => (value ? [[name, value]] : []);
  return [
    ...optional('Status', resolution?.status),
    ...optional('Version', resolution?.activeVersion),
    ...optional('Reason', resolution && !isResolved(resolution) ? resolution.details : resolutionUnread),
    ...optional('What to do', resolution && resolutionNextStep(resolution)),
    ...optional('Advice', looksSecret ? 'Looks like a secret: it can be moved to a key vault.' : undefined),
  ];
}

function iconOf({ keyVaultReference, resolution, looksSecret }: AppSettingInfo): Appearance['icon'] {
  const color = 'list.warningForeground';
  if (resolution) return isResolved(resolution) ? { theme: 'key' } : { theme: 'warning', color };
  if (keyVaultReference !== undefined) return { theme: 'key' };
  return looksSecret ? { theme: 'unlock', color } : { theme: 'symbol-string' };
}
