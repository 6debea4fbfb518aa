import type { Change } from '../changes/change';
import { isResolved } from '../access/reference/resolution';
import { changeAppSettings, readSettingsOf } from '../azure/appService/settings/appSettings';
import {
  listReferences,
  refreshReferences,
  resolutionWithout,
} from '../azure/appService/settings/settingReferences';
import {
  isResolutionOf,
  settingIdOf,
  settingIn,
  settingKindOf,
} from '../azure/appService/settings/settingsMap';
import type { Connection } from '../azure/core/connection';
import { AzureError } from '../azure/core/errors';
import { withoutValues } from '../azure/core/secrets/hiding';
import type { FunctionApp, ReferenceResolution, SettingId } from '../azure/core/model';
import type { Clock } from '../azure/core/clock';
import { waitBy } from '../azure/core/clock';

/** A plain-text setting whose value is now also a vault secret. */
export interface Replacement extends SettingId {
  readonly app: FunctionApp;
  /** The plain-text value, which must still be set and is restored on failure. A secret value. */
  readonly value: string;
  /** `@Microsoft.KeyVault(…)` */
  readonly reference: string;
  /** Name of the temporary setting, of the same kind, that shows whether the reference resolves. */
  readonly trial: string;
}

/** A setting that already has the reference. */
export type ReplacedSetting = Omit<Replacement, 'value'> & {
  /** Gets the plain-text value, but only if it has to be restored. */
  readonly value: () => Promise<string>;
};

/** Why a reference wasn't kept: its last resolution status, or the failure (an AbortError if canceled). */
export type WhyNot = { readonly resolution: ReferenceResolution } | { readonly error: unknown };

export type Replaced =
  | { readonly kind: 'resolved' }
  /** The value was never replaced. `trialLeft`: name of the temporary setting if it couldn't be removed. */
  | { readonly kind: 'untouched'; readonly why: WhyNot; readonly trialLeft?: string }
  /** The plain-text value was restored. */
  | { readonly kind: 'back'; readonly why: WhyNot }
  /** The reference is set but doesn't resolve, and the plain-text value couldn't be restored. */
  | { readonly kind: 'stuck'; readonly error: unknown };

export interface PendingResolution {
  readonly resolution: ReferenceResolution | undefined;
  /** Milliseconds until the next look. */
  readonly wait: number;
}

/** Progress events. */
export interface ReplaceEvents {
  /** Called before each write, which restarts the app. */
  readonly writes: () => void;
  readonly changed: (change: Change) => void;
  /** Called when the reference doesn't resolve yet. */
  readonly looked: (look: PendingResolution) => void;
}

/** Role assignments take up to 10 minutes to reach the vault (Azure RBAC troubleshooting guide). */
const patience = 10 * 60_000;
/** What has resolved in one setting resolves in another one soon, and until it does, the app reads its literal text. */
const patienceAfterward = 2 * 60_000;
const longestWait = 30_000;

/**
 * Replaces a setting's plain-text value with a Key Vault reference, but only once the same reference resolves in a temporary
 * setting: the app would read an unresolved one as its literal text, and may not recover by itself (azure-functions-host#8009).
 * If the reference then doesn't resolve or the wait is canceled, restores the value. Never rejects: the outcome is in the
 * result.
 */
export async function replaceByReference(
  c: Connection,
  replacement: Replacement,
  events: ReplaceEvents,
  signal: AbortSignal,
  clock: Clock = c.clock,
): Promise<Replaced> {
  const { app, value, reference, trial } = replacement;
  const id = settingIdOf(replacement);
  const trialId = { ...id, name: trial };
  const appId = app.id;
  const replaced = { ...replacement, value: () => Promise.resolve(value) };
  const leaveIt = (why: WhyNot) => leave(c, replacement, events, whyWithout(why, value, reference));
  const looked: ReplaceEvents['looked'] = ({ resolution, wait }) => {
    events.looked({ resolution: resolution && resolutionWithout(resolution, [value], reference), wait });
  };
  try {
    events.writes();
    const tried = await changeAppSettings(c, app, { kind: 'set', ...trialId, value: reference }, signal);
    if (tried.written) events.changed({ kind: 'setAppSetting', appId, ...trialId, reference });
    const resolution = await waitUntilResolved(c, app, trialId, looked, { signal, clock, patience });
    if (!isResolved(resolution)) return await leaveIt({ resolution });
    signal.throwIfAborted();
  } catch (error) {
    return await leaveIt({ error });
  }
  try {
    events.writes();
    // One write, so that the app restarts once.
    const change = { kind: 'set', ...id, value: reference, was: value, drop: trial } as const;
    await changeAppSettings(c, app, change, signal);
    events.changed({ kind: 'setAppSetting', appId, ...id, reference });
    events.changed({ kind: 'deleteAppSetting', appId, ...trialId });
  } catch (error) {
    if (error instanceof AzureError && error.code === 'SettingChanged') return await leaveIt({ error });
    return await putBack(c, replaced, events, { error });
  }
  return await keepIfResolved(c, replaced, { ...events, looked }, signal, clock);
}

/** Waits until the reference resolves in the setting that has it already; if it doesn't, restores the value. Never rejects. */
export async function keepIfResolved(
  c: Connection,
  replacement: ReplacedSetting,
  events: ReplaceEvents,
  signal: AbortSignal,
  clock: Clock = c.clock,
): Promise<Replaced> {
  const { app } = replacement;
  try {
    const wait = { signal, clock, patience: patienceAfterward };
    const resolution = await waitUntilResolved(c, app, replacement, events.looked, wait);
    if (isResolved(resolution)) return { kind: 'resolved' };
    return await putBack(c, replacement, events, { resolution });
  } catch (error) {
    return await putBack(c, replacement, events, { error });
  }
}

/** Removes the temporary setting. Takes no signal because canceling leads here. */
export async function leave(
  c: Connection,
  { app, connectionType, trial }: Pick<Replacement, 'app' | 'connectionType' | 'trial'>,
  events: Pick<ReplaceEvents, 'writes' | 'changed'>,
  why: WhyNot,
): Promise<Replaced & { readonly kind: 'untouched' }> {
  const id = settingIdOf({ name: trial, connectionType });
  try {
    if (settingIn(await readSettingsOf(c, app, settingKindOf(id)), trial) !== undefined) {
      events.writes();
      await changeAppSettings(c, app, { kind: 'delete', ...id });
      events.changed({ kind: 'deleteAppSetting', appId: app.id, ...id });
    }
    return { kind: 'untouched', why };
  } catch {
    return { kind: 'untouched', why, trialLeft: trial };
  }
}

/** Takes no signal because canceling leads here. A failed write may or may not have been applied. */
async function putBack(
  c: Connection,
  replacement: ReplacedSetting,
  events: ReplaceEvents,
  failure: WhyNot,
): Promise<Replaced> {
  const { app, value: readValue, reference, trial } = replacement;
  const id = settingIdOf(replacement);
  let value: string | undefined;
  try {
    value = await readValue();
    const why = whyWithout(failure, value, reference);
    const now = settingIn(await readSettingsOf(c, app, settingKindOf(id)), id.name);
    if (now === value) return await leave(c, replacement, events, why);
    events.writes();
    await changeAppSettings(c, app, { kind: 'set', ...id, value, was: reference, drop: trial });
    events.changed({ kind: 'setAppSetting', appId: app.id, ...id });
    return { kind: 'back', why };
  } catch (error) {
    return { kind: 'stuck', error: value === undefined ? error : withoutValues(error, [value]) };
  }
}

/** What the service says about a reference or a failure can quote the value. */
function whyWithout(why: WhyNot, value: string, reference: string): WhyNot {
  return 'error' in why
    ? { error: withoutValues(why.error, [value]) }
    : { resolution: resolutionWithout(why.resolution, [value], reference) };
}

/** Statuses that waiting doesn't change. */
const final = new Set(['InvalidSyntax', 'VaultNotFound', 'SecretNotFound', 'SecretVersionNotFound']);

interface Waiting {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** In milliseconds. */
  readonly patience: number;
}

async function waitUntilResolved(
  c: Connection,
  app: FunctionApp,
  setting: SettingId,
  looked: ReplaceEvents['looked'],
  { signal, clock, patience: limit }: Waiting,
): Promise<ReferenceResolution> {
  const end = clock.now() + limit;
  // The write that set the reference had it resolved. A refresh can restart the app (app-service-linux-docs#233).
  let look = listReferences;
  for (let wait = 2000; ; wait = Math.min(wait * 2, longestWait)) {
    const resolutions = await look(c, app, signal, [settingKindOf(setting)]);
    const resolution = resolutions.find((each) => isResolutionOf(each, setting));
    const isLast = clock.now() + wait > end;
    if (resolution && (isResolved(resolution) || final.has(resolution.status) || isLast)) return resolution;
    if (isLast) return { name: setting.name, status: 'Initialized' };
    looked({ resolution, wait });
    await waitBy(clock, wait, signal);
    look = refreshReferences;
  }
}
