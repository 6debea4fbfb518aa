import type { Connection } from '../azure/core/connection';
import { AzureError } from '../azure/core/errors';
import { stringOf } from '../azure/core/json';
import { rowsOf } from '../azure/core/request';
import { queryResourceGraph } from '../azure/core/resourceGraph';
import { listSubscriptions } from '../azure/directory/subscriptions';

export interface NamedResource {
  /** ARM ID. */
  readonly id: string;
  readonly name: string;
  /** In lowercase. */
  readonly type: string;
}

/** Names in one query, which has a limited length. */
const most = 200;

/**
 * The resources of some types that have one of these names, among all that the account can see in this tenant.
 * Undefined if they can't be looked up. @throws only when canceled
 */
export async function findNamedResources(
  c: Connection,
  names: readonly string[],
  types: readonly string[],
  signal: AbortSignal,
): Promise<readonly NamedResource[] | undefined> {
  // They go into a query.
  const plain = [...new Set(names)].filter((name) => /^[\w-]+$/.test(name));
  try {
    const ids = (await listSubscriptions(c, signal)).map(({ subscriptionId }) => subscriptionId);
    let found: readonly NamedResource[] = [];
    for (let start = 0; start < plain.length; start += most) {
      const query = [
        'resources',
        `where type in~ (${quoted(types)}) and name in~ (${quoted(plain.slice(start, start + most))})`,
        'project id, name, type',
        'order by id asc',
      ].join(' | ');
      found = found.concat(rowsOf(await queryResourceGraph(c, ids, query, signal), namedIn));
    }
    return found;
  } catch (error) {
    if (error instanceof AzureError) return undefined;
    throw error;
  }
}

function namedIn(row: Readonly<Record<string, unknown>>): NamedResource | undefined {
  const [id, name, type] = [stringOf(row['id']), stringOf(row['name']), stringOf(row['type'])];
  return id === undefined || name === undefined || type === undefined
    ? undefined
    : { id, name, type: type.toLowerCase() };
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}
