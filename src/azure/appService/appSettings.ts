import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { explain } from '../explain/explain';
import type { JsonObject } from '../core/json';
import { isObject, objectOf, stringOf, stringsOf } from '../core/json';
import type { AppSettingInfo, FunctionApp, ReferenceResolution } from '../core/model';
import { inTurn, startingOver } from '../core/queue';
import type { ArmAnswer } from '../core/request';
import { callResourceManager, rowsOf } from '../core/request';
import { hidingInErrors } from '../core/secrets/hiding';
import { secretsIn } from '../core/secrets/inFlight';
import { withoutSecretForms } from '../core/secrets/secretText';
import { parseKeyVaultReference } from '../keyVault/secretUri';
import type { SettingEdit } from './settingsMap';
import { changed, isDone, requireExpected, requireKept, valueOf } from './settingsMap';

const apiVersion = apiVersions.web;

export interface ChangedAppSetting {
  /** The previous value, for undoing the change; absent if there was none. A secret value. */
  readonly before?: string;
  /** False if the setting already had the new value, so that nothing was sent and the app doesn't restart. */
  readonly written: boolean;
}

/**
 * An app's settings, by name. Their values are secret values; one that isn't text, such as the null that a template can
 * set (Azure/Azure-Functions#1711), is empty. @throws AzureError
 */
export async function readAppSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const all = Object.entries(await readAll(c, app, signal));
  return new Map(all.map(([name, value]) => [name, stringOf(value) ?? '']));
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
  looksSecret: (name: string, value: string) => boolean = () => false,
): Promise<AppSettingInfo[]> {
  const [all, sticky] = await Promise.all([readAll(c, app, signal), slotSettingNames(c, app, signal)]);
  const settings = Object.entries(all).map(([name, value]) => [name, stringOf(value)] as const);
  const references = settings.some(([, value]) => value !== undefined && isMeantAsReference(value))
    ? await readReferences(c, app, signal)
    : { resolutions: [] };
  const infoOf = ([name, value]: readonly [string, string | undefined]): AppSettingInfo => {
    const slotSetting = sticky.has(name.toLowerCase());
    if (value === undefined) return { name, noValue: true, looksSecret: false, slotSetting };
    if (!isMeantAsReference(value)) return { name, looksSecret: looksSecret(name, value), slotSetting };
    const same = ({ name: other }: ReferenceResolution) => other.toLowerCase() === name.toLowerCase();
    const resolution = references.resolutions.find(same);
    return {
      name,
      ...(parseKeyVaultReference(value) ? { keyVaultReference: value } : {}),
      ...(resolution === undefined ? {} : { resolution }),
      ...(references.unread === undefined ? {} : { resolutionUnread: references.unread }),
      looksSecret: false,
      slotSetting,
    };
  };
  return settings.map(infoOf).sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Changes one setting, which restarts the app. The service replaces all settings at once and has no ETag. So each app's
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
  return await inTurn(c, app.id, async () => {
    let first: JsonObject | undefined;
    const read = () => readAll(c, app, signal);
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
        await write(c, app, wanted);
        requireKept(await readAll(c, app, undefined), wanted, change);
      });
      return { ...result, written: true };
    });
  });
}

/** How the app's Key Vault references were resolved. Other settings aren't included. @throws AzureError */
export async function listReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReferenceResolution[]> {
  const path = `${app.id}/config/configreferences/appsettings`;
  return referencesOf(await callResourceManager(c, { method: 'GET', path, apiVersion, signal }));
}

/** Makes App Service fetch the secrets now instead of within a day. @throws AzureError */
export async function refreshReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReferenceResolution[]> {
  await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/config/configreferences/appsettings/refresh`,
    apiVersion: apiVersions.referencesRefresh,
    signal,
  });
  return await listReferences(c, app, signal);
}

/** The service's own map with values of any type, because all of it is written back. */
async function readAll(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<JsonObject> {
  const { body, status } = await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/config/appsettings/list`,
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
async function write(c: Connection, app: FunctionApp, properties: JsonObject): Promise<void> {
  await callResourceManager(c, {
    method: 'PUT',
    path: `${app.id}/config/appsettings`,
    apiVersion,
    body: { properties },
    once: true,
  });
}

/**
 * Reads the list in the OpenAPI document, or the map by name in older versions of it. An answer with neither doesn't say
 * that there are no references: App Service leaves out the map when it can't tell (azure-functions-ux#6121).
 */
function referencesOf({ body, status }: ArmAnswer): ReferenceResolution[] {
  const { value, properties } = objectOf(body);
  const nameIn = (item: JsonObject) => stringOf(item['name']) ?? stringOf(item['id'])?.split('/').pop();
  if (value !== undefined) return rowsOf(value, (item) => resolutionOf(nameIn(item), item['properties']));
  const map = objectOf(properties)['keyToReferenceStatuses'];
  if (isObject(map))
    return rowsOf(
      Object.entries(map).map(([name, state]) => ({ name, properties: state })),
      (item) => resolutionOf(item['name'] as string, item['properties']),
    );
  throw new AzureError(l10n.t("The response doesn't say how the references were resolved."), {
    status,
    code: 'BadAnswer',
  });
}

/** The status may be absent while App Service doesn't know it (azure-functions-ux#5822). */
function resolutionOf(name: string | undefined, json: unknown): ReferenceResolution | undefined {
  if (name === undefined || !isObject(json)) return undefined;
  const properties = json;
  const status = stringOf(properties['status']) ?? 'Initialized';
  const optional = (['details', 'vaultName', 'secretName', 'activeVersion'] as const).flatMap((key) => {
    const text = stringOf(properties[key]);
    return text === undefined ? [] : [[key, withoutSecretForms(text)] as const];
  });
  return { name, status, ...Object.fromEntries(optional) };
}

/** Reports a failure instead of throwing it, because the list of settings is useful without the resolutions. */
async function readReferences(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<{ readonly resolutions: readonly ReferenceResolution[]; readonly unread?: string }> {
  try {
    return { resolutions: await listReferences(c, app, signal) };
  } catch (error) {
    if (error instanceof AzureError) return { resolutions: [], unread: explain(error).reason };
    throw error;
  }
}

/** Whether App Service tries to resolve the value, even if its syntax is invalid. */
function isMeantAsReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\(/i.test(value);
}

/** In lowercase, because the marks ignore case. The names belong to the production app. If they can't be read, the list of settings is still useful without them. */
async function slotSettingNames(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const site = app.id.replace(/\/slots\/[^/]+$/i, '');
  try {
    const answer = await callResourceManager(c, {
      method: 'GET',
      path: `${site}/config/slotConfigNames`,
      apiVersion,
      signal,
    });
    const names = stringsOf(objectOf(objectOf(answer.body)['properties'])['appSettingNames']);
    return new Set(names.map((name) => name.toLowerCase()));
  } catch (error) {
    if (error instanceof AzureError && (error.status === 403 || error.status === 404)) return new Set();
    throw error;
  }
}
