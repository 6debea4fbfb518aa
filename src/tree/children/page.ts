import { messageNode } from '../nodes/messageNodes';
import type { Node } from '../nodes/nodes';

/** Children of a node and a way to load more of them. */
export interface Page {
  readonly nodes: readonly Node[];
  readonly more?: (signal: AbortSignal) => Promise<Page>;
}

/** Longer lists are shown in parts of this size. */
const shownAtOnce = 200;

export function inParts(nodes: readonly Node[], parent: Node, none: string): Page {
  if (nodes.length === 0) return { nodes: [messageNode(parent.id, none)] };
  if (nodes.length <= shownAtOnce) return { nodes };
  return {
    nodes: nodes.slice(0, shownAtOnce),
    more: () => Promise.resolve(inParts(nodes.slice(shownAtOnce), parent, none)),
  };
}
