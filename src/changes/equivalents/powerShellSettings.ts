import { settingKindOf } from '../../azure/appService/settings/settingsMap';
import type { AppSettingChange, ExchangedSettings, SlotSettingChange } from '../change';
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
  const set = (name: string, value = valuePlaceholder) => addition(name, entryOf(value));
  const remove = removal(change.name);
  const edits = {
    setAppSetting: () => [set(change.name, 'reference' in change ? change.reference : undefined)],
    deleteAppSetting: () => [remove],
    renameAppSetting: () =>
      change.kind === 'renameAppSetting' ? [set(change.newName, change.reference), remove] : [],
  };
  return inOneWrite(path, edits[change.kind]());
}

/** In one write, because the app would be without a connection between two. */
export function exchangeRequests({ appId, set, remove }: ExchangedSettings): string[] {
  const path = (tail: string) => quote(`${appId}/config/appsettings${tail}?api-version=${webApiVersion}`);
  return inOneWrite(path, [
    ...Object.entries(set).map(([name, value]) => addition(name, quote(value ?? valuePlaceholder))),
    ...remove.map(removal),
  ]);
}

function inOneWrite(path: (tail: string) => string, edits: readonly string[]): string[] {
  return [
    `$settings = (Invoke-AzRestMethod -Method POST -Path ${path('/list')}).Content | ConvertFrom-Json`,
    ...edits,
    `Invoke-AzRestMethod -Method PUT -Path ${path('')} -Payload (@{ properties = $settings.properties } | ConvertTo-Json)`,
  ];
}

function addition(name: string, entry: string): string {
  return `$settings.properties | Add-Member -Force -NotePropertyName ${quote(name)} -NotePropertyValue ${entry}`;
}

function removal(name: string): string {
  return `$settings.properties.PSObject.Properties.Remove(${quote(name)})`;
}
