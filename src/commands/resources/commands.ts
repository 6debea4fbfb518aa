import type { SubscriptionFilter } from '../../account/subscriptionFilter';
import type { SubscriptionTarget } from '../../inventory/targets';
import type { Node } from '../../tree/nodes/nodes';
import type { ResourceTree } from '../../tree/resourceTree';
import type { CommandTable } from '../command';

/** Commands for the tree itself, and for the resource behind a node. Each loads on first use. */
export function resourcesCommands(tree: ResourceTree, filter: SubscriptionFilter): CommandTable {
  return {
    'keyless.createResourceGroup': async (services, node?: SubscriptionTarget) =>
      (await import('./createResourceGroup')).createResourceGroup(services, node),
    'keyless.deleteResourceGroup': async (services, node?: SubscriptionTarget) =>
      (await import('./deleteResourceGroup')).deleteResourceGroup(services, node),
    'keyless.refresh': (_services, node?: Node, nodes?: readonly Node[]) => refresh(tree, node, nodes),
    'keyless.retry': (_services, node?: Node) => refresh(tree, node),
    'keyless.filterSubscriptions': async (services) => {
      await (await import('./filterSubscriptions')).filterSubscriptions(services, filter);
      tree.refilter();
    },
    'keyless.openInPortal': async (services, node?: Node) =>
      (await import('./copyAndView')).openInPortal(services, node && tree.targetOf(node)),
    'keyless.viewJson': async (services, node?: Node) =>
      (await import('./copyAndView')).viewJson(services, node && tree.targetOf(node)),
    'keyless.copyResourceId': async (services, node?: Node, nodes?: readonly Node[]) =>
      (await import('./copyAndView')).copyResourceId(
        services,
        ...selected(node, nodes).map((each) => tree.targetOf(each)),
      ),
    'keyless.copyPrincipalId': async (services, node?: Node, nodes?: readonly Node[]) =>
      (await import('./copyAndView')).copyPrincipalId(
        services,
        ...selected(node, nodes).map((each) => tree.targetOf(each)),
      ),
  };
}

async function refresh(tree: ResourceTree, node?: Node, nodes?: readonly Node[]): Promise<void> {
  const chosen = selected(node, nodes);
  if (chosen.length === 0) tree.refreshAll();
  else await Promise.all(chosen.map((each) => tree.refresh(each)));
}

/** VS Code passes the clicked node, and all selected nodes if there are several. */
function selected(node: Node | undefined, nodes: readonly Node[] | undefined): readonly Node[] {
  if (nodes && nodes.length > 0) return nodes;
  return node ? [node] : [];
}
