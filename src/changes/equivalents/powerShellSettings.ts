import { settingKindOf } from '../../azure/appService/settings/settingsMap';
import type { AppSettingChange, SlotSettingChange } from '../change';
import { placeOf, slotSettingsRequest, valuePlaceholder, webApiVersion } from './place';
import { named } from './powerShellApps';
import { quote } from './powerShellText';

/** The cmdlets for settings support neither slots nor connection strings. */
export function settingCommands(change: AppSettingChange | SlotSettingChange): string[] {
  if (change.kind === 'setSlotSetting') {
    const { path, body } = slotSettingsRequest(change);
    return [`Invoke-AzRestMethod -Method PUT -Path ${quote(path)} -Payload ${quote(body)}`];
  }
  const hasCmdlet = change.connectionType === undefined && placeOf(change.appId).slot === undefined;
  return hasCmdlet ? ofSetting(change) : ofRequests(change);
}

function ofSetting(change: AppSettingChange): string[] {
  const where = named(change.appId);
  const set = (name: string, value = valuePlaceholder) =>
    `Update-AzFunctionAppSetting ${where} -AppSetting @{ ${quote(name)} = ${quote(value)} } -Force`;
  const remove = `Remove-AzFunctionAppSetting ${where} -AppSettingName ${quote(change.name)} -Force`;
  switch (change.kind) {
    case 'setAppSetting':
      return [set(change.name, change.reference)];
    case 'deleteAppSetting':
      return [remove];
    case 'renameAppSetting':
      return [set(change.newName, change.reference), remove];
  }
}

/** The service replaces all settings at once. */
function ofRequests(change: AppSettingChange): string[] {
  const { connectionType } = change;
  const path = (tail: string) =>
    quote(`${change.appId}/config/${settingKindOf(change)}${tail}?api-version=${webApiVersion}`);
  const entryOf = (value: string) =>
    connectionType === undefined
      ? quote(value)
      : `@{ value = ${quote(value)}; type = ${quote(connectionType)} }`;
  const set = (name: string, value = valuePlaceholder) =>
    `$settings.properties | Add-Member -Force -NotePropertyName ${quote(name)} -NotePropertyValue ${entryOf(value)}`;
  const remove = `$settings.properties.PSObject.Properties.Remove(${quote(change.name)})`;
  const edits = {
    setAppSetting: () => [set(change.name, 'reference' in change ? change.reference : undefined)],
    deleteAppSetting: () => [remove],
    renameAppSetting: () =>
      change.kind === 'renameAppSetting' ? [set(change.newName, change.reference), remove] : [],
  };
  return [
    `$settings = (Invoke-AzRestMethod -Method POST -Path ${path('/list')}).Content | ConvertFrom-Json`,
    ...edits[change.kind](),
    `Invoke-AzRestMethod -Method PUT -Path ${path('')} -Payload (@{ properties = $settings.properties } | ConvertTo-Json)`,
  ];
}
