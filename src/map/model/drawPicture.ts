import { grouped } from './groups';
import type { AccessMap, MapEdge, MapNodeKind, MapPath } from './map';
import type { MapChoice } from './mapView';
import { visibleMap } from './mapView';
import type { Line, LineState, Picture, Problems } from './picture';

/** The picture of a map as the user wants to see it. */
export function pictureOf(map: AccessMap, choice: MapChoice): Picture {
  const whole = bundled(visibleMap(map, choice));
  const folded = choice.expanded.length === 0 ? whole : bundled(visibleMap(map, { ...choice, expanded: [] }));
  const problems = problemsOf(folded);
  const shown = choice.brokenOnly ? brokenPart(whole) : whole;
  const count = (kind: MapNodeKind) => shown.nodes.filter((node) => node.kind === kind).length;
  return {
    ...grouped(shown, problems, choice),
    problems,
    counts: {
      ...{ app: count('app'), identity: count('identity'), other: count('other') },
      ...{ vault: count('vault'), resource: count('resource'), secret: count('secret') },
    },
  };
}

type Lines = Pick<Picture, 'nodes' | 'lines'>;

/** Draws one line between two nodes, whatever connects them. */
function bundled({ nodes, edges }: AccessMap): Lines {
  const pairs = Map.groupBy(edges, ({ from, to }) => `${from} ${to}`);
  return { nodes, lines: [...pairs].flatMap(([id, pair]) => lineOf(id, pair)) };
}

function lineOf(id: string, edges: readonly MapEdge[]): Line[] {
  const [first] = edges;
  if (!first) return [];
  const state = stateOf(edges);
  const paths = edges.flatMap(({ kind, paths }) => paths.map((path) => ({ ...path, kind })));
  const { from, to } = first;
  return [{ id, from, to, state, paths, count: 1, broken: state === 'broken' ? 1 : 0 }];
}

function stateOf(edges: readonly MapEdge[]): LineState {
  if (edges.some(({ broken }) => broken)) return 'broken';
  if (edges.some(({ kind }) => kind === 'key')) return 'key';
  const references = edges.filter(({ kind }) => kind === 'reference');
  // A reference that resolved proves the access. One that wasn't fetched yet tells nothing.
  if (references.length > 0)
    return references.some(({ paths }) => paths.some(({ unsure }) => unsure)) ? 'unknown' : 'fine';
  const access = edges.filter(({ kind }) => kind === 'access' || kind === 'instead');
  if (access.length === 0) return 'structure';
  if (access.every(({ paths }) => paths.length > 0 && paths.every(isUnproven))) return 'unknown';
  return access.every(({ unused }) => unused) ? 'unused' : 'fine';
}

function isUnproven({ unsure, problem }: MapPath): boolean {
  return unsure === true || problem !== undefined;
}

function brokenPart({ nodes, lines }: Lines): Lines {
  const broken = lines.filter(({ state }) => state === 'broken');
  const ids = new Set([
    ...nodes.filter(({ problems }) => problems.length > 0).map(({ id }) => id),
    ...broken.flatMap(({ from, to }) => [from, to]),
  ]);
  return { nodes: nodes.filter(({ id }) => ids.has(id)), lines: broken };
}

function problemsOf(shown: Lines): Problems {
  const lines = shown.lines.filter(({ state }) => state === 'broken');
  const nodes = shown.nodes.filter(({ problems }) => problems.length > 0);
  return { lines, nodes, count: lines.length + nodes.length };
}
