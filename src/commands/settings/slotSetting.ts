import * as vscode from 'vscode';
import { changeSlotSetting, mainAppId } from '../../azure/appService/settings/slotSettings';
import { settingIdOf } from '../../azure/appService/settings/settingsMap';
import type { AppTarget, SettingTarget } from '../../inventory/targets';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Services } from '../services';
import { settingOf } from './settingValue';

/** Makes a setting stay with its slot when slots are swapped, or move with the app again. */
export async function toggleSlotSetting(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: AppTarget | SettingTarget,
): Promise<void> {
  const title = vscode.l10n.t('Toggle Slot Setting');
  const { connection, app, setting } = await settingOf(services, title, node);
  const { name } = setting;
  const slotSetting = !setting.slotSetting;
  try {
    const lists = await withProgress(vscode.l10n.t('Writing the slot settings of {0}', app.name), (signal) =>
      changeSlotSetting(connection, app, setting, slotSetting, signal),
    );
    if (lists)
      services.changes.record(connection, {
        ...{ kind: 'setSlotSetting', appId: mainAppId(app), ...settingIdOf(setting), slotSetting, lists },
      });
  } finally {
    services.refresh(connection, app.id);
  }
  tell(
    slotSetting
      ? vscode.l10n.t('{0} is a slot setting now. At a swap, its value stays in its slot.', name)
      : vscode.l10n.t('{0} is no longer a slot setting. At a swap, its value moves to the other slot.', name),
  );
}
