import type { Connection } from '../core/connection';
import { stringOf } from '../core/json';
import { queryResourceGraph } from '../core/resourceGraph';

/** A resource that a managed identity belongs to, or a user-assigned identity itself. */
export interface PrincipalResource {
  readonly principalId: string;
  readonly resourceId: string;
  readonly name: string;
  /** In lowercase, e.g. `microsoft.web/sites`. */
  readonly type: string;
}

/** The number of principals in one query, because Resource Graph limits a query's length. */
const maxPrincipals = 200;

/**
 * The resources that managed identities belong to, from Resource Graph: the resource with a system-assigned identity, or
 * the user-assigned identity. Keys are principal IDs in lowercase. Users, groups and unreadable resources are left out.
 * @throws AzureError
 */
export async function resourcesOfPrincipals(
  c: Connection,
  subscriptionIds: readonly string[],
  principalIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalResource>> {
  // A GUID can't contain quotes, so the query is safe from injection.
  const ids = [...new Set(principalIds.map((id) => id.toLowerCase()))].filter((id) =>
    /^[0-9a-f-]{36}$/.test(id),
  );
  const found = new Map<string, PrincipalResource>();
  if (subscriptionIds.length === 0) return found;
  for (let from = 0; from < ids.length; from += maxPrincipals) {
    for (const row of await queryResourceGraph(
      c,
      subscriptionIds,
      queryFor(ids.slice(from, from + maxPrincipals)),
      signal,
    )) {
      const [principalId, resourceId] = [stringOf(row['principalId']), stringOf(row['id'])];
      if (!principalId || !resourceId) continue;
      const [name, type] = [stringOf(row['name']) ?? '', stringOf(row['type'])?.toLowerCase() ?? ''];
      found.set(principalId.toLowerCase(), { principalId, resourceId, name, type });
    }
  }
  return found;
}

function queryFor(ids: readonly string[]): string {
  return [
    'resources',
    "extend principalId = iff(type =~ 'microsoft.managedidentity/userassignedidentities', tostring(properties.principalId), tostring(identity.principalId))",
    `where principalId in~ (${ids.map((id) => `'${id}'`).join(', ')})`,
    'project id, name, type, principalId',
    'order by id asc',
  ].join(' | ');
}
