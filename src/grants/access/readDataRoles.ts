import type { RoleFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import { apiVersions } from '../../azure/core/apiVersions';
import type { Connection } from '../../azure/core/connection';
import { isObject, listOf, objectOf, stringOf } from '../../azure/core/json';
import { listResourceManager, rowsOf } from '../../azure/core/request';
import type { RoleAssignment } from '../../azure/core/model';
import type { RoleDefinition } from '../../azure/directory/roles';
import { permissionsOf } from '../../azure/directory/roles';
import type { DataRoleAssignment } from '../../azure/resources/dataRoles';
import { listDataRoles } from '../../azure/resources/dataRoles';
import { known } from '../readRoles';

/**
 * The roles of a Cosmos DB account's own in the form of Azure's: they have data actions, and assignments that name principals
 * and scopes (rbac.json of Microsoft.DocumentDB). Whether Azure's deny assignments count for them isn't documented, so they
 * don't here. @throws only when canceled
 */
export async function readDataRolesAt(
  c: Connection,
  accountId: string,
  signal: AbortSignal | undefined,
): Promise<RoleFacts> {
  const [assignments, definitions] = await Promise.all([
    known(() => listDataRoles(c, accountId, signal)),
    known(() => listDataRoleDefinitions(c, accountId, signal)),
  ]);
  return {
    assignments: isWithheld(assignments) ? assignments : assignments.map(inFormOfAzure),
    definitions,
    ...{ denyAssignments: [], unreadableScopes: [] },
  };
}

/** An assignment of a role of an account's own, as if it were one of Azure's. */
export function inFormOfAzure({
  id,
  resourceId,
  scope,
  role,
  principalId,
}: DataRoleAssignment): RoleAssignment {
  const roleDefinitionId = `${resourceId}/sqlRoleDefinitions/${role}`;
  return { id, scope, principalId, principalType: '', roleDefinitionId };
}

/** The roles of a Cosmos DB account's own. @throws AzureError */
export async function listDataRoleDefinitions(
  c: Connection,
  accountId: string,
  signal: AbortSignal | undefined,
): Promise<RoleDefinition[]> {
  const path = `${accountId}/sqlRoleDefinitions`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.cosmos, signal });
  return rowsOf(items, (item) => {
    const id = stringOf(item['id']);
    const properties = objectOf(item['properties']);
    if (id === undefined) return undefined;
    return {
      ...{ id, name: stringOf(properties['roleName']) ?? '', description: '' },
      custom: stringOf(properties['type']) === 'CustomRole',
      permissions: listOf(properties['permissions']).filter(isObject).map(permissionsOf),
    };
  });
}
