import type { AccessMap, MapEdge, MapNode } from './map';
import { edgeOf } from './map';

/** Which part of the map the user wants to see. */
export interface MapChoice {
  /** Vaults whose secrets are shown, and resource groups whose members are shown. */
  readonly expanded: readonly string[];
  /** Part of a name. Shows matching nodes and everything connected to them. Empty shows everything. */
  readonly filter: string;
  /** Whether to show users, groups and other principals. */
  readonly others: boolean;
  /** Whether to show what apps open with keys, and with their identities instead. */
  readonly keys: boolean;
  /** Whether to show only broken edges and the nodes that they connect. */
  readonly brokenOnly: boolean;
  /** ARM ID of a subscription, app, vault or identity to show with everything connected to it. Empty shows everything. */
  readonly scope: string;
  /** A node or a group to show with everything connected to it. Empty shows everything. */
  readonly focus: string;
  /** Whether resource groups are one node each. Without a choice, large maps are grouped. */
  readonly grouped?: boolean;
}

export const wholeMap: MapChoice = {
  ...{ expanded: [], filter: '', others: false, keys: false, brokenOnly: false, scope: '', focus: '' },
};

/** The part of the map that the user wants to see. Secrets of a collapsed vault are merged into the vault. */
export function visibleMap(map: AccessMap, choice: MapChoice): AccessMap {
  const withOthers = choice.others ? map : withoutOthers(map);
  const all = choice.keys ? withOthers : without(withOthers, 'resource');
  const scope = choice.scope.toLowerCase();
  const scoped = around(all, scope && ((node) => isWithin(node, scope)));
  const { focus } = choice;
  const focused = around(scoped, focus && ((node) => node.id === focus || groupOf(node)?.id === focus));
  const filter = choice.filter.trim().toLowerCase();
  const filtered = around(focused, filter && ((node) => node.name.toLowerCase().includes(filter)));
  return collapse(filtered, new Set(choice.expanded));
}

/** The group of a node in its column: its resource group, or the kind of another principal. */
export function groupOf({ kind, resourceId, note }: MapNode): { id: string; place: string } | undefined {
  if (kind === 'other') return { id: `group other ${note}`, place: note };
  const place = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(resourceId ?? '')?.[0];
  if (place === undefined || kind === 'secret') return undefined;
  return { id: `group ${kind} ${place}`.toLowerCase(), place };
}

function isWithin({ resourceId = '' }: MapNode, scope: string): boolean {
  return `${resourceId.toLowerCase()}/`.startsWith(`${scope}/`);
}

/** The map without users, groups, and other principals, of which there may be thousands. */
export function withoutOthers(map: AccessMap): AccessMap {
  return without(map, 'other');
}

function without(map: AccessMap, unwanted: MapNode['kind']): AccessMap {
  return keep(map, new Set(map.nodes.filter(({ kind }) => kind !== unwanted).map(({ id }) => id)));
}

function keep({ nodes, edges }: AccessMap, ids: ReadonlySet<string>): AccessMap {
  return {
    nodes: nodes.filter(({ id }) => ids.has(id)),
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  };
}

function collapse({ nodes, edges }: AccessMap, expanded: ReadonlySet<string>): AccessMap {
  const vaultOf = new Map(
    nodes.flatMap(({ id, vaultId }) => (vaultId && !expanded.has(vaultId) ? [[id, vaultId] as const] : [])),
  );
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const merged = Map.groupBy(
    edges
      .filter(({ kind, to }) => kind !== 'holds' || !vaultOf.has(to))
      .map((edge) => moved(edge, vaultOf.get(edge.to), names.get(edge.to) ?? '')),
    ({ id }) => id,
  );
  return {
    nodes: nodes.filter(({ id }) => !vaultOf.has(id)),
    edges: [...merged.values()].flatMap((group) => {
      const [first, ...more] = group;
      if (!first || more.length === 0) return first ? [first] : [];
      const paths = group.flatMap((edge) => edge.paths);
      // A broken edge must not be hidden among others.
      const broken = group.some((edge) => edge.broken);
      const unused = group.every((edge) => edge.unused) ? { unused: true as const } : {};
      return [{ ...edgeOf(first.kind, first.from, first.to, paths), broken, ...unused }];
    }),
  };
}

function moved(edge: MapEdge, to: string | undefined, secret: string): MapEdge {
  if (to === undefined) return edge;
  const paths = edge.paths.map((path) => ({ ...path, label: secret, text: `${secret}: ${path.text}` }));
  const { kind, from, broken, unused } = edge;
  return { ...edgeOf(kind, from, to, paths), broken, ...(unused ? { unused } : {}) };
}

/** The nodes that match, and all nodes that lead to them or that they lead to. */
function around(map: AccessMap, matches: '' | ((node: MapNode) => boolean)): AccessMap {
  if (matches === '') return map;
  const found = new Set(map.nodes.filter(matches).map(({ id }) => id));
  // A path to a secret is also a path to its vault, and a secret is never shown without its vault.
  const belongs = map.nodes.flatMap(({ id, vaultId }) => (vaultId ? [{ from: vaultId, to: id }] : []));
  for (const { from, to } of belongs) if (found.has(from)) found.add(to);
  const links = [...map.edges, ...belongs];
  const forward = Map.groupBy(links, ({ from }) => from);
  const backward = Map.groupBy(links, ({ to }) => to);
  const ids = new Set([
    ...closure(found, (id) => (forward.get(id) ?? []).map(({ to }) => to)),
    ...closure(found, (id) => (backward.get(id) ?? []).map(({ from }) => from)),
  ]);
  for (const { from, to } of belongs) if (ids.has(to)) ids.add(from);
  return keep(map, ids);
}

function closure(start: ReadonlySet<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set(start);
  const waiting = [...start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of next(id)) {
      if (seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  }
  return seen;
}
