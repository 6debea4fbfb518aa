import * as l10n from '@vscode/l10n';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { isObject } from '../../core/json';
import type { ReferenceResolution, SettingId, SettingKind } from '../../core/model';

/** Both kinds of settings. Key Vault references work in both. */
export const allSettingKinds: readonly SettingKind[] = ['appsettings', 'connectionstrings'];

/**
 * A change to one setting. Values are secret values. A connection string that exists keeps its type, whatever
 * `connectionType` is.
 */
export type SettingEdit = SettingId &
  (
    | {
        readonly kind: 'set';
        /** null is what the setting had before; a template can set it (Azure/Azure-Functions#1711). */
        readonly value: string | null;
        /** The value, empty for none, that it must still have right before the write; null if it must not exist. */
        readonly was?: string | null;
        /** Another setting of the same kind, which the same write deletes. */
        readonly drop?: string;
      }
    | { readonly kind: 'delete'; readonly was?: string }
    | {
        /** Several app settings in one write. `name` is one of them. */
        readonly kind: 'exchange';
        /** By name, as for `set`. */
        readonly was?: Readonly<Record<string, string | null>>;
        readonly set: Readonly<Record<string, string>>;
        readonly remove: readonly string[];
      }
    | { readonly kind: 'rename'; readonly newName: string }
  );

export function settingKindOf({ connectionType }: Pick<SettingId, 'connectionType'>): SettingKind {
  return connectionType === undefined ? 'appsettings' : 'connectionstrings';
}

/** What names a setting, without what else a target has. */
export function settingIdOf({ name, connectionType }: SettingId): SettingId {
  return { name, ...(connectionType === undefined ? {} : { connectionType }) };
}

/** Whether both name the same setting. Types don't count, because they aren't part of the name. */
export function isSameSetting(one: SettingId, other: SettingId): boolean {
  return settingKindOf(one) === settingKindOf(other) && one.name.toLowerCase() === other.name.toLowerCase();
}

export function isResolutionOf({ name, connectionString }: ReferenceResolution, setting: SettingId): boolean {
  const isOfConnection = setting.connectionType !== undefined;
  return isOfConnection === (connectionString ?? false) && name.toLowerCase() === setting.name.toLowerCase();
}

/** What a map of settings has for a name: the value itself, or the value and the type of a connection string. */
export function contentOf(entry: unknown): unknown {
  return isObject(entry) ? entry['value'] : entry;
}

/** Finds a name case-insensitively, like Windows environment variables, but prefers an exact match. */
export function findSettingName(names: Iterable<string>, name: string): string | undefined {
  const all = [...names];
  return all.find((key) => key === name) ?? all.find((key) => key.toLowerCase() === name.toLowerCase());
}

/** A setting's value, found case-insensitively. */
export function settingIn(settings: ReadonlyMap<string, string>, name: string): string | undefined {
  return settings.get(findSettingName(settings.keys(), name) ?? '');
}

function keyOf(all: JsonObject, name: string): string | undefined {
  return findSettingName(Object.keys(all), name);
}

/** A setting's value: null if it has none, undefined if the setting doesn't exist. A secret value. */
export function valueOf(all: JsonObject, name: string): string | null | undefined {
  const key = keyOf(all, name);
  if (key === undefined) return undefined;
  const value = contentOf(all[key]) ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a change whose outcome is unknown was made. @param first the settings before the change */
export function isDone(all: JsonObject, first: JsonObject, change: SettingEdit): boolean {
  switch (change.kind) {
    case 'set':
      return valueOf(all, change.name) === change.value && !isLeft(all, change.drop);
    case 'delete':
      return keyOf(all, change.name) === undefined;
    case 'exchange':
      return (
        Object.entries(change.set).every(([name, value]) => valueOf(all, name) === value) &&
        change.remove.every((name) => keyOf(all, name) === undefined)
      );
    case 'rename':
      return (
        change.newName in all &&
        contentOf(all[change.newName]) === contentOf(first[keyOf(first, change.name) ?? ''])
      );
  }
}

function isLeft(all: JsonObject, dropped: string | undefined): boolean {
  return dropped !== undefined && keyOf(all, dropped) !== undefined;
}

/** @throws AzureError `SettingChanged` unless the setting has the value that the change expects */
export function requireExpected(all: JsonObject, change: SettingEdit): void {
  if (change.kind === 'exchange') {
    for (const [name, was] of Object.entries(change.was ?? {})) requireValue(all, name, was);
    return;
  }
  const { name } = change;
  if ((change.kind === 'delete' || change.kind === 'rename') && keyOf(all, name) === undefined)
    throw notAsExpected(l10n.t('The setting {0} no longer exists.', name));
  if (change.kind === 'rename') {
    const taken = keyOf(all, change.newName);
    if (taken !== undefined && taken !== keyOf(all, name))
      throw notAsExpected(l10n.t('A setting named {0} already exists.', taken));
    return;
  }
  if (change.was !== undefined) requireValue(all, name, change.was);
}

/** @param was as in an edit */
function requireValue(all: JsonObject, name: string, was: string | null): void {
  const value = valueOf(all, name);
  if ((was ?? undefined) === (value === null ? '' : value)) return;
  throw notAsExpected(
    was === null
      ? l10n.t('A setting named {0} already exists.', name)
      : l10n.t('Someone else changed the setting {0} in the meantime.', name),
  );
}

function notAsExpected(message: string): AzureError {
  return new AzureError(message, { code: 'SettingChanged' });
}

/** The settings after the change. @returns undefined if there is nothing to write */
export function changed(all: JsonObject, change: SettingEdit): JsonObject | undefined {
  const key = keyOf(all, change.name);
  const entries = Object.entries(all);
  switch (change.kind) {
    case 'set': {
      if (key !== undefined && contentOf(all[key]) === change.value && !isLeft(all, change.drop))
        return undefined;
      const dropped = change.drop === undefined ? undefined : keyOf(all, change.drop);
      const kept = entries.filter(([name]) => name !== dropped);
      if (key === undefined) return Object.fromEntries([...kept, [change.name, entryOf(change)]]);
      return Object.fromEntries(
        kept.map(([name, entry]) => [name, name === key ? entryOf(change, entry) : entry] as const),
      );
    }
    case 'delete':
      return Object.fromEntries(entries.filter(([name]) => name !== key));
    case 'exchange': {
      if (isDone(all, all, change)) return undefined;
      const removed = new Set(change.remove.map((name) => keyOf(all, name)));
      const kept = entries.filter(([name]) => !removed.has(name));
      const set = Object.entries(change.set).map(
        ([name, value]) => [keyOf(all, name) ?? name, value] as const,
      );
      return { ...Object.fromEntries(kept), ...Object.fromEntries(set) };
    }
    case 'rename':
      if (key === change.newName) return undefined;
      return Object.fromEntries(
        entries.map(([name, value]) => [name === key ? change.newName : name, value] as const),
      );
  }
}

function entryOf(
  { value, connectionType: type }: SettingEdit & { readonly kind: 'set' },
  before?: unknown,
): unknown {
  if (type === undefined) return value;
  return { type, ...(isObject(before) ? before : {}), value };
}

function namesIn(change: SettingEdit): readonly string[] {
  switch (change.kind) {
    case 'set':
      return change.drop === undefined ? [change.name] : [change.name, change.drop];
    case 'delete':
      return [change.name];
    case 'exchange':
      return [...Object.keys(change.set), ...change.remove];
    case 'rename':
      return [change.name, change.newName];
  }
}

/** Verifies that our change survived; concurrent changes to other settings are fine. @throws AzureError `SettingsLost` */
export function requireKept(now: JsonObject, wanted: JsonObject, change: SettingEdit): void {
  const names = namesIn(change);
  const contentIn = (all: JsonObject, name: string) => contentOf(all[keyOf(all, name) ?? '']);
  const isKept = (name: string) => contentIn(now, name) === contentIn(wanted, name);
  if (names.every(isKept)) return;
  throw new AzureError(
    l10n.t(
      'Your change to {0} was lost because someone else changed the settings at the same time.',
      change.name,
    ),
    { code: 'SettingsLost' },
  );
}
