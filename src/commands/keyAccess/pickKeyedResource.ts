import * as vscode from 'vscode';
import type { Finding } from '../../access/credentials/findings';
import { openedBy } from '../../access/credentials/opened';
import { typeWords } from '../../access/operations/resourceWords';
import { listed } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import { switchableTypes } from '../../azure/resources/keySwitch';
import type { DataResource } from '../../inventory/listDataResources';
import { listResourcesOfTypes } from '../../inventory/listDataResources';
import type { Inventory, Unlisted } from '../../inventory/targets';
import { UserError } from '../../ui/errors';
import { needSignIn, unlistedRow } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';

/** A resource whose keys can be turned off. */
export interface KeyedTarget {
  readonly connection: Connection;
  readonly resourceId: string;
}

/** Asks for a resource that has keys, by its name. @param only the types to offer, those whose keys can be turned off by default */
export function pickKeyedResource(
  inventory: Inventory,
  title: string,
  only: readonly string[] = switchableTypes(),
): Promise<KeyedTarget> {
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const { resources, unlisted } = await listKeyedResources(inventory, only, signal);
      const choices = resources.map(({ target, name, type, resourceGroup }): Choice<KeyedTarget> => ({
        icon: 'key',
        label: name,
        description: `${typeWords(type)}, ${resourceGroup}`,
        value: target,
      }));
      return [...choices, ...unlisted.map(unlistedRow)];
    },
    { title, placeHolder: vscode.l10n.t('Select a resource') },
    () =>
      new UserError(
        vscode.l10n.t('There is no resource whose keys Keyless can manage'),
        vscode.l10n.t('Keyless looks in the selected subscriptions.'),
      ),
  );
}

type UsedInventory = Pick<Inventory, 'subscriptions' | 'subscriptionName'>;

/**
 * The resource that a credential opens, whose name is unique in all of Azure. It and the app that holds the credential may be in
 * different tenants.
 * @param types the types to look for
 * @throws UserError if it isn't in sight
 */
export async function findOpened(
  inventory: UsedInventory,
  credential: Pick<Finding, 'account' | 'host'>,
  types: readonly string[],
): Promise<KeyedTarget> {
  const { name, types: possible = [] } = openedBy(credential) ?? {};
  const wanted = types.filter((type) => possible.includes(type.toLowerCase()));
  if (name === undefined || wanted.length === 0)
    throw new UserError(vscode.l10n.t("Keyless doesn't know what this key opens"));
  return await withProgress(vscode.l10n.t('Looking for {0}', name), (signal) =>
    findKeyedResource(inventory, name, wanted, signal),
  );
}

/** The resource with this name and one of these types. @throws UserError if it isn't in sight */
export async function findKeyedResource(
  inventory: UsedInventory,
  name: string,
  types: readonly string[],
  signal: AbortSignal,
): Promise<KeyedTarget> {
  const { resources, unlisted } = await listKeyedResources(inventory, types, signal);
  const found = resources.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found) return found.target;
  throw new UserError(
    vscode.l10n.t("{0} isn't in the selected subscriptions", name),
    unlisted.length === 0
      ? vscode.l10n.t('It may belong to another subscription or tenant, or you may not be allowed to see it.')
      : vscode.l10n.t(
          "It may be in one whose resources couldn't be listed: {0}",
          listed(unlisted.map((one) => one.name)),
        ),
  );
}

interface KeyedResources {
  /** Sorted by name. */
  readonly resources: readonly (DataResource & { readonly target: KeyedTarget })[];
  readonly unlisted: readonly Unlisted[];
}

/** Rejects only when canceled, or if signing in failed. */
async function listKeyedResources(
  inventory: UsedInventory,
  types: readonly string[],
  signal: AbortSignal,
): Promise<KeyedResources> {
  const all = Map.groupBy(await inventory.subscriptions(), ({ connection }) => connection);
  const unlisted = new Map<string, Unlisted>();
  const lists = [...all].map(async ([connection, some]) => {
    const ids = some.map(({ subscription }) => subscription.subscriptionId);
    const { items, failures } = await listResourcesOfTypes(connection, ids, types, signal);
    for (const { subscriptionId, error } of failures)
      unlisted.set(subscriptionId, { name: inventory.subscriptionName(subscriptionId), error });
    return items.map((one) => ({ ...one, target: { connection, resourceId: one.id } }));
  });
  const found = (await Promise.all(lists)).flat();
  // Two tenants may see one subscription (Azure Lighthouse).
  const unique = new Map(found.map((one) => [one.id.toLowerCase(), one])).values();
  return {
    resources: [...unique].sort((one, other) => one.name.localeCompare(other.name)),
    unlisted: [...unlisted.values()],
  };
}
