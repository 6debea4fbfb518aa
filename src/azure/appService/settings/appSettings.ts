import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import { explain } from '../../explain/explain';
import type { JsonObject } from '../../core/json';
import { isObject, objectOf, stringOf } from '../../core/json';
import type {
  AppSettingInfo,
  FunctionApp,
  ReferenceResolution,
  SettingId,
  SettingKind,
} from '../../core/model';
import { inTurn, startingOver } from '../../core/queue';
import { callResourceManager } from '../../core/request';
import { hidingInErrors } from '../../core/secrets/hiding';
import { isReference, secretsIn } from '../../core/secrets/inFlight';
import { parseKeyVaultReference } from '../../keyVault/secretUri';
import { requireFeature } from '../hosting/features';
import { listReferences, resolutionWithout } from './settingReferences';
import { slotSettingNames } from './slotSettings';
import type { SettingEdit } from './settingsMap';
import {
  allSettingKinds,
  changed,
  contentOf,
  isDone,
  requireExpected,
  requireKept,
  settingKindOf,
  valueOf,
} from './settingsMap';

const apiVersion = apiVersions.web;

export type SettingValue = SettingId & { readonly value: string };

export interface ChangedAppSetting {
  /** The previous value, null if it had none; absent if the setting didn't exist. A secret value. */
  readonly before?: string | null;
  /** False if the setting already had the new value, so that nothing was sent and the app doesn't restart. */
  readonly written: boolean;
}

/**
 * An app's settings of one kind, by name. Their values are secret values; one that isn't text, such as the null that a
 * template can set (Azure/Azure-Functions#1711), is empty. @throws AzureError
 */
export async function readSettingsOf(
  c: Connection,
  app: FunctionApp,
  kind: SettingKind,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const all = Object.entries(await readAll(c, app, kind, signal));
  return new Map(all.map(([name, entry]) => [name, stringOf(contentOf(entry)) ?? '']));
}

/** An app's settings without its connection strings, by name. @throws AzureError */
export function readAppSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return readSettingsOf(c, app, 'appsettings', signal);
}

/** A setting's value, which is a secret value: null if it has none, undefined if the setting doesn't exist. @throws AzureError */
export async function readSettingValue(
  c: Connection,
  app: FunctionApp,
  setting: SettingId,
  signal?: AbortSignal,
): Promise<string | null | undefined> {
  return valueOf(await readAll(c, app, settingKindOf(setting), signal), setting.name);
}

/** An app's settings and connection strings. @throws AzureError */
export async function readSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<SettingValue[]> {
  const lists = allSettingKinds.map(async (kind) =>
    Object.entries(await readAll(c, app, kind, signal)).map(([name, entry]) => ({
      ...idOf(name, entry, kind),
      value: stringOf(contentOf(entry)) ?? '',
    })),
  );
  return (await Promise.all(lists)).flat();
}

/**
 * The names of the app's settings, which of them are Key Vault references, and how those resolve. Returns no values.
 * @param looksSecret whether a plain-text value looks like a secret
 * @throws AzureError
 */
export async function listAppSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
  looksSecret: (name: string, value: string, kind: SettingKind) => boolean = () => false,
  kinds = allSettingKinds,
): Promise<AppSettingInfo[]> {
  const sticky = slotSettingNames(c, app, signal);
  const lists = await Promise.all(
    kinds.map((kind) => listSettingsOf(c, app, kind, sticky, signal, looksSecret)),
  );
  return lists.flat();
}

async function listSettingsOf(
  c: Connection,
  app: FunctionApp,
  kind: SettingKind,
  sticky: Promise<Record<SettingKind, ReadonlySet<string>>>,
  signal: AbortSignal | undefined,
  looksSecret: (name: string, value: string, kind: SettingKind) => boolean,
): Promise<AppSettingInfo[]> {
  const [all, { [kind]: stickyNames }] = await Promise.all([readAll(c, app, kind, signal), sticky]);
  const settings = Object.entries(all).map(([name, entry]) => {
    const value = contentOf(entry);
    return [idOf(name, entry, kind), typeof value === 'string' ? value : undefined] as const;
  });
  // What the service says about a reference can quote other settings.
  const secrets = secretsIn(all, true);
  const references = settings.some(([, value]) => value !== undefined && isReference(value))
    ? await readReferences(c, app, kind, secrets, signal)
    : { resolutions: [] };
  const infoOf = ([id, value]: readonly [SettingId, string | undefined]): AppSettingInfo => {
    const { name } = id;
    const slotSetting = stickyNames.has(name.toLowerCase());
    if (value === undefined) return { ...id, noValue: true, looksSecret: false, slotSetting };
    if (!isReference(value)) return { ...id, looksSecret: looksSecret(name, value, kind), slotSetting };
    const same = ({ name: other }: ReferenceResolution) => other.toLowerCase() === name.toLowerCase();
    const found = references.resolutions.find(same);
    const resolution = found && resolutionWithout(found, secrets, value);
    return {
      ...id,
      ...(parseKeyVaultReference(value) ? { keyVaultReference: value } : {}),
      ...(resolution === undefined ? {} : { resolution }),
      ...(references.unread === undefined ? {} : { resolutionUnread: references.unread }),
      looksSecret: false,
      slotSetting,
    };
  };
  return settings.map(infoOf).sort((one, other) => one.name.localeCompare(other.name));
}

/** A connection string of an unknown form has a type too, so that it isn't mistaken for an app setting. */
function idOf(name: string, entry: unknown, kind: SettingKind | undefined): SettingId {
  if (kind !== 'connectionstrings') return { name };
  return { name, connectionType: (isObject(entry) ? stringOf(entry['type']) : undefined) ?? 'Custom' };
}

/**
 * Changes one setting or connection string, which restarts the app. The service replaces all settings at once and has no ETag. So each app's
 * changes run one at a time: read all settings, change one, write all, and read them again to check. After a transient
 * failure, it starts over with the read. It leaves slot setting names alone. A write can't be canceled once it's sent, so
 * that the outcome is known.
 * @throws AzureError `SettingChanged` if the setting isn't as expected (nothing is written), `SettingsLost` if someone
 * else's write overwrote ours. A write by someone else between our read and our write is overwritten without notice.
 */
export async function changeAppSettings(
  c: Connection,
  app: FunctionApp,
  change: SettingEdit,
  signal?: AbortSignal,
): Promise<ChangedAppSetting> {
  if (change.kind === 'set' && isReference(change.value ?? '')) requireFeature(app, 'references');
  const kind = settingKindOf(change);
  return await inTurn(c, app.id, async () => {
    let first: JsonObject | undefined;
    const read = () => readAll(c, app, kind, signal);
    return await startingOver(c, signal, read, async (all, attempt) => {
      first ??= all;
      const before = valueOf(first, change.name);
      const result = before === undefined ? {} : { before };
      // The previous write may have succeeded even though its response was lost.
      if (attempt > 1 && isDone(all, first, change)) return { ...result, written: true };
      requireExpected(all, change);
      const wanted = changed(all, change);
      if (wanted === undefined) return { ...result, written: false };
      signal?.throwIfAborted();
      await hidingInErrors(secretsIn(wanted, true), async () => {
        await write(c, app, kind, wanted);
        requireKept(await readAll(c, app, kind, undefined), wanted, change);
      });
      return { ...result, written: true };
    });
  });
}

/** The service's own map with values of any type, because all of it is written back. */
async function readAll(
  c: Connection,
  app: FunctionApp,
  kind: SettingKind,
  signal: AbortSignal | undefined,
): Promise<JsonObject> {
  requireFeature(app, 'settings');
  const { body, status } = await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/config/${kind}/list`,
    apiVersion,
    signal,
  });
  const properties = objectOf(body)['properties'];
  // If anything else counted as an empty map, the next write would delete every setting.
  if (!isObject(properties))
    throw new AzureError(l10n.t("The response doesn't contain any settings."), { status, code: 'BadAnswer' });
  return properties;
}

/** Sent without automatic retries: after the pause that a service asks for, the settings would be out of date. */
async function write(
  c: Connection,
  app: FunctionApp,
  kind: SettingKind,
  properties: JsonObject,
): Promise<void> {
  await callResourceManager(c, {
    method: 'PUT',
    path: `${app.id}/config/${kind}`,
    apiVersion,
    body: { properties },
    once: true,
  });
}

/**
 * Reports a failure instead of throwing it, because the list of settings is useful without the resolutions.
 * @param values that are hidden in the failure
 */
async function readReferences(
  c: Connection,
  app: FunctionApp,
  kind: SettingKind,
  values: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly resolutions: readonly ReferenceResolution[]; readonly unread?: string }> {
  try {
    return { resolutions: await hidingInErrors(values, () => listReferences(c, app, signal, [kind])) };
  } catch (error) {
    if (error instanceof AzureError) return { resolutions: [], unread: explain(error).reason };
    throw error;
  }
}
