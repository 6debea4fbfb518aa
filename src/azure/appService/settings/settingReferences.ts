import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { isObject, objectOf, stringOf } from '../../core/json';
import type { FunctionApp, ReferenceResolution } from '../../core/model';
import type { ArmAnswer } from '../../core/request';
import { callResourceManager, rowsOf } from '../../core/request';
import { Quotes } from '../../core/secrets/quotes';
import { withoutSecretForms } from '../../core/secrets/secretText';
import { requireFeature } from '../hosting/features';
import { allSettingKinds } from './settingsMap';

/** How the app's Key Vault references were resolved. Other settings aren't included. @throws AzureError */
export async function listReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
  kinds = allSettingKinds,
): Promise<ReferenceResolution[]> {
  const lists = kinds.map(async (kind) => {
    const path = `${app.id}/config/configreferences/${kind}`;
    const answer = await callResourceManager(c, { method: 'GET', path, apiVersion: apiVersions.web, signal });
    const found = referencesOf(answer);
    return kind === 'appsettings' ? found : found.map((one) => ({ ...one, connectionString: true as const }));
  });
  return (await Promise.all(lists)).flat();
}

/** Statuses of WebApps.json, ApiKVReference, which aren't secret even if a setting's value is the same word. */
const knownStatuses: readonly string[] = [
  ...['Initialized', 'Resolved', 'InvalidSyntax', 'MSINotEnabled', 'VaultNotFound', 'SecretNotFound'],
  ...['SecretVersionNotFound', 'AccessToKeyVaultDenied', 'OtherReasons', 'FetchTimedOut'],
  'UnauthorizedClient',
];

/**
 * A resolution without quotes of secret values in the service's own words.
 * @param reference the text of the reference, whose names aren't secret
 */
export function resolutionWithout(
  resolution: ReferenceResolution,
  values: readonly string[],
  reference: string,
): ReferenceResolution {
  const { status, details } = resolution;
  if (details === undefined && knownStatuses.includes(status)) return resolution;
  const quotes = new Quotes(values, `${knownStatuses.join(' ')} ${reference}`);
  return {
    ...resolution,
    status: quotes.hideIn(status),
    ...(details === undefined ? {} : { details: quotes.hideIn(details) }),
  };
}

/**
 * Makes App Service fetch the secrets now instead of within a day. Azure documents this request for all references of an
 * app, those in connection strings included, and no other one for these. @throws AzureError
 */
export async function refreshReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
  kinds = allSettingKinds,
): Promise<ReferenceResolution[]> {
  requireFeature(app, 'references');
  await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/config/configreferences/appsettings/refresh`,
    apiVersion: apiVersions.referencesRefresh,
    signal,
  });
  return await listReferences(c, app, signal, kinds);
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
  const status = withoutSecretForms(stringOf(properties['status']) ?? 'Initialized');
  const optional = (['details', 'vaultName', 'secretName', 'activeVersion'] as const).flatMap((key) => {
    const text = stringOf(properties[key]);
    return text === undefined ? [] : [[key, withoutSecretForms(text)] as const];
  });
  return { name, status, ...Object.fromEntries(optional) };
}
