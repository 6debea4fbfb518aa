import { resourceKinds } from '../access/operations/resourceKinds';
import { apiVersions } from '../azure/core/apiVersions';
import { partsOfId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { stringOf } from '../azure/core/json';
import type { Found, Listing } from './listResources';
import { list } from './listResources';

/** A resource of any type. */
export interface DataResource {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** In lowercase. */
  readonly type: string;
}

const dataTypes = [...new Set(resourceKinds.map(({ type }) => type))];

function listingOf(types: readonly string[]): Listing<DataResource> {
  const known = new Set(types.map((type) => type.toLowerCase()));
  return {
    query: [
      'resources',
      `where type in~ (${types.map((type) => `'${type}'`).join(', ')})`,
      'project id, name, type',
      'order by id asc',
    ].join(' | '),
    lists: [{ path: '/resources', apiVersion: apiVersions.resources }],
    read: (_c, json) => {
      const id = stringOf(json['id']) ?? '';
      const type = stringOf(json['type'])?.toLowerCase() ?? '';
      const place = partsOfId(id);
      return place && known.has(type) ? { id, type, ...place } : undefined;
    },
  };
}

/** Lists the subscriptions' resources whose data apps use. Rejects only when canceled. */
export async function listDataResources(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<DataResource>> {
  return await listResourcesOfTypes(c, subscriptionIds, dataTypes, signal);
}

/** Lists the subscriptions' resources of some types. Rejects only when canceled. */
export async function listResourcesOfTypes(
  c: Connection,
  subscriptionIds: readonly string[],
  types: readonly string[],
  signal?: AbortSignal,
): Promise<Found<DataResource>> {
  return await list(c, subscriptionIds, listingOf(types), signal);
}
