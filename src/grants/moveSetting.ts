import type { Change } from '../changes/change';
import { isResolved } from '../access/reference/resolution';
import { changeAppSettings, readAppSettings, refreshReferences } from '../azure/appService/appSettings';
import type { Connection } from '../azure/core/connection';
import { AzureError } from '../azure/core/errors';
import type { FunctionApp, ReferenceResolution } from '../azure/core/model';
import type { Clock } from '../azure/core/clock';
import { waitBy } from '../azure/core/clock';

/** A plain-text setting whose value is now also a vault secret. */
export interface Replacement {
  readonly app: FunctionApp;
  readonly name: string;
  /** The plain-text value, which must still be set and is restored on failure. A secret value. */
  readonly value: string;
  /** `@Microsoft.KeyVault(…)` */
  readonly reference: string;
}

export type Replaced =
  | { readonly kind: 'resolved' }
  | {
      /** The plain-text value was restored or never replaced. */
      readonly kind: 'back';
      /** Why the reference wasn't kept: its last resolution status, or the failure (an AbortError if canceled). */
      readonly why: { readonly resolution: ReferenceResolution } | { readonly error: unknown };
    }
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

/**
 * Replaces a setting's plain-text value with a Key Vault reference and waits until App Service resolves it. If it doesn't
 * resolve or the wait is canceled, restores the value. Never rejects: the outcome is in the result.
 */
export async function replaceByReference(
  c: Connection,
  replacement: Replacement,
  events: ReplaceEvents,
  signal: AbortSignal,
  clock: Clock = c.clock,
): Promise<Replaced> {
  const { app, name, value, reference } = replacement;
  try {
    events.writes();
    await changeAppSettings(c, app, { kind: 'set', name, value: reference, was: value }, signal);
    events.changed({ kind: 'setAppSetting', appId: app.id, name, reference });
    const resolution = await waitUntilResolved(c, app, name, events.looked, signal, clock);
    return isResolved(resolution)
      ? { kind: 'resolved' }
      : await putBack(c, replacement, events, { resolution });
  } catch (error) {
    if (error instanceof AzureError && error.code === 'SettingChanged')
      return { kind: 'back', why: { error } };
    return await putBack(c, replacement, events, { error });
  }
}

type Why = (Replaced & { readonly kind: 'back' })['why'];

/** Takes no signal because canceling leads here. A failed write may or may not have been applied. */
async function putBack(
  c: Connection,
  { app, name, value, reference }: Replacement,
  events: ReplaceEvents,
  why: Why,
): Promise<Replaced> {
  try {
    const now = (await readAppSettings(c, app)).get(name);
    if (now !== value) {
      events.writes();
      await changeAppSettings(c, app, { kind: 'set', name, value, was: reference });
      events.changed({ kind: 'setAppSetting', appId: app.id, name });
    }
    return { kind: 'back', why };
  } catch (error) {
    return { kind: 'stuck', error };
  }
}

/** Role assignments take up to 10 minutes to reach the vault (Azure RBAC troubleshooting guide). */
const patience = 10 * 60_000;
const longestWait = 30_000;

/** Statuses that waiting doesn't change. */
const final = new Set(['InvalidSyntax', 'VaultNotFound', 'SecretNotFound', 'SecretVersionNotFound']);

async function waitUntilResolved(
  c: Connection,
  app: FunctionApp,
  name: string,
  looked: ReplaceEvents['looked'],
  signal: AbortSignal,
  clock: Clock,
): Promise<ReferenceResolution> {
  const end = clock.now() + patience;
  for (let wait = 2000; ; wait = Math.min(wait * 2, longestWait)) {
    const resolutions = await refreshReferences(c, app, signal);
    const resolution = resolutions.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const isLast = clock.now() + wait > end;
    if (resolution && (isResolved(resolution) || final.has(resolution.status) || isLast)) return resolution;
    if (isLast) return { name, status: 'Initialized' };
    looked({ resolution, wait });
    await waitBy(clock, wait, signal);
  }
}
