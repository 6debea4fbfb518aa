import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import { UserError } from '../ui/errors';
import type { Node } from './nodes/nodes';
import type { ResourceTree } from './resourceTree';

/**
 * Selects the node of a resource in the view and expands its ancestors.
 * @param resourceId see nodes/paths.ts
 * @param focus whether the view gets the keyboard focus
 * @param mostParts how many more parts of each long list to load at most
 * @returns the node, or the error node in its place if it couldn't be read. Undefined if the tree doesn't contain it: its
 * subscription may be filtered out, or the resource may be deleted.
 */
export async function revealResource(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal'>,
  connection: Connection,
  resourceId: string,
  focus: boolean,
  mostParts = Infinity,
): Promise<Node | undefined> {
  const node = await findNode(tree, tree.pathTo(connection, resourceId), mostParts);
  await tree.settled(); // VS Code can't reveal a row that it hasn't been notified of
  if (node) await view.reveal(node, { select: true, focus });
  return node;
}

/** Selects the node of a resource in the view. @throws UserError if the tree doesn't show it */
export async function revealOrExplain(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal'>,
  connection: Connection,
  resourceId: string,
  focus: boolean,
): Promise<void> {
  const node = await revealResource(tree, view, connection, resourceId, focus);
  if (node && node.kind !== 'error') return;
  if (node) throw new UserError(node.reason, node.nextStep);
  throw new UserError(
    vscode.l10n.t("This resource isn't in the tree"),
    vscode.l10n.t(
      'It was deleted, or its subscription is filtered out. Refresh the view or select more subscriptions.',
    ),
    [{ title: vscode.l10n.t('Filter Subscriptions'), command: 'keyless.filterSubscriptions' }],
  );
}

/** The node of a resource, loaded if necessary, or the error node that is in its place. */
async function findNode(
  tree: ResourceTree,
  path: readonly string[],
  mostParts: number,
): Promise<Node | undefined> {
  for (;;) {
    let clears = 0;
    const subscription = tree.onDidClear(() => {
      clears += 1;
    });
    const node = await nodeAt(tree, path, mostParts).finally(() => {
      subscription.dispose();
    });
    // Clearing the tree aborts reads, and an aborted read finds nothing.
    if (clears === 0) return node;
  }
}

/** The node at the end of a path of IDs, or the error node on the way. */
async function nodeAt(
  tree: ResourceTree,
  path: readonly string[],
  mostParts: number,
): Promise<Node | undefined> {
  let node: Node | undefined;
  for (const id of path) {
    node = await childOf(tree, node, id, mostParts);
    if (node?.id !== id) return node;
  }
  return node;
}

async function childOf(
  tree: ResourceTree,
  parent: Node | undefined,
  id: string,
  mostParts: number,
): Promise<Node | undefined> {
  let list = parent;
  for (let parts = 0; ;) {
    const nodes = await tree.getChildren(list);
    if (nodes.some((node) => node.kind === 'remembered' && node.state === 'refreshing')) {
      await nextChange(tree);
      continue;
    }
    const found = nodes.find((node) => node.id === id);
    const more = nodes.find((node) => node.kind === 'loadMore');
    if (found || !more || parts === mostParts) return found ?? nodes.find(({ kind }) => kind === 'error');
    parts += 1;
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

/** A thousand secrets, of which a vault lists 25 at once. */
const mostPartsToSelect = 40;

/**
 * Selects what was just created or renamed, if the view is visible: VS Code would bring a hidden one to the front. Doesn't
 * complain if the tree doesn't show it.
 */
export async function selectWritten(
  tree: ResourceTree,
  view: Pick<vscode.TreeView<Node>, 'reveal' | 'visible'>,
  connection: Connection,
  resourceId: string,
): Promise<void> {
  if (view.visible) await revealResource(tree, view, connection, resourceId, false, mostPartsToSelect);
}
