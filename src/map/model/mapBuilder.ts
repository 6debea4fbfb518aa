import * as l10n from '@vscode/l10n';
import { distinctions } from '../../access/words/distinctions';
import type { AccessMap, MapEdgeKind, MapFix, MapNode, MapPath } from './map';
import { edgeOf } from './map';

/** Collects nodes, and merges all paths between the same two nodes into one edge. */
export class MapBuilder {
  private readonly nodes = new Map<string, MapNode>();
  private readonly paths = new Map<
    string,
    { kind: MapEdgeKind; from: string; to: string; paths: MapPath[] }
  >();

  /** Adds a node unless it already exists. */
  node(node: Omit<MapNode, 'problems'>, problems: readonly string[] = []): string {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, { ...node, problems });
    return node.id;
  }

  problem(id: string, problem: string, fix?: MapFix): void {
    const node = this.nodes.get(id);
    if (node) this.nodes.set(id, { ...node, problems: [...node.problems, problem], ...(fix ? { fix } : {}) });
  }

  path(kind: MapEdgeKind, from: string, to: string, path: MapPath): void {
    const key = `${kind} ${from} ${to}`;
    const edge = this.paths.get(key) ?? { kind, from, to, paths: [] };
    if (!edge.paths.some(({ text }) => text === path.text)) edge.paths.push(path);
    this.paths.set(key, edge);
  }

  build(): AccessMap {
    const edges = [...this.paths.values()].map(({ kind, from, to, paths }) => edgeOf(kind, from, to, paths));
    return { nodes: toldApart([...this.nodes.values()]), edges };
  }
}

/** Adds to names that several nodes of a kind have what tells them apart. The vault tells a secret apart. */
function toldApart(nodes: readonly MapNode[]): MapNode[] {
  const keyOf = ({ kind, name }: MapNode) => `${kind} ${name}`.toLowerCase();
  const groups = Map.groupBy(nodes, keyOf);
  return nodes.map((node) => {
    const sameNamed = groups.get(keyOf(node)) ?? [];
    if (sameNamed.length < 2 || node.kind === 'secret') return node;
    const places = distinctions(sameNamed.flatMap(({ resourceId }) => resourceId ?? []));
    const place = places.get(node.resourceId ?? '') ?? node.id.slice(node.id.indexOf(' ') + 1).slice(0, 8);
    return { ...node, name: l10n.t('{0} ({1})', node.name, place) };
  });
}
