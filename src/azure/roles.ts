import { apiVersions } from './apiVersions';
import type { Connection } from './connection';
import { isObject, listOf, objectOf, stringOf, stringsOf } from './json';
import type { RoleAssignment } from './model';
import { listResourceManager, objectsOf } from './request';

const apiVersion = apiVersions.authorization;

export interface RoleDefinition {
  /** ARM ID. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly RolePermissions[];
}

export interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/**
 * Role assignments of a principal, through groups too, at and below a subscription and above it.
 * @throws RangeError unless `principalId` is a GUID; AzureError
 */
export async function listRoleAssignmentsOf(
  c: Connection,
  subscriptionId: string,
  principalId: string,
  signal?: AbortSignal,
): Promise<RoleAssignment[]> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(principalId))
    throw new RangeError('Not the ID of a principal.');
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleAssignments`;
  const query = { $filter: `assignedTo('${principalId}')` };
  return assignmentsOf(await listResourceManager(c, { path, apiVersion, query, signal }));
}

/** Role assignments at a scope (an ARM ID), above and below it. @throws AzureError */
export async function listRoleAssignmentsAt(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<RoleAssignment[]> {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
  return assignmentsOf(await listResourceManager(c, { path, apiVersion, signal }));
}

/** Role definitions that can be assigned at a scope, e.g. `/subscriptions/S`. @throws AzureError */
export async function listRoleDefinitions(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<RoleDefinition[]> {
  const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
  const items = await listResourceManager(c, { path, apiVersion, signal });
  return objectsOf(items).flatMap((item) => {
    const id = stringOf(item['id']);
    if (id === undefined) return [];
    const properties = objectOf(item['properties']);
    return [
      {
        id,
        name: stringOf(properties['roleName']) ?? '',
        description: stringOf(properties['description']) ?? '',
        permissions: listOf(properties['permissions']).filter(isObject).map(permissionsOf),
      },
    ];
  });
}

function assignmentsOf(items: readonly unknown[]): RoleAssignment[] {
  return objectsOf(items).flatMap((item) => {
    const id = stringOf(item['id']);
    const properties = objectOf(item['properties']);
    const roleDefinitionId = stringOf(properties['roleDefinitionId']);
    const principalId = stringOf(properties['principalId']);
    if (id === undefined || roleDefinitionId === undefined || principalId === undefined) return [];
    return [
      {
        id,
        roleDefinitionId,
        principalId,
        scope: stringOf(properties['scope']) ?? '/',
        principalType: stringOf(properties['principalType']) ?? '',
      },
    ];
  });
}

function permissionsOf(json: Readonly<Record<string, unknown>>): RolePermissions {
  return {
    actions: stringsOf(json['actions']),
    notActions: stringsOf(json['notActions']),
    dataActions: stringsOf(json['dataActions']),
    notDataActions: stringsOf(json['notDataActions']),
  };
}
