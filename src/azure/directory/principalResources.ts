import type { Connection } from '../core/connection';
import { stringOf } from '../core/json';
import { queryResourceGraph } from '../core/resourceGraph';

/** A resource that a managed identity belongs to, or a user-assigned identity itself. */
export interface PrincipalResource {
  readonly principalId: string;
  readonly resourceId: string;
  readonly name: string;
  /** In lower case, e.g. `microsoft.web/sites`. */
  readonly type: string;
}

/** Principals in one query; Resource Graph's queries have a limit of length. */
const most = 200;

/**
 * The resources behind principals, by principal ID, from Resource Graph: system-assigned identities of any resource, and
 * user-assigned identities. Keys are principal IDs in lower case; users, groups and what can't be read are not in it.
 * @throws AzureError
 */
export async function resourcesOfPrincipals(
  c: Connection,
  subscriptionIds: readonly string[],
  principalIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalResource>> {
  // Quotes in a query are nothing that a GUID has.
  const ids = [...new Set(principalIds.map((id) => id.toLowerCase()))].filter((id) =>
    /^[0-9a-f-]{36}$/.test(id),
  );
  const found = new Map<string, PrincipalResource>();
  if (subscriptionIds.length === 0) return found;
  for (let from = 0; from < ids.length; from += most) {
    for (const row of await queryResourceGraph(
      c,
      subscriptionIds,
      queryFor(ids.slice(from, from + most)),
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
