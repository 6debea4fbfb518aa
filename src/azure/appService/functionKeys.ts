import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { callResourceManager } from '../core/request';

/** The name of a function key, or of a host key, which works for all functions of the app. */
export interface FunctionKeyId {
  readonly app: FunctionApp;
  /** Absent for a host key. */
  readonly fn?: FunctionInfo;
  readonly name: string;
}

/**
 * Creates a key or changes its value. Azure generates the value if none is given.
 * @returns the value, which is a secret value
 * @throws AzureError
 */
export async function setFunctionKey(
  c: Connection,
  key: FunctionKeyId,
  value?: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { name } = key;
  const answer = await callResourceManager(c, {
    method: 'PUT',
    path: pathOf(key),
    apiVersion: apiVersions.web,
    body: { properties: { name, ...(value === undefined ? {} : { value }) } },
    signal,
  });
  return stringOf(objectOf(objectOf(answer.body)['properties'])['value']);
}

/** Deletes a key, so that calls with it are rejected. @throws AzureError */
export async function deleteFunctionKey(
  c: Connection,
  key: FunctionKeyId,
  signal?: AbortSignal,
): Promise<void> {
  await callResourceManager(c, {
    method: 'DELETE',
    path: pathOf(key),
    apiVersion: apiVersions.web,
    signal,
  });
}

function pathOf({ app, fn, name }: FunctionKeyId): string {
  return fn ? `${fn.id}/keys/${name}` : `${app.id}/host/default/functionKeys/${name}`;
}
