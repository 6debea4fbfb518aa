import * as vscode from 'vscode';
import { looksLikeSecret } from '../../access/reference/looksLikeSecret';
import { resolutionWords } from '../../access/reference/resolution';
import type { AppSettingInfo } from '../../azure/core/model';
import { UserError } from '../errors';
import type { Narrowing } from './pickers';
import { narrowed } from './pickers';
import { pickSite } from './identityPickers';
import { pickOne } from '../quickPick';
import type { AppTarget, Inventory, SettingTarget } from '../../inventory/targets';

/** Asks for an app (unless one is given) and one of its settings. Doesn't keep values. */
export async function pickSetting(
  inventory: Inventory,
  title: string,
  given?: AppTarget,
  narrowing: Narrowing<AppSettingInfo> = {},
): Promise<SettingTarget> {
  const { connection, app } = given ?? (await pickSite(inventory, title));
  const setting = await pickOne(
    async (signal) => {
      const { listAppSettings } = await import('../../azure/appService/settings/appSettings');
      const settings = await listAppSettings(connection, app, signal, looksLikeSecret);
      return (await narrowed(settings, narrowing)).map((value) => ({
        icon: value.resolution ? 'key' : value.looksSecret ? 'unlock' : 'symbol-string',
        label: value.name,
        description: [describe(value), value.connectionType && vscode.l10n.t('connection string')]
          .filter(Boolean)
          .join(', '),
        value,
      }));
    },
    { title, placeHolder: vscode.l10n.t('Select a setting of {0}', app.name) },
    () => new UserError(narrowing.none ?? vscode.l10n.t('{0} has no settings', app.name)),
  );
  return { connection, app, setting };
}

function describe({ resolution, keyVaultReference, looksSecret }: AppSettingInfo): string | undefined {
  if (resolution) return vscode.l10n.t('Key Vault reference, {0}', resolutionWords(resolution));
  if (keyVaultReference !== undefined) return vscode.l10n.t('Key Vault reference');
  return looksSecret ? vscode.l10n.t('looks like a secret') : undefined;
}
