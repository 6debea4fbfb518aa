import type { AppTarget, NamedSettingTarget, SettingTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';

/** Commands for app settings and connection strings. Each loads on first use. */
export const settingsCommands: CommandTable = {
  'keyless.revealSettingValue': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./settingValue')).revealSettingValue(services, node),
  'keyless.copySettingValue': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./settingValue')).copySettingValue(services, node),
  'keyless.addSetting': async (services, node?: AppTarget) =>
    (await import('./changeSetting')).addSetting(services, node),
  'keyless.addConnectionString': async (services, node?: AppTarget) =>
    (await import('./changeSetting')).addConnectionString(services, node),
  'keyless.editSetting': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./changeSetting')).editSetting(services, node),
  'keyless.renameSetting': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./changeSetting')).renameSetting(services, node),
  'keyless.toggleSlotSetting': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./slotSetting')).toggleSlotSetting(services, node),
  'keyless.deleteSetting': async (services, node?: AppTarget | SettingTarget) =>
    (await import('./changeSetting')).deleteSetting(services, node),
  'keyless.refreshReferences': async (services, node?: AppTarget) =>
    (await import('./refreshReferences')).refreshReferences(services, node),
  'keyless.moveToKeyVault': async (services, node?: AppTarget | NamedSettingTarget) =>
    (await import('./moveToKeyVault')).moveToKeyVault(services, node),
};
