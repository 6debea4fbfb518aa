import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringOf } from '../core/json';
import { listResourceManager, rowsOf } from '../core/request';
import type { RolePermissions } from './roles';
import { permissionsOf } from './roles';

export interface DenyAssignment {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly permissions: readonly RolePermissions[];
  /** Object IDs. The zero GUID means everyone. */
  readonly principalIds: readonly string[];
  readonly excludedPrincipalIds: readonly string[];
  readonly doNotApplyToChildScopes: boolean;
  readonly condition?: string;
}

/** Deny assignments in force at or above a scope (an ARM ID). @throws AzureError */
export async function listDenyAssignmentsAt(
  c: Connection,
  scope: string,
  signal?: AbortSignal,
): Promise<DenyAssignment[]> {
  const path = `${scope}/providers/Microsoft.Authorization/denyAssignments`;
  const query = { $filter: 'atScope()' };
  const { authorization: apiVersion } = apiVersions;
  const items = await listResourceManager(c, { path, apiVersion, query, signal });
  const rows = rowsOf(items, (item) => (stringOf(item['id']) ? item : undefined));
  return rows.flatMap((item) => denyAssignmentOf(item) ?? []);
}

/** @returns undefined if it denies nothing */
function denyAssignmentOf(item: JsonObject): DenyAssignment | undefined {
  const id = stringOf(item['id']);
  if (id === undefined) return undefined;
  const properties = objectOf(item['properties']);
  // `audit` only logs (DenyAssignmentEffect in Azure.ResourceManager.Authorization). Absent in 2022-04-01: `enforced`.
  if (stringOf(properties['denyAssignmentEffect'])?.toLowerCase() === 'audit') return undefined;
  const principals = (list: unknown) =>
    listOf(list)
      .filter(isObject)
      .flatMap((principal) => dashed(stringOf(principal['id'])) ?? []);
  const condition = stringOf(properties['condition']);
  return {
    id,
    name: stringOf(properties['denyAssignmentName']) ?? '',
    scope: stringOf(properties['scope']) ?? '/',
    permissions: listOf(properties['permissions']).filter(isObject).map(permissionsOf),
    principalIds: principals(properties['principals']),
    excludedPrincipalIds: principals(properties['excludePrincipals']),
    doNotApplyToChildScopes: properties['doNotApplyToChildScopes'] === true,
    ...(condition === undefined ? {} : { condition }),
  };
}

/** Deny assignments may name principals without dashes (azure-sdk-for-net, DenyAssignmentsListUsingGdprExport…Test). */
function dashed(id: string | undefined): string | undefined {
  return id?.replace(
    /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i,
    '$1-$2-$3-$4-$5',
  );
}
