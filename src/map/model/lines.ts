import type { AccessMap, MapEdge } from './map';

/** The edges at each node, from one pass over the map, so that what concerns one node doesn't search all edges. */
export function linesOf({ edges }: AccessMap): ReadonlyMap<string, readonly MapEdge[]> {
  const lines = new Map<string, MapEdge[]>();
  const add = (id: string, edge: MapEdge) => {
    const known = lines.get(id);
    if (known) known.push(edge);
    else lines.set(id, [edge]);
  };
  for (const edge of edges) {
    const { from, to } = edge;
    add(from, edge);
    if (to !== from) add(to, edge);
  }
  return lines;
}
