import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import { listKeysBeside } from './keyRotation';
import { getResourceJson } from './resources';

/** The keys of a resource by name, such as `key1` or `primaryMasterKey`. They are secret values. @throws AzureError */
export async function listServiceKeys(
  c: Connection,
  resourceId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const keys = await listKeysBeside(c, resourceId, '', signal);
  return new Map(keys.map(({ name, value }) => [name, value]));
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
