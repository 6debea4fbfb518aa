import * as l10n from '@vscode/l10n';
import { lastSegment } from '../../access/words/format';
import { distinctions } from '../../access/words/distinctions';
import { countWords } from './countWords';
import type { MapNode } from './map';
import type { MapChoice } from './mapView';
import { groupOf } from './mapView';
import type { GroupContent, Line, Picture, PictureNode, Problems } from './picture';
import { worstOf } from './picture';

/** If a column has more nodes than this, a map is grouped unless its user has chosen otherwise. */
const many = 40;

type Shown = Pick<Picture, 'nodes' | 'lines'>;

/**
 * Merges the nodes of a resource group into one node per column, and the lines at them into one. A group that is open
 * stays above its members.
 */
export function grouped(
  { nodes, lines }: Shown,
  problems: Problems,
  choice: MapChoice,
): Shown & Pick<Picture, 'isGrouped'> {
  const isGrouped = choice.grouped ?? hasLongColumn(nodes);
  if (!isGrouped) return { nodes, lines, isGrouped };
  const open = new Set(choice.expanded);
  // A group of one would only hide its member's name.
  const groups = [...Map.groupBy(nodes, (node) => groupOf(node)?.id ?? '')].filter(
    ([id, members]) => id !== '' && members.length > 1,
  );
  const groupAt = new Map(groups.flatMap(([id, members]) => members.map((node) => [node.id, id] as const)));
  const shownAs = new Map<string, string>();
  for (const { id, vaultId = '' } of nodes) {
    const group = groupAt.get(id) ?? groupAt.get(vaultId);
    if (group !== undefined && !open.has(group)) shownAs.set(id, group);
  }
  const places = distinctions(
    groups.flatMap(([, [member]]) => (member ? (groupOf(member)?.place ?? '') : '')),
  );
  const found = problemsByGroup(problems, groupAt);
  const heads = groups.map(([id, members]) => headOf(id, members, open.has(id), found.get(id), places));
  const rest = nodes.flatMap((node): PictureNode[] => {
    if (shownAs.has(node.id)) return [];
    const within = groupAt.get(node.id);
    return [within === undefined ? node : { ...node, within }];
  });
  return { nodes: [...heads, ...rest], lines: movedLines(lines, shownAs), isGrouped };
}

function hasLongColumn(nodes: readonly MapNode[]): boolean {
  return [...Map.groupBy(nodes, ({ kind }) => kind).values()].some(({ length }) => length > many);
}

type GroupProblems = Pick<GroupContent, 'problems' | 'isBroken'>;

/** The problems that concern each group. */
function problemsByGroup(
  { lines, nodes }: Problems,
  groupAt: ReadonlyMap<string, string>,
): ReadonlyMap<string, GroupProblems> {
  const found = new Map<string, GroupProblems>();
  const add = (ids: readonly string[], isBroken: boolean) => {
    for (const group of new Set(ids.map((id) => groupAt.get(id)))) {
      if (group === undefined) continue;
      const known = found.get(group);
      found.set(group, {
        problems: (known?.problems ?? 0) + 1,
        isBroken: isBroken || known?.isBroken === true,
      });
    }
  };
  for (const { from, to } of lines) add([from, to], true);
  for (const { id } of nodes) add([id], false);
  return found;
}

function headOf(
  id: string,
  members: readonly MapNode[],
  open: boolean,
  { problems, isBroken }: GroupProblems = { problems: 0, isBroken: false },
  places: ReadonlyMap<string, string>,
): PictureNode {
  const [first] = members;
  const kind = first?.kind ?? 'app';
  const place = (first && groupOf(first)?.place) ?? '';
  const subscription = places.get(place)?.slice(0, 8);
  const name = lastSegment(place);
  return {
    ...{ id, kind, problems: [], note: countWords(kind, members.length) },
    name: subscription === undefined ? name : l10n.t('{0} ({1})', name, subscription),
    group: { size: members.length, problems, isBroken, open },
  };
}

/** The lines between what is shown. Those between the same two nodes become one. */
function movedLines(lines: readonly Line[], shownAs: ReadonlyMap<string, string>): Line[] {
  const ends = lines.map((line) => ({
    ...{ line, from: shownAs.get(line.from) ?? line.from },
    to: shownAs.get(line.to) ?? line.to,
  }));
  const pairs = Map.groupBy(
    ends.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from} ${to}`,
  );
  return [...pairs].flatMap(([id, pair]): Line[] => {
    const [first] = pair;
    if (!first) return [];
    const { line, from, to } = first;
    if (line.from === from && line.to === to) return [line];
    const members = pair.map((one) => one.line);
    const broken = members.filter(({ state }) => state === 'broken').length;
    return [{ id, from, to, state: worstOf(members), paths: [], members, broken, count: members.length }];
  });
}
