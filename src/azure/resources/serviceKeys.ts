import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';
import { getResourceJson } from './resources';

/** The keys of a Cosmos DB account by name, such as `primaryMasterKey`. They are secret values. @throws AzureError */
export async function listCosmosKeys(
  c: Connection,
  accountId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return await listKeys(c, accountId, apiVersions.cosmos, signal);
}

/** The keys of a cache of Azure Cache for Redis by name, such as `primaryKey`. They are secret values. @throws AzureError */
export async function listRedisKeys(
  c: Connection,
  cacheId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return await listKeys(c, cacheId, apiVersions.redis, signal);
}

/** The instrumentation key of an Application Insights component by its name, which is no secret. @throws AzureError */
export async function readInstrumentationKey(
  c: Connection,
  componentId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const name = 'InstrumentationKey';
  const key = stringOf(objectOf((await getResourceJson(c, componentId, signal))['properties'])[name]);
  return new Map(key === undefined ? [] : [[name, key]]);
}

/** For services that answer with one member for each key. */
async function listKeys(
  c: Connection,
  resourceId: string,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = `${resourceId}/listKeys`;
  const { body } = await callResourceManager(c, { method: 'POST', path, apiVersion, signal });
  const keys = Object.entries(objectOf(body)).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
  );
  if (keys.length > 0) return new Map(keys);
  throw new AzureError(l10n.t("The resource didn't return a key."), { code: 'BadAnswer' });
}
