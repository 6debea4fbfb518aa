import * as l10n from '@vscode/l10n';
import { sameId, scopeKey } from '../core/armId';
import { pause } from '../core/clock';
import type { Connection } from '../core/connection';
import { AzureError, isAbsence } from '../core/errors';
import { guidFrom, requirePrincipalId } from '../core/guid';
import type { JsonObject } from '../core/json';
import { objectOf, stringOf } from '../core/json';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
import { apiVersions } from '../core/apiVersions';
import { deleteResource, putResource } from './resources';

/**
 * A role of a service's own, which Azure RBAC doesn't know: of a Cosmos DB account (`sqlRoleAssignments`), or of a cache of
 * Azure Cache for Redis, which calls it an access policy.
 */
export interface DataRole {
  /** ARM ID of the account or cache. */
  readonly resourceId: string;
  /** The same, or with `/dbs/{database}` or `/dbs/{database}/colls/{container}` below it. */
  readonly scope: string;
  /** GUID of a role definition of the account, or name of an access policy of the cache. */
  readonly role: string;
  readonly principalId: string;
}

export interface DataRoleAssignment extends DataRole {
  /** ARM ID. */
  readonly id: string;
}

interface Service {
  readonly collection: string;
  readonly apiVersion: string;
  readonly read: (resourceId: string, properties: JsonObject) => Omit<DataRole, 'resourceId'> | undefined;
  readonly body: (role: DataRole) => JsonObject;
}

const cosmos: Service = {
  collection: 'sqlRoleAssignments',
  apiVersion: apiVersions.cosmos,
  read: (_, properties) => {
    const [role, principalId, scope] = ['roleDefinitionId', 'principalId', 'scope'].map((name) =>
      stringOf(properties[name]),
    );
    if (role === undefined || principalId === undefined || scope === undefined) return undefined;
    return { role: role.slice(role.lastIndexOf('/') + 1).toLowerCase(), principalId, scope };
  },
  body: ({ resourceId, scope, role, principalId }) => ({
    ...{ roleDefinitionId: `${resourceId}/sqlRoleDefinitions/${role}`, scope, principalId },
  }),
};

const redis: Service = {
  collection: 'accessPolicyAssignments',
  apiVersion: apiVersions.redis,
  read: (scope, properties) => {
    const [role, principalId] = ['accessPolicyName', 'objectId'].map((name) => stringOf(properties[name]));
    return role === undefined || principalId === undefined ? undefined : { role, principalId, scope };
  },
  // Documents call the alias a name for people, and also what signs in. The object ID fits both.
  body: ({ role, principalId }) => ({
    ...{ accessPolicyName: role, objectId: principalId, objectIdAlias: principalId },
  }),
};

/** Whether a resource has roles of its own, by its ARM ID. */
export function hasDataRoles(resourceId: string): boolean {
  return serviceOf(resourceId) !== undefined;
}

/** The roles of its own that a resource gives to principals. @throws AzureError */
export async function listDataRoles(
  c: Connection,
  resourceId: string,
  signal?: AbortSignal,
): Promise<DataRoleAssignment[]> {
  const service = required(resourceId);
  const { collection, apiVersion } = service;
  const path = `${resourceId}/${collection}`;
  const items = await listResourceManager(c, { path, apiVersion, signal });
  return rowsOf(items, (item) => assignmentOf(service, resourceId, item));
}

/** An assignment by its ARM ID; undefined if it doesn't exist. @throws AzureError */
export async function readDataRole(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<DataRoleAssignment | undefined> {
  const resourceId = resourceOf(id);
  const service = required(resourceId);
  try {
    const { apiVersion } = service;
    const { body } = await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
    const [assignment] = rowsOf([body], (item) => assignmentOf(service, resourceId, item));
    return assignment;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Pauses between attempts for a principal that is too new; 75 seconds in total. */
const replicationPauses = [1000, 2000, 4000, 8000, 15_000, 20_000, 25_000];

/**
 * Gives a principal a role of the service's own, and waits until the service has it; or returns an assignment that exists.
 * Waits for a principal that is too new for the directory.
 * @throws RangeError unless `principalId` is a GUID; AzureError
 */
export async function assignDataRole(
  c: Connection,
  wanted: DataRole,
  signal?: AbortSignal,
): Promise<{ readonly assignment: DataRoleAssignment; readonly created: boolean }> {
  requirePrincipalId(wanted.principalId);
  const { collection, body } = required(wanted.resourceId);
  const existing = (await listDataRoles(c, wanted.resourceId, signal)).find((one) => isSame(one, wanted));
  if (existing) return { assignment: existing, created: false };
  const { scope, principalId, role } = wanted;
  const name = guidFrom(`${scopeKey(scope)}|${`${principalId}|${role}`.toLowerCase()}`);
  const id = `${wanted.resourceId}/${collection}/${name}`;
  for (let attempt = 0; ; attempt++) {
    try {
      await putResource(c, id, { properties: { ...body(wanted) } }, signal);
      return { assignment: { id, ...wanted }, created: true };
    } catch (error) {
      if (!isTooNew(error) || attempt === replicationPauses.length) throw error;
    }
    await pause(c, replicationPauses[attempt] ?? 0, signal);
  }
}

/** Takes a role of the service's own away, by the assignment's ARM ID, and succeeds if it's already gone. @throws AzureError */
export async function deleteDataRole(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  if (await readDataRole(c, id, signal)) await deleteResource(c, id, signal);
}

/** Cosmos DB's operation fails with "The provided principal ID […] was not found in the AAD tenant(s)" (pulumi-azure-native#2816). */
function isTooNew(error: unknown): boolean {
  return error instanceof AzureError && /principal ID .*was not found in the AAD tenant/i.test(error.message);
}

function isSame(one: DataRole, other: DataRole): boolean {
  const isSameAt = scopeKey(one.scope) === scopeKey(other.scope);
  return isSameAt && sameId(one.role, other.role) && sameId(one.principalId, other.principalId);
}

function assignmentOf(
  { read }: Service,
  resourceId: string,
  item: JsonObject,
): DataRoleAssignment | undefined {
  const id = stringOf(item['id']);
  const role = read(resourceId, objectOf(item['properties']));
  return id === undefined || role === undefined ? undefined : { id, resourceId, ...role };
}

function serviceOf(resourceId: string): Service | undefined {
  if (/\/Microsoft\.DocumentDB\/databaseAccounts\/[^/]+$/i.test(resourceId)) return cosmos;
  return /\/Microsoft\.Cache\/redis\/[^/]+$/i.test(resourceId) ? redis : undefined;
}

function required(resourceId: string): Service {
  const service = serviceOf(resourceId);
  if (service) return service;
  throw new AzureError(l10n.t('This resource has no roles of its own.'), { code: 'NoDataRoles' });
}

function resourceOf(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}
