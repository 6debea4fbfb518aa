import type { MapEdgeKind, MapNode, MapNodeKind, MapPath } from './map';

/**
 * `unknown`: what is known doesn't tell whether it works. `key`: it works with a key. `unused`: it works, and no Key Vault
 * reference uses it. `structure`: a working use of an identity, or a vault that contains a secret.
 */
export type LineState = 'fine' | 'broken' | 'unknown' | 'key' | 'unused' | 'structure';

/** The only line between two nodes, with everything that connects them. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: LineState;
  readonly paths: readonly LinePath[];
  /** The lines that it stands for if it leads to or from a group. */
  readonly members?: readonly Line[];
  /** How many lines it stands for, and how many of them are broken. */
  readonly count: number;
  readonly broken: number;
}

export interface LinePath extends MapPath {
  readonly kind: MapEdgeKind;
}

export interface PictureNode extends MapNode {
  /** What a resource group contains. Missing for other nodes. */
  readonly group?: GroupContent;
  /** The ID of the open group that it's in. */
  readonly within?: string;
}

export interface GroupContent {
  readonly size: number;
  /** How many problems its members have. */
  readonly problems: number;
  /** Whether one of them is a broken line. */
  readonly isBroken: boolean;
  readonly open: boolean;
}

/** What is drawn. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly lines: readonly Line[];
  /** How many nodes of each kind are shown, also in groups. */
  readonly counts: Readonly<Record<MapNodeKind, number>>;
  /** Broken lines and nodes with problems, the same whether or not secrets are shown and groups are open. */
  readonly problems: Problems;
  readonly isGrouped: boolean;
}

export interface Problems {
  readonly lines: readonly Line[];
  readonly nodes: readonly MapNode[];
  readonly count: number;
}

export const emptyPicture: Picture = {
  ...{ nodes: [], lines: [], isGrouped: false },
  counts: { app: 0, identity: 0, other: 0, vault: 0, resource: 0, secret: 0 },
  problems: { lines: [], nodes: [], count: 0 },
};

/** Whether a node has something behind it that can be shown on the map: the secrets of a vault, or the members of a group. */
export function isExpandable({ kind, resourceId, group }: PictureNode): boolean {
  return group !== undefined || (kind === 'vault' && resourceId !== undefined);
}

/** The lines at each node, from one pass over them, so that what concerns one node doesn't search all lines. */
export function linesAt(lines: readonly Line[]): ReadonlyMap<string, readonly Line[]> {
  const found = new Map<string, Line[]>();
  const add = (id: string, line: Line) => {
    const known = found.get(id);
    if (known) known.push(line);
    else found.set(id, [line]);
  };
  for (const line of lines) {
    const { from, to } = line;
    add(from, line);
    if (to !== from) add(to, line);
  }
  return found;
}

/** The state of several lines together. They are unused only if all of them are. */
export function worstOf(lines: readonly Line[]): LineState {
  const order: readonly LineState[] = ['broken', 'unknown', 'key', 'fine', 'unused'];
  return order.find((state) => lines.some((line) => line.state === state)) ?? 'structure';
}
