import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre';
import { Graph, layout } from '@dagrejs/dagre';
import type { AccessMap, MapEdge, MapNode, MapNodeKind } from './model/map';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node and its position. x and y are its upper-left corner. */
export interface PlacedNode extends Point {
  readonly node: MapNode;
}

export interface PlacedEdge {
  readonly edge: MapEdge;
  /** From the right side of one node to the left side of the other. */
  readonly points: readonly Point[];
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Whether nodes are only one line high because there are many. */
  readonly compact: boolean;
  /** Sorted by column, and from top to bottom within each column. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const columns: readonly MapNodeKind[][] = [['app'], ['identity', 'other'], ['vault'], ['secret']];
const nodeWidth = 200;
const margin = 24;
/** With more lines than this, labels would cover each other. */
export const fewEdges = 24;

/** If a column has more nodes than this, the map is compact. */
const many = 20;

/** Arranges the map in columns from left to right so that few lines cross. Empty columns are left out. */
export function layOut({ nodes, edges }: AccessMap): MapLayout {
  const used = columns.filter((kinds) => nodes.some(({ kind }) => kinds.includes(kind)));
  const columnOf = ({ kind }: MapNode) => used.findIndex((kinds) => kinds.includes(kind));
  const compact = used.some((kinds) => nodes.filter(({ kind }) => kinds.includes(kind)).length > many);
  const nodeHeight = compact ? 24 : 44;
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: true });
  graph.setGraph({
    ...{ rankdir: 'LR', nodesep: compact ? 8 : 18, edgesep: compact ? 2 : 8, ranksep: compact ? 150 : 110 },
    ...{ ranker: 'tight-tree', marginx: margin, marginy: margin },
  });
  // Connecting every node to a common root with as many ranks as its column number keeps the columns aligned.
  graph.setNode(root, { width: 0, height: 0 });
  for (const node of nodes) {
    graph.setNode(node.id, { width: nodeWidth, height: nodeHeight });
    graph.setEdge(root, node.id, { minlen: columnOf(node) + 1, weight: 1 }, `root ${node.id}`);
  }
  const column = new Map(nodes.map((node) => [node.id, columnOf(node)]));
  const drawable = edges.filter(({ from, to }) => (column.get(from) ?? 0) < (column.get(to) ?? 0));
  // Labels need space between lines. With many lines, no labels are shown.
  const label = drawable.length > fewEdges ? {} : { width: 60, height: 22, labelpos: 'c' as const };
  for (const { id, from, to } of drawable)
    graph.setEdge(
      from,
      to,
      { minlen: (column.get(to) ?? 0) - (column.get(from) ?? 0), weight: 2, ...label },
      id,
    );
  layout(graph);
  const shift = Math.min(...nodes.map(({ id }) => place(graph.node(id)).x)) - nodeWidth / 2 - margin;
  const moved = ({ x, y }: Point) => ({ x: round(x - shift), y: round(y) });
  const { width = 0, height = 0 } = graph.graph();
  const side = (id: string, by: number) => {
    const { x, y } = place(graph.node(id));
    return { x: x + (by * nodeWidth) / 2, y };
  };
  // Attach lines to the middle of a side. Dagre would also attach them to the top and bottom.
  const between = ({ from, to }: MapEdge, points: readonly Point[]) =>
    [side(from, 1), ...points.slice(1, -1), side(to, -1)].map(moved);
  return {
    ...{ nodeWidth, nodeHeight, compact },
    width: nodes.length === 0 ? 0 : round(width - shift),
    height: nodes.length === 0 ? 0 : round(height),
    nodes: nodes
      .map((node) => {
        const { x, y } = place(graph.node(node.id));
        return { node, ...moved({ x: x - nodeWidth / 2, y: y - nodeHeight / 2 }) };
      })
      .sort((a, b) => a.x - b.x || a.y - b.y),
    edges: drawable.map((edge) => ({
      edge,
      points: between(edge, graph.edge({ v: edge.from, w: edge.to, name: edge.id }).points ?? []),
    })),
  };
}

/** ID of the root, which no real node has. Dagre doesn't accept an empty ID. */
const root = 'root';

function place({ x = 0, y = 0 }: Partial<Point>): Point {
  return { x, y };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
