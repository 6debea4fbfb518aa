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
import { readOldValue } from './oldValue';
import type { Replacement } from './replacement';
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
  /** The setting was never changed. */
  | { readonly kind: 'untouched'; readonly error: unknown }
  /** The old value was restored. `stillFailing`: what the host reports nevertheless. */
  | { readonly kind: 'back'; readonly error: unknown; readonly stillFailing?: unknown }
  /** The old value couldn't be restored. */
  | { readonly kind: 'stuck'; readonly error: unknown };

/**
 * Replaces a credential by the app's identity, whose roles are already assigned: waits until they have taken effect, writes
 * the settings once, and watches the host. If it isn't healthy or the wait is canceled, restores the old value. The app's
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
  { write: { set, remove } }: Replacement,
  signal?: AbortSignal,
): Promise<boolean> {
  const now = await readAppSettings(c, app, signal);
  return (
    remove.every((name) => settingIn(now, name) === undefined) &&
    Object.entries(set).every(([name, value]) => settingIn(now, name) === value)
  );
}

/** Reads back the roles that were added. @throws AzureError */
async function requireRoles(c: Connection, { steps }: Replacement, signal: AbortSignal): Promise<void> {
  for (const step of steps)
    if (step.kind === 'deleteRoleAssignment' && !(await readRoleAssignment(c, step.id, signal)))
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

/** @throws AzureError `SettingChanged` unless the setting has the old value, which can be restored then */
async function requireSame(
  c: Connection,
  app: FunctionApp,
  { setting, oldValue }: Replacement,
  signal: AbortSignal,
): Promise<void> {
  const value = await readOldValue(c, oldValue, signal);
  if (settingIn(await readAppSettings(c, app, signal), setting) === value) return;
  throw new AzureError(l10n.t('Someone else changed the setting {0} in the meantime.', setting), {
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
  const { setting, write: edit, oldValue, sticky } = replacement;
  let sent = false;
  try {
    const was = await readOldValue(c, oldValue, signal);
    for (const name of sticky) await markSlotSetting(c, app, name, true, changed, signal);
    writes();
    sent = true;
    const change = { kind: 'exchange', name: setting, was, ...edit } as const;
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
    const value = await readOldValue(c, replacement.oldValue);
    error = withoutValues(failure, [value]);
    await restoreSettings(c, app, replacement, value, events);
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

/**
 * Restores the old value in one write, and removes the settings that replaced it and still have the values they got.
 * @throws AzureError `SettingChanged` if someone else has set another value since
 */
export async function restoreSettings(
  c: Connection,
  app: FunctionApp,
  { setting, write: { set }, sticky }: Replacement,
  value: string,
  { writes, changed }: Pick<ReplaceEvents, 'writes' | 'changed'>,
  signal?: AbortSignal,
): Promise<void> {
  const now = await readAppSettings(c, app, signal);
  const isOurs = ([name, own]: readonly [string, string]) => settingIn(now, name) === own && name !== setting;
  const remove = Object.entries(set)
    .filter(isOurs)
    .map(([name]) => name);
  const isBack = settingIn(now, setting) === value;
  if (!isBack || remove.length > 0) {
    const was = isBack ? value : (set[setting] ?? null);
    writes();
    await changeAppSettings(
      c,
      app,
      { kind: 'exchange', name: setting, was, set: { [setting]: value }, remove },
      signal,
    );
    changed({ kind: 'exchangeAppSettings', appId: app.id, set: { [setting]: null }, remove });
  }
  for (const name of sticky) await markSlotSetting(c, app, name, false, changed, signal);
}
