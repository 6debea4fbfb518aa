import * as vscode from 'vscode';
import { typeWords } from '../../access/operations/resourceWords';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { isResourceGraphMissing, queryResourceGraph } from '../../azure/core/resourceGraph';
import { rowsOf } from '../../azure/core/request';
import { partsOfId } from '../../azure/core/armId';
import { stringOf } from '../../azure/core/json';
import { switchableTypes } from '../../azure/resources/keySwitch';
import { listResources } from '../../azure/resources/resources';
import type { Inventory } from '../../inventory/targets';
import { UserError } from '../../ui/errors';
import { needSignIn } from '../../ui/pickers/pickers';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';

/** A resource whose keys can be turned off. */
export interface KeyedTarget {
  readonly connection: Connection;
  readonly resourceId: string;
}

interface Listed extends KeyedTarget {
  readonly name: string;
  /** In lowercase. */
  readonly type: string;
  readonly resourceGroup: string;
}

/** Asks for a resource whose keys can be turned off, by its name. @param only the types to offer */
export function pickKeyedResource(
  inventory: Inventory,
  title: string,
  only: readonly string[] = switchableTypes(),
): Promise<KeyedTarget> {
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const all = await listKeyedResources(inventory, only, signal);
      return all.map((one): Choice<KeyedTarget> => ({
        icon: 'key',
        label: one.name,
        description: `${typeWords(one.type)}, ${one.resourceGroup}`,
        value: one,
      }));
    },
    { title, placeHolder: vscode.l10n.t('Select a resource') },
    () =>
      new UserError(
        vscode.l10n.t('There is no resource whose keys Keyless can manage'),
        vscode.l10n.t('Keyless looks in the selected subscriptions.'),
      ),
  );
}

/** The resource with this name and one of these types, which is unique in all of Azure. @throws UserError if it isn't in sight */
export async function findKeyedResource(
  inventory: Pick<Inventory, 'subscriptions'>,
  name: string,
  types: readonly string[],
  signal: AbortSignal,
): Promise<KeyedTarget> {
  const all = await listKeyedResources(inventory, types, signal);
  const found = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new UserError(
    vscode.l10n.t("{0} isn't in the selected subscriptions", name),
    vscode.l10n.t('It may belong to another subscription or tenant, or you may not be allowed to see it.'),
  );
}

/** Sorted by name. @throws AzureError */
async function listKeyedResources(
  inventory: Pick<Inventory, 'subscriptions'>,
  types: readonly string[],
  signal: AbortSignal,
): Promise<Listed[]> {
  const all = Map.groupBy(await inventory.subscriptions(), ({ connection }) => connection);
  const lists = [...all].map(async ([connection, some]) => {
    const ids = some.map(({ subscription }) => subscription.subscriptionId);
    return (await resourcesIn(connection, ids, types, signal)).map((one) => ({ ...one, connection }));
  });
  const found = (await Promise.all(lists)).flat();
  // Two tenants may see one subscription (Azure Lighthouse).
  const unique = new Map(found.map((one) => [one.resourceId.toLowerCase(), one])).values();
  return [...unique].sort((one, other) => one.name.localeCompare(other.name));
}

async function resourcesIn(
  c: Connection,
  subscriptionIds: readonly string[],
  types: readonly string[],
  signal: AbortSignal,
): Promise<Omit<Listed, 'connection'>[]> {
  const quoted = types.map((type) => `'${type}'`).join(', ');
  try {
    const query = ['resources', `where type in~ (${quoted})`, 'project id, type', 'order by id asc'].join(
      ' | ',
    );
    const rows = await queryResourceGraph(c, subscriptionIds, query, signal);
    return rowsOf(rows, (row) => listedOf(stringOf(row['id']), stringOf(row['type'])));
  } catch (error) {
    if (!(error instanceof AzureError && isResourceGraphMissing(error))) throw error;
  }
  const lists = await Promise.all(subscriptionIds.map((id) => listResources(c, id, signal)));
  const isOne = (type: string) => types.some((one) => one.toLowerCase() === type.toLowerCase());
  return lists
    .flat()
    .filter(({ type }) => isOne(type))
    .flatMap(({ id, type }) => listedOf(id, type) ?? []);
}

function listedOf(
  resourceId: string | undefined,
  type: string | undefined,
): Omit<Listed, 'connection'> | undefined {
  const place = resourceId === undefined ? undefined : partsOfId(resourceId);
  if (resourceId === undefined || type === undefined || !place) return undefined;
  return { resourceId, name: place.name, resourceGroup: place.resourceGroup, type: type.toLowerCase() };
}
