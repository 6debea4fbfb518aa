import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { isObject, objectOf, stringOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { inTurn, startingOver } from '../../core/queue';
import { callResourceManager } from '../../core/request';

const apiVersion = apiVersions.web;

/** What the platform itself fetches for an app: the package that was deployed to Flex Consumption, or a container image. */
export type Fetched = 'package' | 'image';

/** How the platform signs in to fetch it. It contains no secret value, but the name of a setting that has one. */
export interface PlatformSignIn {
  readonly fetched: Fetched;
  /** `authentication` of the deployment storage, or what the configuration says about managed identities and the registry. */
  readonly signIn: JsonObject;
  /** The properties that are written with it. */
  readonly properties: JsonObject;
  /** URL of the container that has the packages, or an image such as `DOCKER|fakereg.azurecr.io/app:1`. */
  readonly source: string;
}

/** @returns undefined if the platform fetches no such thing for this app @throws AzureError */
export async function readPlatformSignIn(
  c: Connection,
  { id }: Pick<FunctionApp, 'id'>,
  fetched: Fetched,
  signal?: AbortSignal,
): Promise<PlatformSignIn | undefined> {
  const path = platformPath(id, fetched);
  const { body, status } = await callResourceManager(c, { method: 'GET', path, apiVersion, signal });
  const { properties } = objectOf(body);
  if (!isObject(properties))
    throw new AzureError(l10n.t("The response isn't an app."), { status, code: 'BadAnswer' });
  if (fetched === 'image') {
    const { acrUseManagedIdentityCreds, acrUserManagedIdentityID, linuxFxVersion } = properties;
    const signIn = { acrUseManagedIdentityCreds, acrUserManagedIdentityID };
    const source = stringOf(linuxFxVersion) ?? '';
    return /^DOCKER\|/i.test(source) ? { fetched, signIn, properties: signIn, source } : undefined;
  }
  const { functionAppConfig } = properties;
  const storage = objectOf(objectOf(objectOf(functionAppConfig)['deployment'])['storage']);
  const { authentication, value } = storage;
  return isObject(authentication)
    ? { fetched, signIn: authentication, properties: { functionAppConfig }, source: stringOf(value) ?? '' }
    : undefined;
}

/**
 * Changes how the platform signs in. `functionAppConfig` is written as a whole, as it was read right before: nothing says
 * whether the service adds to what it has or replaces it. SitePatchResource of WebApps.json leaves it out, but such writes are
 * in use, and the answer is checked. The Azure CLI changes it with a PUT of the whole app (azure-cli, update_flex_functionapp).
 * @returns the properties that were written; undefined if there was nothing to change
 * @throws AzureError, `SettingChanged` unless it is as expected (nothing is written), `SettingsLost` if the write had no effect
 */
export async function writePlatformSignIn(
  c: Connection,
  app: Pick<FunctionApp, 'id' | 'name'>,
  fetched: Fetched,
  { was, now }: { readonly was: JsonObject; readonly now: JsonObject },
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const read = (of: AbortSignal | undefined) => readPlatformSignIn(c, app, fetched, of);
  const write = async (found: PlatformSignIn | undefined, attempt: number) => {
    const properties = found && withSignIn(found, now);
    // The previous write may have succeeded even though its response was lost.
    if (isSameSignIn(found?.signIn, now)) return attempt > 1 ? properties : undefined;
    if (!properties || !isSameSignIn(found.signIn, was))
      throw new AzureError(
        l10n.t('Someone else changed the configuration of {0} in the meantime.', app.name),
        { code: 'SettingChanged' },
      );
    signal?.throwIfAborted();
    const path = platformPath(app.id, fetched);
    await callResourceManager(c, {
      ...{ method: 'PATCH', path, apiVersion, body: { properties }, once: true },
    });
    if (isSameSignIn((await read(undefined))?.signIn, now)) return properties;
    throw new AzureError(l10n.t("The configuration of {0} wasn't changed.", app.name), {
      code: 'SettingsLost',
    });
  };
  return await inTurn(c, app.id, () => startingOver(c, signal, () => read(signal), write));
}

/** Where the platform's configuration is read and written. */
export function platformPath(appId: string, fetched: Fetched): string {
  return fetched === 'image' ? `${appId}/config/web` : appId;
}

/** The properties that make the platform sign in in another way. */
export function withSignIn(
  { fetched, properties }: Pick<PlatformSignIn, 'fetched' | 'properties'>,
  signIn: JsonObject,
): JsonObject {
  if (fetched === 'image') {
    const { acrUseManagedIdentityCreds: isOn, acrUserManagedIdentityID: clientId } = signIn;
    // As the Azure CLI does (update_site_configs): an empty text clears it, and null may be left out.
    return { acrUseManagedIdentityCreds: isOn === true, acrUserManagedIdentityID: clientId ?? '' };
  }
  const config = objectOf(properties['functionAppConfig']);
  const deployment = objectOf(config['deployment']);
  const storage = { ...objectOf(deployment['storage']), authentication: signIn };
  return { functionAppConfig: { ...config, deployment: { ...deployment, storage } } };
}

/** Whether two ways to sign in are the same. The service answers with names in any case, and with null for what is absent. */
export function isSameSignIn(one: JsonObject | undefined, other: JsonObject): boolean {
  const textOf = (value: unknown) => (value ? JSON.stringify(value).toLowerCase() : '');
  return (
    one !== undefined &&
    Object.keys({ ...one, ...other }).every((name) => textOf(one[name]) === textOf(other[name]))
  );
}
