import type { FunctionApp, KeyVault } from '../../azure/core/model';
import type { LiveInventory } from '../../inventory/inventory';
import type { OfConnection } from '../nodes/base';
import type { ResourceGroupNode, SubscriptionNode } from '../nodes/groupNodes';
import { errorNode } from '../nodes/messageNodes';
import type { AppNode, Node, VaultNode } from '../nodes/nodes';
import { nodeId, subscriptionResourceId } from '../nodes/nodes';
import { identitiesOf } from './identityChildren';

/**
 * The resource groups of a subscription, also those with nothing that the tree shows, as in VS Code's Azure
 * Resources (its issue 174). Someone may see a resource, but not its group.
 */
export async function resourceGroupsOf(
  { connection, subscription, id: parentId }: SubscriptionNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  const { subscriptionId } = subscription;
  const { listResourceGroups } = await import('../../azure/resources/resources');
  const [listed, ...resources] = await Promise.allSettled([
    listResourceGroups(connection, subscriptionId, signal),
    inventory.appsOf(connection, subscriptionId),
    inventory.vaultsOf(connection, subscriptionId),
    inventory.identitiesOf(connection, subscriptionId),
  ]);
  const groups = new Map<string, ResourceGroupNode>();
  const add = (name: string, location?: string) => {
    const group = {
      id: `${subscriptionResourceId(subscriptionId)}/resourceGroups/${name}`,
      ...{ name, ...(location === undefined ? {} : { location }) },
    };
    const id = nodeId(connection, group.id);
    if (!groups.has(id))
      groups.set(id, { kind: 'resourceGroup', id, parentId, connection, subscription, group });
  };
  if (listed.status === 'fulfilled') for (const { name, location } of listed.value) add(name, location);
  for (const list of resources)
    if (list.status === 'fulfilled') for (const { resourceGroup } of list.value) add(resourceGroup);
  if (listed.status === 'rejected' && groups.size === 0) throw listed.reason;
  return [...groups.values()].sort((a, b) => a.group.name.localeCompare(b.group.name));
}

/** The function apps, key vaults, and identities in a resource group. What fails doesn't hide the rest. */
export async function resourcesIn(node: ResourceGroupNode, inventory: LiveInventory): Promise<Node[]> {
  const { connection, subscription, group, id } = node;
  const isInside = (one: { resourceGroup: string }) =>
    one.resourceGroup.toLowerCase() === group.name.toLowerCase();
  const lists = await Promise.allSettled([
    inventory
      .appsOf(connection, subscription.subscriptionId)
      .then((apps) => apps.filter(isInside).map((app): Node => appNode('app', node, app))),
    inventory
      .vaultsOf(connection, subscription.subscriptionId)
      .then((vaults) => vaults.filter(isInside).map((vault): Node => vaultNode(node, vault))),
    identitiesOf(node, inventory).then((identities) =>
      identities.filter(({ identity }) => isInside(identity)),
    ),
  ]);
  const nodes = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
  const failure = lists.find((list) => list.status === 'rejected');
  return failure ? [await errorNode(id, failure.reason, node), ...nodes] : nodes;
}

export function appNode(
  kind: AppNode['kind'],
  { connection, id: parentId }: Pick<OfConnection, 'connection' | 'id'>,
  app: FunctionApp,
): AppNode {
  return { kind, id: nodeId(connection, app.id), parentId, connection, app };
}

export function vaultNode({ connection, id: parentId }: OfConnection, vault: KeyVault): VaultNode {
  return { kind: 'vault', id: nodeId(connection, vault.id), parentId, connection, vault };
}

/** The lists of a subscription's resources, by type. */
export function listsOf({ connection, subscription, id: parentId }: SubscriptionNode): Node[] {
  const resourceId = subscriptionResourceId(subscription.subscriptionId);
  const kinds = ['functionApps', 'keyVaults', 'identities'] as const;
  return kinds.map((kind) => ({
    ...{ kind, id: nodeId(connection, resourceId, kind), parentId, connection, subscription },
  }));
}
