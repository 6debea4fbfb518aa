import { parseResourceId, sameId } from '../core/armId';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import { rowsOf } from '../core/request';
import { queryResourceGraph } from '../core/resourceGraph';

/**
 * ARM IDs of the resources of any type, including app slots, that use a user-assigned identity. They come from Resource
 * Graph, so changes of the last minute may be missing. @throws RangeError for an invalid ID; AzureError
 */
export async function listResourcesWithIdentity(
  c: Connection,
  subscriptionIds: readonly string[],
  identityId: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const name = parseResourceId(identityId).names.at(-1) ?? '';
  // The query filters by name and the code below by ID. An identity's name can't contain quotes.
  if (!/^[\w-]+$/.test(name)) throw new RangeError('Not the ID of a user-assigned identity.');
  const query = [
    'resources',
    `where tostring(identity.userAssignedIdentities) contains '/${name}'`,
    'project id, identity',
    'order by id asc',
  ].join(' | ');
  const rows = await queryResourceGraph(c, subscriptionIds, query, signal);
  return rowsOf(rows, (row) => {
    const assigned = Object.keys(objectOf(objectOf(row['identity'])['userAssignedIdentities']));
    const id = stringOf(row['id']);
    return id === undefined ? undefined : assigned.some((other) => sameId(other, identityId)) ? [id] : [];
  }).flat();
}
