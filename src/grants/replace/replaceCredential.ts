import * as l10n from '@vscode/l10n';
import { getFunctionApp } from '../../azure/appService/sites';
import { pause } from '../../azure/core/clock';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';
import { withoutValues } from '../../azure/core/secrets/hiding';
import { readRoleAssignment } from '../../azure/directory/roles';
import { readDataRole } from '../../azure/resources/dataRoles';
import type { UndoStep } from '../undoStep';
import type { WriteEvents } from './replacedSettings';
import { isWritten, readOldValues, requireSame, restoreSettings, writeSettings } from './replacedSettings';
import type { Replacement } from './replacement';
import type { WatchEvents, WatchTiming } from './watchHost';
import { watchHost } from './watchHost';

/** Progress events. */
export interface ReplaceEvents extends WatchEvents, WriteEvents {
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
  timing?: WatchTiming,
): Promise<Replaced> {
  let app: FunctionApp;
  let isDone: boolean;
  try {
    app = await getFunctionApp(c, replacement.appId, signal);
    isDone = await isWritten(c, app, replacement.parts, signal);
  } catch (error) {
    return { kind: 'unread', error };
  }
  try {
    if (!isDone) {
      await requireRoles(c, replacement, signal);
      await settle(c, replacement.readyAt - c.clock.now(), events, signal);
      await requireSame(c, app, replacement.parts, signal);
      // Nobody would see that the write broke a host that is broken already.
      await watchHost(c, app, replacement.functions, events, signal, timing);
      signal.throwIfAborted();
      const written = await writeSettings(c, app, replacement.parts, events, signal);
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

/** Takes no signal because canceling leads here. */
async function putBack(
  c: Connection,
  app: FunctionApp,
  replacement: Replacement,
  events: ReplaceEvents,
  failure: unknown,
  timing: WatchTiming | undefined,
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
