import * as l10n from '@vscode/l10n';
import { nameInId } from '../access/words/format';
import type { Grouping } from './nodes/groupNodes';
import type { RememberedNode } from './nodes/nodes';
import { nodeId } from './nodes/nodes';

/** The last known names and IDs of a tenant's resources. */
export interface RememberedTenant {
  readonly accountId: string;
  readonly tenantId: string;
  readonly subscriptions: readonly RememberedResource[];
  /** Each `id` starts with its subscription's ID. */
  readonly apps: readonly RememberedResource[];
  readonly vaults: readonly RememberedResource[];
  /** User-assigned identities. */
  readonly identities: readonly RememberedResource[];
}

export interface RememberedResource {
  readonly id: string;
  readonly name: string;
}

interface Shown {
  readonly grouping: Grouping;
  readonly state: RememberedNode['state'];
}

/** The remembered nodes by parent ID ('' for the root). Nodes have the same IDs as the real ones. */
export function rememberedNodes(
  tenants: readonly RememberedTenant[],
  { grouping, state }: Shown = { grouping: 'type', state: 'refreshing' },
): ReadonlyMap<string, readonly RememberedNode[]> {
  const children = new Map<string, RememberedNode[]>();
  const add = (node: RememberedNode) => {
    const parentId = node.parentId ?? '';
    const siblings = children.get(parentId);
    if (siblings) siblings.push(node);
    else children.set(parentId, [node]);
    return node.id;
  };
  for (const tenant of tenants) {
    const node = nodesOf(tenant, state);
    const lists = [
      ['functionApps', l10n.t('Function Apps'), 'app', bySubscription(tenant.apps)],
      ['keyVaults', l10n.t('Key Vaults'), 'vault', bySubscription(tenant.vaults)],
      ['identities', l10n.t('User-Assigned Identities'), 'userAssigned', bySubscription(tenant.identities)],
    ] as const;
    for (const { id, name } of tenant.subscriptions) {
      const parent = add(node('subscription', id, name));
      if (grouping === 'type') {
        for (const [list, label, what, of] of lists) {
          const listId = add(node(list, id, label, parent, list));
          for (const one of of(id)) add(node(what, one.id, one.name, listId));
        }
        continue;
      }
      const inside = lists.flatMap(([, , what, of]) => of(id).map((one) => ({ what, one })));
      const groups = Map.groupBy(inside, ({ one }) => groupOf(one).toLowerCase());
      for (const [group, [first, ...rest]] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
        if (!first) continue;
        const groupId = add(node('resourceGroup', group, nameInId(groupOf(first.one)), parent));
        for (const { what, one } of [first, ...rest]) add(node(what, one.id, one.name, groupId));
      }
    }
  }
  return children;
}

function nodesOf(tenant: RememberedTenant, state: RememberedNode['state']) {
  return (
    what: RememberedNode['what'],
    resourceId: string,
    name: string,
    parentId?: string,
    part = '',
  ): RememberedNode => ({
    ...{ kind: 'remembered', what, id: nodeId(tenant, resourceId, part), name, resourceId, state },
    ...(parentId === undefined ? {} : { parentId }),
  });
}

/** The ID of a resource's group. */
function groupOf({ id }: RememberedResource): string {
  return id.split('/', 5).join('/');
}

/** The resources of each subscription, sorted by name. Grouped once, so that large tenants show up immediately. */
function bySubscription(
  resources: readonly RememberedResource[],
): (subscription: string) => readonly RememberedResource[] {
  const { compare } = new Intl.Collator();
  const subscriptionOf = ({ id }: RememberedResource) => id.toLowerCase().split('/', 3).join('/');
  const groups = Map.groupBy(
    [...resources].sort((a, b) => compare(a.name, b.name)),
    subscriptionOf,
  );
  return (subscription) => groups.get(subscription.toLowerCase()) ?? [];
}
