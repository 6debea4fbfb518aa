import { resourceKinds, sqlType } from '../access/operations/resourceKinds';
import { apiVersions } from '../azure/core/apiVersions';
import { partsOfId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { stringOf } from '../azure/core/json';
import type { Found, Listing } from './listResources';
import { list } from './listResources';

/** A resource whose data apps use. */
export interface DataResource {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** In lowercase. */
  readonly type: string;
}

const types: ReadonlySet<string> = new Set([...resourceKinds.map(({ type }) => type), sqlType]);

const dataResources: Listing<DataResource> = {
  query: [
    'resources',
    `where type in~ (${[...types].map((type) => `'${type}'`).join(', ')})`,
    'project id, name, type',
    'order by id asc',
  ].join(' | '),
  lists: [{ path: '/resources', apiVersion: apiVersions.resources }],
  read: (_c, json) => {
    const id = stringOf(json['id']) ?? '';
    const type = stringOf(json['type'])?.toLowerCase() ?? '';
    const place = partsOfId(id);
    return place && types.has(type) ? { id, type, ...place } : undefined;
  },
};

/** Lists the subscriptions' resources whose data apps use. Rejects only when canceled. */
export async function listDataResources(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<DataResource>> {
  return await list(c, subscriptionIds, dataResources, signal);
}
