import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { callResourceManager } from '../core/request';

/** A key by name: of one function, or of the host, which opens all functions of the app. */
export interface FunctionKeyId {
  readonly app: FunctionApp;
  /** Absent for a key of the host. */
  readonly fn?: FunctionInfo;
  readonly name: string;
}

/**
 * Makes a key, or gives one that is there another value, which Azure makes up where none is given.
 * @returns the value: a secret value
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

/** Revokes a key: who calls with it is refused from then on. @throws AzureError */
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
