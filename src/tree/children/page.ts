import { messageNode } from '../nodes/messageNodes';
import type { Node, Page } from '../nodes/nodes';

/** Longer lists are shown in parts of this size. */
const shownAtOnce = 200;

/** @param none the text for an empty list */
export function inParts(nodes: readonly Node[], parent: Node, none: string): Page {
  if (nodes.length === 0) return { nodes: [messageNode(parent.id, none)] };
  if (nodes.length <= shownAtOnce) return { nodes };
  return {
    nodes: nodes.slice(0, shownAtOnce),
    more: () => Promise.resolve(inParts(nodes.slice(shownAtOnce), parent, none)),
  };
}

/** A list whose nodes are made when they are shown, because that takes requests. */
export async function inPartsOf<T>(
  items: readonly T[],
  nodesOf: (part: readonly T[], signal: AbortSignal) => Promise<readonly Node[]>,
  signal: AbortSignal,
): Promise<Page> {
  const nodes = await nodesOf(items.slice(0, shownAtOnce), signal);
  const rest = items.slice(shownAtOnce);
  return rest.length === 0 ? { nodes } : { nodes, more: (later) => inPartsOf(rest, nodesOf, later) };
}

/** The page, or a message if it's empty. */
export function orMessage(page: Page, parent: Node, none: string): Page {
  return page.nodes.length === 0 ? { nodes: [messageNode(parent.id, none)] } : page;
}

/**
 * The nodes, each with an ID of its own: for two with the same one, VS Code shows none of their siblings. A service may list
 * something twice, and IDs ignore case, which names on Linux don't.
 * @param others IDs that nodes before these have
 */
export function withOwnIds<T extends Node>(nodes: readonly T[], others: readonly string[] = []): T[] {
  const taken = new Set(others);
  return nodes.map((node) => {
    let { id } = node;
    for (let again = 2; taken.has(id); again++) id = `${node.id}#${again}`;
    taken.add(id);
    return id === node.id ? node : { ...node, id, twin: true };
  });
}

/**
 * The children of a node. IDs say what a node is about, so that below a twin, they would be the same as below the other
 * one, and VS Code would move these rows from there.
 */
export function below<T extends Node>({ id, twin }: Node, children: readonly T[]): readonly T[] {
  return twin ? children.map((child) => ({ ...child, id: `${id}/${child.id}`, twin })) : children;
}
