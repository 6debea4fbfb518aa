import type * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { Node } from './nodes/nodes';
import { nodeId, subscriptionResourceId } from './nodes/nodes';
import type { ResourceTree } from './resourceTree';

/**
 * Selects the node of a resource in the view and expands its ancestors.
 * @param resourceId ARM ID of an app, slot, vault, secret or user-assigned identity
 * @param focus whether the view gets the keyboard focus
 * @returns the node, or the error node in its place if it couldn't be read. Undefined if the tree doesn't contain it: its
 * subscription may be filtered out, or the resource may be deleted.
 */
export async function revealResource(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal'>,
  connection: Connection,
  resourceId: string,
  focus: boolean,
): Promise<Node | undefined> {
  const node = await findNode(tree, connection, resourceId);
  await tree.settled(); // VS Code can't reveal a row that it hasn't been notified of
  if (node) await view.reveal(node, { select: true, focus });
  return node;
}

/** The node of a resource, loaded if necessary, or the error node that is in its place. */
async function findNode(
  tree: ResourceTree,
  connection: Connection,
  resourceId: string,
): Promise<Node | undefined> {
  const path = pathTo(connection, resourceId);
  for (;;) {
    let clears = 0;
    const subscription = tree.onDidClear(() => {
      clears += 1;
    });
    const node = await nodeAt(tree, path).finally(() => {
      subscription.dispose();
    });
    // Clearing the tree aborts reads, and an aborted read finds nothing.
    if (clears === 0) return node;
  }
}

/** The node at the end of a path of IDs, or the error node on the way. */
async function nodeAt(tree: ResourceTree, path: readonly string[]): Promise<Node | undefined> {
  let node: Node | undefined;
  for (const id of path) {
    node = await childOf(tree, node, id);
    if (node?.id !== id) return node;
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
  for (let list = parent; ;) {
    const nodes = await tree.getChildren(list);
    if (nodes.some(({ kind }) => kind === 'remembered')) {
      await nextChange(tree);
      continue;
    }
    const found = nodes.find((node) => node.id === id);
    const more = nodes.find((node) => node.kind === 'loadMore');
    if (found || !more) return found ?? nodes.find(({ kind }) => kind === 'error');
    list = more;
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
