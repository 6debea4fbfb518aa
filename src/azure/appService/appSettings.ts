import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { explain } from '../explain/explain';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf, stringsOf } from '../core/json';
import type { AppSettingInfo, FunctionApp, ReferenceResolution } from '../core/model';
import { inTurn } from '../core/queue';
import { callResourceManager } from '../core/request';
import { parseKeyVaultReference } from '../keyVault/secretUri';
import type { AppSettingChange } from './settingsMap';
import { changed, isDone, requireExpected, requireKept, valueOf } from './settingsMap';
import { pause } from '../core/wait';

const apiVersion = apiVersions.web;

export interface ChangedAppSetting {
  /** The value right before, to be put back; absent where there was none. A secret value. */
  readonly before?: string;
  /** False where all was so already: nothing was sent, and the app does not restart. */
  readonly written: boolean;
}

/** Values of an app's settings by name. Secret values. @throws AzureError */
export async function readAppSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return new Map(Object.entries(stringMapOf(await readAll(c, app, signal))));
}

/**
 * Names of the app's settings, which are Key Vault references and how they resolve; values are dropped here.
 * @param looksSecret judges a plain-text value
 * @throws AzureError
 */
export async function listAppSettings(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
  looksSecret: (name: string, value: string) => boolean = () => false,
): Promise<AppSettingInfo[]> {
  const [settings, sticky] = await Promise.all([
    readAppSettings(c, app, signal),
    slotSettingNames(c, app, signal),
  ]);
  const references = [...settings.values()].some(isMeantAsReference)
    ? await readReferences(c, app, signal)
    : { resolutions: [] };
  const infoOf = ([name, value]: [string, string]): AppSettingInfo => {
    const slotSetting = sticky.has(name);
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
  return [...settings].map(infoOf).sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Changes one setting; the app restarts. The service takes all settings at once and has no ETag, so: one change of an
 * app at a time, all read right before, one key changed, all read after; a write that failed for a moment is begun anew
 * with the read. Slot setting names are left alone. A write on its way is no longer cancelled, so that what
 * is there afterwards is known.
 * @throws AzureError `SettingChanged` if the setting is not as expected (nothing is written), `SettingsLost` if somebody
 * else's write took ours away. What somebody writes between our read and our write is overwritten unseen.
 */
export async function changeAppSettings(
  c: Connection,
  app: FunctionApp,
  change: AppSettingChange,
  signal?: AbortSignal,
): Promise<ChangedAppSetting> {
  return await inTurn(c, app.id, async () => {
    let first: JsonObject | undefined;
    for (let attempt = 1; ; attempt++) {
      const all = await readAll(c, app, signal);
      first ??= all;
      const before = valueOf(first, change.name);
      const result = before === undefined ? {} : { before };
      // A write whose answer got lost may have been done.
      if (attempt > 1 && isDone(all, first, change)) return { ...result, written: true };
      requireExpected(all, change);
      const wanted = changed(all, change);
      if (wanted === undefined) return { ...result, written: false };
      signal?.throwIfAborted();
      try {
        await write(c, app, wanted);
        requireKept(await readAll(c, app, undefined), wanted, change);
        return { ...result, written: true };
      } catch (error) {
        const wait = pauseAfter(error, attempt);
        if (wait === undefined) throw error;
        await pause(wait, signal);
      }
    }
  });
}

/** How the app's Key Vault references were resolved; only settings that are references are in it. @throws AzureError */
export async function listReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<ReferenceResolution[]> {
  const path = `${app.id}/config/configreferences/appsettings`;
  const { body } = await callResourceManager(c, { method: 'GET', path, apiVersion, signal });
  return referencesOf(body);
}

/** Makes App Service fetch the secrets now, and not when a day is over. @throws AzureError */
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

/** The map as the service has it, whatever its values are: all of it goes back. */
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
  // Taking anything else for an empty map would delete every setting with the next write.
  if (!isObject(properties))
    throw new AzureError(l10n.t('The answer has no settings.'), { status, code: 'BadAnswer' });
  return properties;
}

/** Not sent again by itself: what was read is out of date when a service that wants a pause has had it. */
async function write(c: Connection, app: FunctionApp, properties: JsonObject): Promise<void> {
  try {
    await callResourceManager(c, {
      method: 'PUT',
      path: `${app.id}/config/appsettings`,
      apiVersion,
      body: { properties },
      once: true,
    });
  } catch (error) {
    throw error instanceof AzureError ? withoutValues(error, Object.values(properties)) : error;
  }
}

const attempts = 4;
const longestPause = 60;

/** Milliseconds after which a write that failed is tried again, from reading on; undefined: not at all. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof AzureError) || attempt === attempts) return undefined;
  const { status, code, retryAfterSeconds = 2 ** (attempt - 1) } = error;
  const passing =
    status === 429 ||
    status === 408 ||
    code === 'BadAnswer' ||
    (status === undefined ? isNetwork(code) : status >= 500);
  return passing && retryAfterSeconds <= longestPause ? retryAfterSeconds * 1000 : undefined;
}

function isNetwork(code: string | undefined): boolean {
  return /^(E[A-Z_]+|PARSE_ERROR|REQUEST_SEND_ERROR)$/.test(code ?? '') && !/^E(TLS|PROTO)/.test(code ?? '');
}

/** A refusal may quote what was sent (Azure Policy does). */
function withoutValues(error: AzureError, values: readonly unknown[]): AzureError {
  const secrets = values
    .filter((value): value is string => typeof value === 'string' && value.length > 3)
    .sort((one, other) => other.length - one.length);
  const hide = (text: string) =>
    secrets.reduce(
      (hidden, secret) =>
        hidden.replaceAll(JSON.stringify(secret).slice(1, -1), '<value>').replaceAll(secret, '<value>'),
      text,
    );
  const { message, body, ...fields } = error;
  return new AzureError(hide(message), { ...fields, ...(body === undefined ? {} : { body: hide(body) }) });
}

/** The list of the OpenAPI document; or the map by name that older versions of it have. */
function referencesOf(body: unknown): ReferenceResolution[] {
  const listed = listOf(objectOf(body)['value']).filter(isObject);
  if (listed.length > 0) {
    return listed.flatMap((item) =>
      resolutionOf(stringOf(item['name']) ?? stringOf(item['id'])?.split('/').pop(), item['properties']),
    );
  }
  const map = objectOf(objectOf(objectOf(body)['properties'])['keyToReferenceStatuses']);
  return Object.entries(map).flatMap(([name, state]) => resolutionOf(name, state));
}

function resolutionOf(name: string | undefined, json: unknown): ReferenceResolution[] {
  const properties = objectOf(json);
  const status = stringOf(properties['status']);
  if (name === undefined || status === undefined) return [];
  const optional = (['details', 'vaultName', 'secretName', 'activeVersion'] as const).flatMap((key) => {
    const text = stringOf(properties[key]);
    return text === undefined ? [] : [[key, text] as const];
  });
  return [{ name, status, ...Object.fromEntries(optional) }];
}

/** The list of settings is of use without them. */
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

/** App Service tries to resolve it, whether it can or not. */
function isMeantAsReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\(/i.test(value);
}

/** Slot names are the production app's; nobody needs them so much as to fail the list over them. */
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
    return new Set(stringsOf(objectOf(objectOf(answer.body)['properties'])['appSettingNames']));
  } catch (error) {
    if (error instanceof AzureError && (error.status === 403 || error.status === 404)) return new Set();
    throw error;
  }
}
