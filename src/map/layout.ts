import type { MapNodeKind } from './model/map';
import type { Line, LineState, PictureNode } from './model/picture';
import { linesAt, worstOf } from './model/picture';
import type { Column } from './ordering';
import { meanOf, neighborsIn, sortedColumns, spaced } from './ordering';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node and its position. x and y are its upper-left corner. */
export interface PlacedNode extends Point {
  readonly node: PictureNode;
  /** The worst state of its lines, or of the node itself. */
  readonly state: LineState;
}

export interface PlacedLine {
  readonly line: Line;
  /** From the right side of one node to the left side of the other, and between the nodes of columns in between. */
  readonly points: readonly Point[];
}

export interface PlacedColumn {
  readonly x: number;
  readonly kinds: ReadonlySet<MapNodeKind>;
  /** How many nodes it has, also in groups. */
  readonly count: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Whether nodes are only one line high because there are many. */
  readonly compact: boolean;
  readonly columns: readonly PlacedColumn[];
  /** Sorted by column, and from top to bottom within each column. */
  readonly nodes: readonly PlacedNode[];
  readonly lines: readonly PlacedLine[];
}

const kindsOfColumns: readonly MapNodeKind[][] = [
  ['app'],
  ['identity', 'other'],
  ['vault', 'resource'],
  ['secret'],
];
const nodeWidth = 220;
const margin = 24;
/** Room for the headings. */
export const headingHeight = 32;
/** If a column has more nodes than this, the map is compact. */
const many = 14;
/** With more lines than this, labels would cover each other. */
export const fewLines = 16;

/** Arranges a picture in columns from left to right so that few lines cross. Empty columns are left out. */
export function layOut({ nodes, lines }: { nodes: Column; lines: readonly Line[] }): MapLayout {
  const columns = kindsOfColumns
    .map((kinds) => nodes.filter(({ kind }) => kinds.includes(kind)))
    .filter(({ length }) => length > 0);
  const most = Math.max(0, ...columns.map(({ length }) => length));
  const compact = most > many;
  const [nodeHeight, gap, between] = compact ? [26, 6, 130] : [44, 16, 140];
  const step = nodeHeight + gap;
  const top = headingHeight + 8;
  const sorted = sortedColumns(columns, lines);
  const rows = placedRows(sorted, lines, step, most * step);
  const at = linesAt(lines);
  const columnX = (index: number) => margin + index * (nodeWidth + between);
  const placed = sorted.map((column, index) =>
    column.map((node): PlacedNode => {
      const y = round(top + (rows.get(node.id) ?? 0));
      return { node, state: stateOf(node, at.get(node.id) ?? []), x: columnX(index), y };
    }),
  );
  return {
    ...{ nodeWidth, nodeHeight, compact },
    width: most === 0 ? 0 : columnX(columns.length) - between + margin,
    height: most === 0 ? 0 : top + most * step - gap + margin,
    columns: sorted.map((column, index) => ({
      x: columnX(index),
      kinds: new Set(column.map(({ kind }) => kind)),
      count: column.reduce(
        (sum, { group }) => sum + (group === undefined ? 1 : group.open ? 0 : group.size),
        0,
      ),
    })),
    nodes: placed.flat(),
    lines: placedLines(placed, lines, nodeHeight, gap),
  };
}

/** A problem of a node that Keyless can't fix is a fact that couldn't be read. */
function stateOf({ problems, fix, group }: PictureNode, lines: readonly Line[]): LineState {
  const state = group?.isBroken ? 'broken' : worstOf(lines);
  if (problems.length === 0 || state === 'broken') return state;
  return fix ? 'broken' : 'unknown';
}

/** The y of each node: the longest column is filled, and the nodes of the others are close to what they are connected to. */
function placedRows(
  columns: readonly Column[],
  lines: readonly Line[],
  step: number,
  room: number,
): ReadonlyMap<string, number> {
  const rows = new Map(
    columns.flatMap((column) => {
      const start = (room - column.length * step) / 2;
      return column.map(({ id }, index) => [id, start + index * step] as const);
    }),
  );
  const neighbors = neighborsIn(lines);
  for (const column of [...columns, ...columns.toReversed()]) {
    const wanted = column.map(({ id }) => {
      const beside = (neighbors.get(id) ?? []).flatMap((other) => rows.get(other) ?? []);
      return meanOf(beside) ?? rows.get(id) ?? 0;
    });
    spaced(wanted, step, room).forEach((row, index) => {
      const node = column[index];
      if (node) rows.set(node.id, row);
    });
  }
  return rows;
}

function placedLines(
  columns: readonly (readonly PlacedNode[])[],
  lines: readonly Line[],
  nodeHeight: number,
  gap: number,
): PlacedLine[] {
  const places = new Map(
    columns.flatMap((nodes, column) =>
      nodes.map((placed) => [placed.node.id, { ...placed, column }] as const),
    ),
  );
  const ends = lines.flatMap((line) => {
    const [from, to] = [places.get(line.from), places.get(line.to)];
    return from && to && from.column < to.column ? [{ line, from, to }] : [];
  });
  const leaving = ports(
    ends,
    ({ from }) => from.node.id,
    ({ to }) => to.y,
    nodeHeight,
  );
  const arriving = ports(
    ends,
    ({ to }) => to.node.id,
    ({ from }) => from.y,
    nodeHeight,
  );
  return ends.map((end) => {
    const { line, from, to } = end;
    const start = { x: from.x + nodeWidth, y: round(from.y + (leaving.get(end) ?? 0)) };
    const stop = { x: to.x, y: round(to.y + (arriving.get(end) ?? 0)) };
    const passed = columns.slice(from.column + 1, to.column).flatMap((column) => {
      const x = column[0]?.x ?? 0;
      const share = (x + nodeWidth / 2 - start.x) / (stop.x - start.x);
      const y = round(laneAt(column, start.y + share * (stop.y - start.y), nodeHeight, gap));
      return [
        { x: x - 8, y },
        { x: x + nodeWidth + 8, y },
      ];
    });
    return { line, points: [start, ...passed, stop] };
  });
}

/** Where the lines leave or reach each node: side by side, in the order of their other ends. */
function ports<T>(
  ends: readonly T[],
  nodeOf: (end: T) => string,
  otherY: (end: T) => number,
  nodeHeight: number,
): ReadonlyMap<T, number> {
  const found = new Map<T, number>();
  for (const group of Map.groupBy(ends, nodeOf).values()) {
    const step = Math.min((nodeHeight - 12) / group.length, 14);
    group
      .toSorted((a, b) => otherY(a) - otherY(b))
      .forEach((end, index) => {
        found.set(end, nodeHeight / 2 + (index - (group.length - 1) / 2) * step);
      });
  }
  return found;
}

/** The y closest to the wanted one at which a line passes a column without crossing a node. */
function laneAt(column: readonly PlacedNode[], y: number, nodeHeight: number, gap: number): number {
  const clear = Math.min(gap / 2, 6);
  const hit = column.find((node) => y > node.y - clear && y < node.y + nodeHeight + clear);
  if (!hit) return y;
  return y < hit.y + nodeHeight / 2 ? hit.y - clear : hit.y + nodeHeight + clear;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
