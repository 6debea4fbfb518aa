import type { Line, PictureNode } from './model/picture';

/** The nodes of a column, from top to bottom. */
export type Column = readonly PictureNode[];

/** How often the columns are sorted by what their nodes lead to. More changes little. */
const sweeps = 6;

/**
 * Sorts the nodes of each column so that few lines cross: each comes close to the mean of what it is connected to
 * (the barycenter heuristic). The members of an open group stay below it. By name where nothing else decides.
 */
export function sortedColumns(columns: readonly Column[], lines: readonly Line[]): Column[] {
  const neighbors = neighborsIn(lines);
  let sorted = columns.map((column) => inUnits(column.toSorted(byName), () => 0));
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const forward = sweep % 2 === 0;
    const order = sorted.map((_, index) => (forward ? index : sorted.length - 1 - index));
    for (const at of order) {
      const beside = forward ? sorted.slice(0, at) : sorted.slice(at + 1);
      const ranks = ranksOf(beside);
      const own = ranksOf([sorted[at] ?? []]);
      const rank = ({ id }: PictureNode) =>
        meanOf((neighbors.get(id) ?? []).flatMap((other) => ranks.get(other) ?? [])) ?? own.get(id) ?? 0;
      sorted = sorted.with(at, inUnits(sorted[at] ?? [], rank));
    }
  }
  return sorted;
}

/** The IDs at the other ends of a node's lines. */
export function neighborsIn(lines: readonly Line[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (id: string, other: string) => {
    const known = found.get(id);
    if (known) known.push(other);
    else found.set(id, [other]);
  };
  for (const { from, to } of lines) {
    add(from, to);
    add(to, from);
  }
  return found;
}

/** Sorts groups with their members, and members within their group. */
function inUnits(column: Column, rank: (node: PictureNode) => number): Column {
  const ranks = new Map(column.map((node) => [node.id, rank(node)]));
  const rankOf = ({ id }: PictureNode) => ranks.get(id) ?? 0;
  const units = [...Map.groupBy(column, ({ id, within }) => within ?? id).values()].map((unit) => {
    const [head, ...members] = unit.toSorted(
      (a, b) => Number(a.within !== undefined) - Number(b.within !== undefined) || rankOf(a) - rankOf(b),
    );
    const of = members.length > 0 ? members : unit;
    return { nodes: head ? [head, ...members] : [], rank: meanOf(of.map(rankOf)) ?? 0 };
  });
  return units.toSorted((a, b) => a.rank - b.rank).flatMap(({ nodes }) => nodes);
}

/** Where each node is in its column, from 0 to 1. */
function ranksOf(columns: readonly Column[]): ReadonlyMap<string, number> {
  return new Map(
    columns.flatMap((column) => column.map(({ id }, index) => [id, (index + 0.5) / column.length] as const)),
  );
}

function byName(a: PictureNode, b: PictureNode): number {
  return a.name.localeCompare(b.name, undefined, { numeric: true });
}

export function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The positions closest to those wanted, in this order, at least a step apart, and within the room (isotonic regression
 * by pooling adjacent violators).
 */
export function spaced(wanted: readonly number[], step: number, room: number): number[] {
  const pools: { sum: number; count: number }[] = [];
  wanted.forEach((value, index) => {
    let pool = { sum: value - index * step, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  const last = room - wanted.length * step;
  return pools
    .flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
    .map((value, index) => Math.min(Math.max(value, 0), Math.max(last, 0)) + index * step);
}
