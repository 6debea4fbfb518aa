import type * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { Node } from './nodes/nodes';
import { nodeId, subscriptionResourceId } from './nodes/nodes';
import type { ResourceTree } from './resourceTree';

/**
 * Selects the node of a resource in the view and expands its ancestors.
 * @param resourceId ARM ID of an app, slot, vault, secret or user-assigned identity
 * @param focus whether the view gets the keyboard focus
 * @returns whether the tree contains the node; its subscription may be filtered out, or the resource may be deleted
 */
export async function revealResource(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal'>,
  connection: Connection,
  resourceId: string,
  focus: boolean,
): Promise<boolean> {
  const node = await findNode(tree, connection, resourceId);
  await tree.settled(); // VS Code can't reveal a row that it hasn't been notified of
  if (node) await view.reveal(node, { select: true, focus });
  return node !== undefined;
}

/** The node of a resource, loaded if necessary. */
async function findNode(
  tree: ResourceTree,
  connection: Connection,
  resourceId: string,
): Promise<Node | undefined> {
  let node: Node | undefined;
  for (const id of pathTo(connection, resourceId)) {
    node = await childOf(tree, node, id);
    if (!node) return undefined;
  }
  return node;
}

/** The node IDs on the path from the root to a resource. Empty for resources that the tree doesn't show. */
function pathTo(connection: Connection, resourceId: string): string[] {
  const [, subscriptionId, rest = ''] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/[^/]+\/providers\/(.+)$/i.exec(resourceId) ?? [];
  const [namespace = '', type = '', , child, childName] = rest.split('/');
  const group = { sites: 'functionApps', vaults: 'keyVaults', userassignedidentities: 'identities' }[
    type.toLowerCase()
  ];
  if (!subscriptionId || !namespace || !group) return [];
  const outer = resourceId.split('/').slice(0, 9).join('/');
  const subscription = subscriptionResourceId(subscriptionId);
  const path = [nodeId(connection, subscription), nodeId(connection, subscription, group)];
  path.push(nodeId(connection, outer));
  if (child && childName) path.push(nodeId(connection, outer, child));
  if (child === 'slots') path.push(nodeId(connection, resourceId));
  if (child === 'secrets' && childName) path.push(nodeId(connection, outer, `secrets/${childName}`));
  return path;
}

async function childOf(tree: ResourceTree, parent: Node | undefined, id: string): Promise<Node | undefined> {
  for (;;) {
    const nodes = await tree.getChildren(parent);
    if (nodes.some(({ kind }) => kind === 'remembered')) {
      await nextChange(tree);
      continue;
    }
    const found = nodes.find((node) => node.id === id);
    const more = nodes.find((node) => node.kind === 'loadMore');
    if (found || !more) return found;
    await tree.loadMore(more);
    const after = await tree.getChildren(parent);
    if (after.length <= nodes.length) return undefined;
  }
}

/** Waits until the tree changes, because remembered nodes are replaced when it has been read. */
async function nextChange(tree: ResourceTree): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = tree.onDidChangeTreeData(() => {
      subscription.dispose();
      resolve();
    });
  });
}
