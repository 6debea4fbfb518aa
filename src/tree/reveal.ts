import type * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { Node } from './nodes/nodes';
import { nodeId, subscriptionResourceId } from './nodes/nodes';
import type { ResourceTree } from './resourceTree';

/**
 * Selects the node of a resource in the view, opening what stands above it.
 * @param resourceId ARM ID of an app, slot, vault, secret or user-assigned identity
 * @param focus whether the view gets the keyboard
 * @returns whether the tree has such a node: its subscription may be filtered out, or the resource gone
 */
export async function revealResource(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal'>,
  connection: Connection,
  resourceId: string,
  focus: boolean,
): Promise<boolean> {
  const node = await findNode(tree, connection, resourceId);
  await tree.settled(); // VS Code shows no row that it was not told of
  if (node) await view.reveal(node, { select: true, focus });
  return node !== undefined;
}

/** The node of a resource, read if need be. */
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

/** IDs of the nodes from the root to that of a resource; none for what is not in the tree. */
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

/** What is only remembered gives way once the tree was read. */
async function nextChange(tree: ResourceTree): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = tree.onDidChangeTreeData(() => {
      subscription.dispose();
      resolve();
    });
  });
}
