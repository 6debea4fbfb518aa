import * as l10n from '@vscode/l10n';
import type { PlatformWrite, Write } from '../../access/replace/writes';
import { writesOf } from '../../access/replace/writes';
import { changeAppSettings, readSettingsOf } from '../../azure/appService/settings/appSettings';
import {
  isSameSignIn,
  readPlatformSignIn,
  writePlatformSignIn,
} from '../../azure/appService/settings/platformSignIn';
import type { SettingEdit } from '../../azure/appService/settings/settingsMap';
import { settingIn } from '../../azure/appService/settings/settingsMap';
import { changeSlotSetting, mainAppId } from '../../azure/appService/settings/slotSettings';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';
import type { Change } from '../../changes/change';
import { changeOfWrite } from '../../changes/planChanges';
import { readOldValue } from './oldValue';
import type { Replacement } from './replacement';

type Parts = Replacement['parts'];
/** Secret values. */
type Values = Readonly<Record<string, string>>;

export interface WriteEvents {
  /** Called before each write, which restarts the app. */
  readonly writes: () => void;
  readonly changed: (change: Change) => void;
}

/** The writes of settings, without those of the platform's configuration. */
type SettingWrite = Exclude<Write, { readonly kind: 'platform' }>;

function settingWritesOf(parts: Parts): SettingWrite[] {
  return writesOf(parts).filter((one) => one.kind !== 'platform');
}

type Reader = (connectionType: string | undefined, name: string) => string | undefined;

/** The settings of both kinds, as far as credentials are among them. They are secret values. */
async function readBoth(
  c: Connection,
  app: FunctionApp,
  parts: Parts,
  signal?: AbortSignal,
): Promise<Reader> {
  const isNeeded = parts.some(({ connectionType }) => connectionType !== undefined);
  const appSettings = await readSettingsOf(c, app, 'appsettings', signal);
  const connectionStrings = isNeeded ? await readSettingsOf(c, app, 'connectionstrings', signal) : undefined;
  return (connectionType, name) =>
    settingIn(connectionType === undefined ? appSettings : (connectionStrings ?? new Map()), name);
}

/** Whether the settings are those after the writes. @throws AzureError */
export async function isWritten(
  c: Connection,
  app: FunctionApp,
  parts: Parts,
  signal?: AbortSignal,
): Promise<boolean> {
  for (const { platform } of parts) {
    const found = platform && (await readPlatformSignIn(c, app, platform.fetched, signal));
    if (platform && !isSameSignIn(found?.signIn, platform.now)) return false;
  }
  const now = await readBoth(c, app, parts, signal);
  return settingWritesOf(parts).every((one) =>
    one.kind === 'connectionString'
      ? now(one.connectionType, one.name) === one.value
      : one.remove.every((name) => now(undefined, name) === undefined) &&
        Object.entries(one.set).every(([name, value]) => now(undefined, name) === value),
  );
}

/** @throws AzureError `SettingChanged` unless each setting has its old value, which can be restored then */
export async function requireSame(
  c: Connection,
  app: FunctionApp,
  parts: Parts,
  signal: AbortSignal,
): Promise<void> {
  const values = await readOldValues(c, parts, signal);
  const now = await readBoth(c, app, parts, signal);
  const changed = parts.find(
    ({ setting, connectionType }) => now(connectionType, setting) !== values[setting],
  );
  if (!changed) return;
  throw new AzureError(l10n.t('Someone else changed the setting {0} in the meantime.', changed.setting), {
    code: 'SettingChanged',
  });
}

/** Writes the settings, and marks those that must stay with their slot before that. `sent`: a write may have been applied. */
export async function writeSettings(
  c: Connection,
  app: FunctionApp,
  parts: Parts,
  { writes, changed }: WriteEvents,
  signal: AbortSignal,
): Promise<{ readonly error: unknown; readonly sent: boolean } | { readonly done: true }> {
  let sent = false;
  let isOneDone = false;
  try {
    const was = await readOldValues(c, parts, signal);
    const now = await readBoth(c, app, parts, signal);
    for (const name of parts.flatMap(({ sticky }) => sticky))
      await markSlotSetting(c, app, name, true, changed, signal);
    for (const one of writesOf(parts)) {
      writes();
      sent = true;
      if (one.kind === 'platform') await setSignIn(c, app, one, changed, signal);
      else {
        await changeAppSettings(c, app, editOf(one, parts, was, now), signal);
        changed(changeOfWrite(app.id, one));
      }
      isOneDone = true;
    }
    return { done: true };
  } catch (error) {
    const isRefused = error instanceof AzureError && error.code === 'SettingChanged' && !isOneDone;
    return { error, sent: sent && !isRefused };
  }
}

async function setSignIn(
  c: Connection,
  app: FunctionApp,
  write: PlatformWrite,
  changed: WriteEvents['changed'],
  signal?: AbortSignal,
): Promise<void> {
  const { fetched } = write;
  const properties = await writePlatformSignIn(c, app, fetched, write, signal);
  if (properties) changed({ kind: 'setPlatformSignIn', appId: app.id, fetched, properties });
}

function editOf(one: SettingWrite, parts: Parts, values: Values, now: Reader): SettingEdit {
  if (one.kind === 'connectionString') {
    const { name, connectionType, value } = one;
    const was = values[name] ?? '';
    return value === undefined
      ? { kind: 'delete', name, connectionType, was }
      : { kind: 'set', name, connectionType, value, was };
  }
  const own = parts.filter(({ connectionType }) => connectionType === undefined);
  const was = Object.fromEntries([
    // An earlier run may have written them. Any other value is someone else's.
    ...Object.entries(one.set).map(
      ([name, value]) => [name, now(undefined, name) === value ? value : null] as const,
    ),
    ...own.map(({ setting }) => [setting, values[setting] ?? ''] as const),
  ]);
  const [name = ''] = Object.keys(was);
  return { kind: 'exchange', name, was, set: one.set, remove: one.remove };
}

async function markSlotSetting(
  c: Connection,
  app: FunctionApp,
  name: string,
  slotSetting: boolean,
  changed: WriteEvents['changed'],
  signal?: AbortSignal,
): Promise<void> {
  const lists = await changeSlotSetting(c, app, { name }, slotSetting, signal);
  if (lists) changed({ kind: 'setSlotSetting', appId: mainAppId(app), name, slotSetting, lists });
}

/** The old values by the names of their settings. They are secret values. @throws AzureError */
export async function readOldValues(c: Connection, parts: Parts, signal?: AbortSignal): Promise<Values> {
  const values: [string, string][] = [];
  for (const { setting, oldValue } of parts) values.push([setting, await readOldValue(c, oldValue, signal)]);
  return Object.fromEntries(values);
}

/**
 * Restores the old values, and removes the settings that replaced them and still have the values they got.
 * @throws AzureError `SettingChanged` if someone else has set another value since
 */
export async function restoreSettings(
  c: Connection,
  app: FunctionApp,
  parts: Parts,
  values: Values,
  { writes, changed }: WriteEvents,
  signal?: AbortSignal,
): Promise<void> {
  const now = await readBoth(c, app, parts, signal);
  const isBack = ({ setting, connectionType }: Parts[number]) =>
    now(connectionType, setting) === values[setting];
  const wasOf = (part: Parts[number]) =>
    (isBack(part) ? values[part.setting] : part.write.set[part.setting]) ?? null;
  // First, because a connection string wins over the settings that replaced it.
  for (const part of parts) {
    const { setting: name, connectionType } = part;
    if (connectionType === undefined || isBack(part)) continue;
    writes();
    const edit = { kind: 'set', name, connectionType, value: values[name] ?? '', was: wasOf(part) } as const;
    await changeAppSettings(c, app, edit, signal);
    changed({ kind: 'setAppSetting', appId: app.id, name, connectionType });
  }
  const own = parts.filter(({ connectionType }) => connectionType === undefined);
  const set = Object.fromEntries(own.map(({ setting }) => [setting, values[setting] ?? '']));
  const added = settingWritesOf(parts)
    .flatMap((one) => (one.kind === 'appSettings' ? Object.entries(one.set) : []))
    .filter(([name, value]) => now(undefined, name) === value && set[name] === undefined);
  const remove = added.map(([name]) => name);
  if (!own.every(isBack) || remove.length > 0) {
    const was = Object.fromEntries([...added, ...own.map((part) => [part.setting, wasOf(part)] as const)]);
    const [name = ''] = [...Object.keys(set), ...remove];
    writes();
    await changeAppSettings(c, app, { kind: 'exchange', name, set, was, remove }, signal);
    const restored = Object.fromEntries(
      own.filter((part) => !isBack(part)).map(({ setting }) => [setting, null]),
    );
    changed({ kind: 'exchangeAppSettings', appId: app.id, set: restored, remove });
  }
  // Last, because the platform then needs the setting.
  for (const { platform } of parts) {
    if (!platform) continue;
    writes();
    await setSignIn(c, app, { ...platform, was: platform.now, now: platform.was }, changed, signal);
  }
  for (const name of parts.flatMap(({ sticky }) => sticky))
    await markSlotSetting(c, app, name, false, changed, signal);
}
