import type { Connection } from '../core/connection';
import { apiVersions } from '../core/apiVersions';
import { listOf, objectOf, stringMapOf, stringOf } from '../core/json';
import { callResourceManager } from '../core/request';
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

/** The passwords of a container registry's admin user by name. They are secret values. @throws AzureError */
export async function listRegistryPasswords(
  c: Connection,
  registryId: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = `${registryId}/listCredentials`;
  const apiVersion = apiVersions.containerRegistry;
  const { body } = await callResourceManager(c, { method: 'POST', path, apiVersion, signal });
  const passwords = listOf(objectOf(body)['passwords']).flatMap((one) => {
    const { name, value } = stringMapOf(one);
    return name && value ? [[name, value] as const] : [];
  });
  return new Map(passwords);
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
