import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { Connection, TokenOptions } from '../core/connection';
import type { JsonObject } from '../core/json';
import { listOf, objectOf, parseJson, stringOf, stringsOf } from '../core/json';
import { createPipeline } from '../core/pipeline';
import { objectsOf } from '../core/request';
import { scopeOf } from '../core/tokens/scopes';

export interface DirectoryObject {
  readonly objectId: string;
  readonly displayName: string;
  readonly kind: 'user' | 'group' | 'servicePrincipal' | 'managedIdentity' | 'other';
}

/** The maximum number of IDs in one `getByIds` call. */
const maxIds = 1000;

/**
 * Names of principals, as far as Microsoft Graph returns them. Names are optional: this never prompts for sign-in, never
 * fails, and leaves out principals that it can't name. Keys are object IDs in lowercase.
 */
export async function getDirectoryObjects(
  c: Connection,
  objectIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, DirectoryObject>> {
  const found = new Map<string, DirectoryObject>();
  const ids = [...new Set(objectIds.map((id) => id.toLowerCase()))].filter((id) =>
    /^[0-9a-f-]{36}$/.test(id),
  );
  try {
    for (let from = 0; from < ids.length; from += maxIds) {
      for (const object of await getByIds(c, ids.slice(from, from + maxIds), signal)) {
        found.set(object.objectId.toLowerCase(), object);
      }
    }
  } catch {
    // Many tenants don't let users read the directory, and many accounts have no consent for Graph.
  }
  return found;
}

/**
 * Object IDs of the groups that a service principal (or managed identity) belongs to, directly or through other groups
 * (`getMemberGroups`); undefined if Microsoft Graph doesn't return them. Never prompts for sign-in.
 */
export async function getGroupsOf(
  c: Connection,
  principalId: string,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const path = `servicePrincipals/${encodeURIComponent(principalId)}/getMemberGroups`;
    const groups = (await post(c, path, { securityEnabledOnly: false }, signal))?.['value'];
    const ids = stringsOf(groups);
    return Array.isArray(groups) && ids.length === groups.length ? ids : undefined;
  } catch {
    return undefined;
  }
}

async function getByIds(
  c: Connection,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<DirectoryObject[]> {
  const body = { ids, types: ['user', 'group', 'servicePrincipal'] };
  const items = (await post(c, 'directoryObjects/getByIds', body, signal))?.['value'];
  return objectsOf(listOf(items)).flatMap((item) => {
    const objectId = stringOf(item['id']);
    const displayName = stringOf(item['displayName']);
    if (objectId === undefined || displayName === undefined) return [];
    return [{ objectId, displayName, kind: kindOf(item) }];
  });
}

/** Calls Microsoft Graph once. Undefined if there is no token or no answer. */
async function post(
  c: Connection,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<JsonObject | undefined> {
  const options: TokenOptions = {
    silent: true,
    tenantId: c.tenantId,
    ...(signal ? { abortSignal: signal } : {}),
  };
  const token = await c.credential.getToken(scopeOf(c.cloud.graph), options);
  if (!token) return undefined;
  const request = createPipelineRequest({
    url: `${c.cloud.graph}/v1.0/${path}`,
    method: 'POST',
    headers: createHttpHeaders({
      Authorization: `Bearer ${token.token}`,
      'Content-Type': 'application/json',
    }),
    body: JSON.stringify(body),
    timeout: 15_000,
    ...(signal ? { abortSignal: signal } : {}),
  });
  const response = await createPipeline(c, { kind: 'graph', once: true }).sendRequest(c.http, request);
  return response.status === 200 ? objectOf(parseJson(response.bodyAsText)) : undefined;
}

function kindOf(item: Readonly<Record<string, unknown>>): DirectoryObject['kind'] {
  switch (stringOf(item['@odata.type'])) {
    case '#microsoft.graph.user':
      return 'user';
    case '#microsoft.graph.group':
      return 'group';
    case '#microsoft.graph.servicePrincipal':
      return stringOf(item['servicePrincipalType']) === 'ManagedIdentity'
        ? 'managedIdentity'
        : 'servicePrincipal';
    default:
      return 'other';
  }
}
