import * as l10n from '@vscode/l10n';
import { changeAppSettings, readAppSettings } from '../../azure/appService/settings/appSettings';
import { settingIn } from '../../azure/appService/settings/settingsMap';
import { changeSlotSetting, mainAppId } from '../../azure/appService/settings/slotSettings';
import { getFunctionApp } from '../../azure/appService/sites';
import { pause } from '../../azure/core/clock';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';
import { withoutValues } from '../../azure/core/secrets/hiding';
import { readRoleAssignment } from '../../azure/directory/roles';
import { readDataRole } from '../../azure/resources/dataRoles';
import type { UndoStep } from '../undoStep';
import { readOldValue } from './oldValue';
import type { Replacement } from './replacement';
import { settingsOf, wholeWrite } from './replacement';
import type { WatchEvents, WatchTiming } from './watchHost';
import { watchHost, watchTiming } from './watchHost';

/** Progress events. */
export interface ReplaceEvents extends WatchEvents {
  /** Called before each write, which restarts the app. */
  readonly writes: () => void;
  /** `left`: milliseconds until the roles have taken effect. */
  readonly settling: (left: number) => void;
}

export type Replaced =
  | { readonly kind: 'replaced' }
  /** The app couldn't be read, so nothing was written now, and how far an earlier run came isn't known. */
  | { readonly kind: 'unread'; readonly error: unknown }
  /** No setting was ever changed. */
  | { readonly kind: 'untouched'; readonly error: unknown }
  /** All old values were restored. `stillFailing`: what the host reports nevertheless. */
  | { readonly kind: 'back'; readonly error: unknown; readonly stillFailing?: unknown }
  /** The old values couldn't be restored. */
  | { readonly kind: 'stuck'; readonly error: unknown };

/**
 * Replaces credentials by the app's identity, whose roles are already assigned: waits until they have taken effect, writes
 * the settings once, and watches the host. If it isn't healthy or the wait is canceled, restores all old values. The app's
 * settings show how far an earlier run came. Never rejects: the outcome is in the result.
 */
export async function replaceCredential(
  c: Connection,
  replacement: Replacement,
  events: ReplaceEvents,
  signal: AbortSignal,
  timing: WatchTiming = watchTiming,
): Promise<Replaced> {
  let app: FunctionApp;
  let isDone: boolean;
  try {
    app = await getFunctionApp(c, replacement.appId, signal);
    isDone = await isWritten(c, app, replacement, signal);
  } catch (error) {
    return { kind: 'unread', error };
  }
  try {
    if (!isDone) {
      await requireRoles(c, replacement, signal);
      await settle(c, replacement.readyAt - c.clock.now(), events, signal);
      await requireSame(c, app, replacement, signal);
      // Nobody would see that the write broke a host that is broken already.
      await watchHost(c, app, replacement.functions, events, signal, timing);
      signal.throwIfAborted();
      const written = await write(c, app, replacement, events, signal);
      if ('error' in written)
        return written.sent
          ? await putBack(c, app, replacement, events, written.error, timing)
          : { kind: 'untouched', error: written.error };
    }
  } catch (error) {
    return { kind: 'untouched', error };
  }
  try {
    await watchHost(c, app, replacement.functions, events, signal, timing);
    return { kind: 'replaced' };
  } catch (error) {
    return await putBack(c, app, replacement, events, error, timing);
  }
}

/** Whether the settings are those after the write. @throws AzureError */
async function isWritten(
  c: Connection,
  app: FunctionApp,
  { parts }: Replacement,
  signal?: AbortSignal,
): Promise<boolean> {
  const { set, remove } = wholeWrite(parts);
  const now = await readAppSettings(c, app, signal);
  return (
    remove.every((name) => settingIn(now, name) === undefined) &&
    Object.entries(set).every(([name, value]) => settingIn(now, name) === value)
  );
}

/** Reads back the roles that were added. @throws AzureError */
async function requireRoles(c: Connection, { steps }: Replacement, signal: AbortSignal): Promise<void> {
  const isGone = async (step: UndoStep) =>
    (step.kind === 'deleteRoleAssignment' && !(await readRoleAssignment(c, step.id, signal))) ||
    (step.kind === 'removeDataRole' && !(await readDataRole(c, step.id, signal)));
  for (const step of steps)
    if (await isGone(step))
      throw new AzureError(l10n.t('A role assignment that the identity needs was deleted.'), {
        code: 'RoleAssignmentNotFound',
      });
}

const slice = 15_000;

async function settle(
  c: Connection,
  wait: number,
  { settling }: ReplaceEvents,
  signal: AbortSignal,
): Promise<void> {
  for (let left = wait; left > 0; left -= slice) {
    settling(left);
    await pause(c, Math.min(left, slice), signal);
  }
}

/** @throws AzureError `SettingChanged` unless each setting has its old value, which can be restored then */
async function requireSame(
  c: Connection,
  app: FunctionApp,
  { parts }: Replacement,
  signal: AbortSignal,
): Promise<void> {
  const values = await readOldValues(c, parts, signal);
  const now = await readAppSettings(c, app, signal);
  const changed = Object.keys(values).find((setting) => settingIn(now, setting) !== values[setting]);
  if (changed === undefined) return;
  throw new AzureError(l10n.t('Someone else changed the setting {0} in the meantime.', changed), {
    code: 'SettingChanged',
  });
}

/** Writes the settings, and marks those that must stay with their slot before that. `sent`: it may have been applied. */
async function write(
  c: Connection,
  app: FunctionApp,
  replacement: Replacement,
  { writes, changed }: ReplaceEvents,
  signal: AbortSignal,
): Promise<{ readonly error: unknown; readonly sent: boolean } | { readonly done: true }> {
  const { parts } = replacement;
  const edit = wholeWrite(parts);
  let sent = false;
  try {
    const was = await readOldValues(c, parts, signal);
    for (const name of parts.flatMap(({ sticky }) => sticky))
      await markSlotSetting(c, app, name, true, changed, signal);
    writes();
    sent = true;
    const change = { kind: 'exchange', name: settingsOf(replacement)[0] ?? '', was, ...edit } as const;
    await changeAppSettings(c, app, change, signal);
    changed({ kind: 'exchangeAppSettings', appId: app.id, ...edit });
    return { done: true };
  } catch (error) {
    const isRefused = error instanceof AzureError && error.code === 'SettingChanged';
    return { error, sent: sent && !isRefused };
  }
}

async function markSlotSetting(
  c: Connection,
  app: FunctionApp,
  name: string,
  slotSetting: boolean,
  changed: ReplaceEvents['changed'],
  signal?: AbortSignal,
): Promise<void> {
  const lists = await changeSlotSetting(c, app, { name }, slotSetting, signal);
  if (lists) changed({ kind: 'setSlotSetting', appId: mainAppId(app), name, slotSetting, lists });
}

/** Takes no signal because canceling leads here. */
async function putBack(
  c: Connection,
  app: FunctionApp,
  replacement: Replacement,
  events: ReplaceEvents,
  failure: unknown,
  timing: WatchTiming,
): Promise<Replaced> {
  let error = failure;
  try {
    const values = await readOldValues(c, replacement.parts);
    error = withoutValues(failure, Object.values(values));
    await restoreSettings(c, app, replacement.parts, values, events);
  } catch (why) {
    return { kind: 'stuck', error: why };
  }
  try {
    await watchHost(c, app, replacement.functions, events, undefined, timing);
    return { kind: 'back', error };
  } catch (stillFailing) {
    return { kind: 'back', error, stillFailing };
  }
}

/** The old values by the names of their settings. They are secret values. @throws AzureError */
export async function readOldValues(
  c: Connection,
  parts: Replacement['parts'],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const values: [string, string][] = [];
  for (const { setting, oldValue } of parts) values.push([setting, await readOldValue(c, oldValue, signal)]);
  return Object.fromEntries(values);
}

/**
 * Restores the old values in one write, and removes the settings that replaced them and still have the values they got.
 * @throws AzureError `SettingChanged` if someone else has set another value since
 */
export async function restoreSettings(
  c: Connection,
  app: FunctionApp,
  parts: Replacement['parts'],
  values: Readonly<Record<string, string>>,
  { writes, changed }: Pick<ReplaceEvents, 'writes' | 'changed'>,
  signal?: AbortSignal,
): Promise<void> {
  const { set } = wholeWrite(parts);
  const now = await readAppSettings(c, app, signal);
  const remove = Object.entries(set)
    .filter(([name, own]) => settingIn(now, name) === own && values[name] === undefined)
    .map(([name]) => name);
  const isBack = (name: string) => settingIn(now, name) === values[name];
  const names = Object.keys(values);
  if (!names.every(isBack) || remove.length > 0) {
    const was = names.map((name) => [name, isBack(name) ? values[name] : set[name]] as const);
    const edit = {
      set: values,
      was: Object.fromEntries(was.map(([name, one]) => [name, one ?? null])),
      remove,
    };
    writes();
    await changeAppSettings(c, app, { kind: 'exchange', name: names[0] ?? '', ...edit }, signal);
    const restored = Object.fromEntries(names.filter((name) => !isBack(name)).map((name) => [name, null]));
    changed({ kind: 'exchangeAppSettings', appId: app.id, set: restored, remove });
  }
  for (const name of parts.flatMap(({ sticky }) => sticky))
    await markSlotSetting(c, app, name, false, changed, signal);
}
