import * as l10n from '@vscode/l10n';
import type { MapNodeKind } from './model/map';
import type { Line, LinePath } from './model/picture';
import { isExpandable } from './model/picture';
import type { MapLayout, PlacedColumn, PlacedLine, PlacedNode, Point } from './layout';
import { fitted, widthOf } from './textFit';

/**
 * An SVG element, which the page turns into DOM elements and the export into text. Both use only these objects, so text
 * is never interpreted as markup. Classes determine the colors.
 */
export interface Shape {
  readonly tag: 'g' | 'rect' | 'path' | 'text' | 'title';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly children?: readonly Shape[];
}

/** A line with its label at its start, and at its end an arrow, and a sign if it's broken or nobody can tell. */
export function lineShape({ line, points }: PlacedLine): Shape {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const sign = pointOn(points.slice(-2), 0.72);
  const label = labelPlace(points.slice(0, 2));
  return {
    tag: 'g',
    attributes: { class: `edge ${line.state}` },
    children: [
      path('line', lineThrough(points)),
      path('arrow', `M${end.x - 8} ${end.y - 4}L${end.x} ${end.y}L${end.x - 8} ${end.y + 4}z`),
      textShape('label', label.x, label.y, labelOf(line)),
      ...signOf(line, sign),
    ],
  };
}

/**
 * A box with a bar for its state, an icon for its kind, the name, a short note, a warning sign if it has a problem, and an
 * arrow if there is something behind it. A group looks like a stack.
 */
export function nodeShape(
  { node, state, x, y }: PlacedNode,
  { nodeWidth, nodeHeight, compact }: MapLayout,
  isOpen: boolean,
): Shape {
  const { kind, group, problems } = node;
  const middle = nodeHeight / 2;
  const rx = kind === 'identity' || kind === 'other' ? 12 : 4;
  const box = (by: number): Shape => ({
    tag: 'rect',
    attributes: { class: 'box', x: by, y: by, width: nodeWidth, height: nodeHeight, rx },
  });
  // From the right: the arrow, the warning sign or the number of problems, the size of a group.
  let room = nodeWidth - 8;
  const signs: Shape[] = [];
  if (isExpandable(node)) {
    room -= 16;
    // An arrow alone is too thin to click.
    const area = { class: 'turn', x: room - 2, y: 0, width: nodeWidth - room + 2, height: nodeHeight };
    signs.push({ tag: 'rect', attributes: area });
    signs.push(path('twist', isOpen ? arrowDown(room, middle) : arrowRight(room, middle)));
  }
  if (problems.length > 0) {
    room -= 18;
    signs.push(warning(room, middle - 7));
  }
  const number = (className: string, words: string) => {
    signs.push(textShape(className, room - 2, middle + 4, words, 'end'));
    room -= widthOf(words, 11) + 8;
  };
  if (group && group.problems > 0) number('count', `${state === 'broken' ? '✕' : '⚠'} ${group.problems}`);
  if (group && compact) number('note', String(group.size));
  const text = (className: string, dy: number, words: string, size: number) =>
    textShape(className, 34, dy, fitted(words, room - 36, size));
  return {
    tag: 'g',
    attributes: {
      class: `node ${kind} ${state}${group?.open ? ' open' : ''}`,
      transform: `translate(${x} ${y})`,
    },
    children: [
      ...(group && !group.open ? [box(3)] : []),
      box(0),
      path('bar', `M0 ${rx / 2 + 1}h4V${nodeHeight - rx / 2 - 1}h-4z`),
      { ...path('icon', icons[kind]), attributes: { ...iconPlace(nodeHeight), d: icons[kind] } },
      ...(compact || !node.note
        ? [text('name', middle + 4, node.name, 12)]
        : [text('name', 19, node.name, 12), text('note', 34, node.note, 10.5)]),
      ...signs,
    ],
  };
}

/** The heading of a column, at the top of the drawing. */
export function headingShape({ x, kinds, count }: PlacedColumn, y: number): Shape {
  return textShape('heading', x, y, headingOf(kinds, count));
}

/** A line of a state by itself, for the legend. */
export function swatchShape(state: Line['state']): Shape {
  const [from, to] = [
    { x: 1, y: 8 },
    { x: 55, y: 8 },
  ];
  const line = { state, id: '', from: '', to: '', paths: [], count: 1, broken: 0 };
  const { children = [], ...shape } = lineShape({ line, points: [from, to] });
  return { ...shape, children: children.filter(({ tag }) => tag !== 'text') };
}

/** Describes a path. If it has a problem, the text starts with a cross and ends with the problem. */
export function pathText({ text, problem }: LinePath): string {
  return problem === undefined ? text : l10n.t('✕ {0}: {1}', text, problem);
}

/** The display name of a kind of node. */
export function kindName(kind: MapNodeKind): string {
  switch (kind) {
    case 'app':
      return l10n.t('Function app');
    case 'identity':
      return l10n.t('User-assigned identity');
    case 'other':
      return l10n.t('Principal');
    case 'vault':
      return l10n.t('Key vault');
    case 'resource':
      return l10n.t('Resource');
    case 'secret':
      return l10n.t('Secret');
  }
}

/** What the look of a line means. */
export function stateWords(state: Line['state']): string {
  switch (state) {
    case 'fine':
      return l10n.t('works');
    case 'broken':
      return l10n.t('broken');
    case 'unknown':
      return l10n.t("can't tell whether it works");
    case 'key':
      return l10n.t('opens it with a key');
    case 'unused':
      return l10n.t('works, but no Key Vault reference uses it');
    case 'structure':
      return l10n.t('uses or contains');
  }
}

function headingOf(kinds: ReadonlySet<MapNodeKind>, count: number): string {
  if (kinds.has('app')) return l10n.t('Apps ({0})', count);
  if (kinds.has('resource'))
    return kinds.has('vault')
      ? l10n.t('Vaults and Resources ({0})', count)
      : l10n.t('Resources ({0})', count);
  if (kinds.has('vault')) return l10n.t('Vaults ({0})', count);
  if (kinds.has('secret')) return l10n.t('Secrets ({0})', count);
  return kinds.has('other') ? l10n.t('Principals ({0})', count) : l10n.t('Identities ({0})', count);
}

function labelOf({ paths, count, state }: Line): string {
  if (state === 'structure') return '';
  if (count > 1) return l10n.t('{0} connections', count);
  // The settings say more than the right that they use.
  const labels = paths.toSorted((a, b) => Number(b.kind === 'reference') - Number(a.kind === 'reference'));
  const label = labels[0]?.label ?? '';
  const more = paths.length - 1;
  return more > 0 && label ? `${fitted(label, 100, 10.5)} +${more}` : fitted(label, 125, 10.5);
}

/** A curve through all points that starts and ends horizontally. */
function lineThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let from = first;
  let line = `M${from.x} ${from.y}`;
  for (const to of rest) {
    const half = (from.x + to.x) / 2;
    line += `C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return line;
}

/** A point on the curve between two points. @param t between 0 and 1 */
function pointOn([from, to]: readonly Point[], t: number): Point {
  if (!from || !to) return { x: 0, y: 0 };
  const along = 1.5 * t * (1 - t) + t ** 3;
  const down = t * t * (3 - 2 * t);
  return { x: from.x + along * (to.x - from.x), y: from.y + down * (to.y - from.y) };
}

/** At the start of the line, above it, or below it where it rises. */
function labelPlace([from, to]: readonly Point[]): Point {
  if (!from || !to) return { x: 0, y: 0 };
  const rise = from.y - to.y;
  return { x: from.x + 8, y: rise > 12 ? from.y + 12 : from.y - Math.max(rise, 0) - 5 };
}

function signOf({ state }: Line, { x, y }: Point): Shape[] {
  const spot = path('spot', `M${x - 8} ${y}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z`);
  if (state === 'broken')
    return [spot, path('sign', `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`)];
  if (state === 'key') {
    const bow = `M${x - 5.5} ${y}a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0`;
    return [spot, path('sign', `${bow}M${x - 0.7} ${y}H${x + 5.5}v2.6M${x + 2.8} ${y}v2`)];
  }
  if (state !== 'unknown') return [];
  const mark = `M${x - 2.6} ${y - 2.4}a2.6 2.4 0 1 1 4 2q-1.4 .8 -1.4 2M${x} ${y + 4.2}v.6`;
  return [spot, path('sign', mark)];
}

function textShape(className: string, x: number, y: number, text: string, anchor = 'start'): Shape {
  return { tag: 'text', attributes: { class: className, x, y, 'text-anchor': anchor }, text };
}

function arrowRight(x: number, y: number): string {
  return `M${x + 4} ${y - 4}L${x + 8} ${y}L${x + 4} ${y + 4}`;
}

function arrowDown(x: number, y: number): string {
  return `M${x + 2} ${y - 2}L${x + 6} ${y + 2}L${x + 10} ${y - 2}`;
}

function warning(x: number, y: number): Shape {
  const sign = `M${x + 7} ${y}L${x + 14} ${y + 13}H${x}zM${x + 7} ${y + 4.5}V${y + 8.5}M${x + 7} ${y + 10}V${y + 11}`;
  return path('warning', sign);
}

function path(className: string, d: string): Shape {
  return { tag: 'path', attributes: { class: className, d } };
}

function iconPlace(nodeHeight: number): Record<string, string> {
  return { class: 'icon', transform: `translate(12 ${nodeHeight / 2 - 8})` };
}
/** 16 by 16 pixels: a bolt, a badge, a person, a shield, a cylinder, a key. */
const icons: Readonly<Record<MapNodeKind, string>> = {
  app: 'M9.5 1L3 9.2h4.2L6 15l7-8.6H8.6z',
  identity: 'M3 4h10v10H3zM6 1h4v3H6zM8 6.5a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2M5.2 12.4c0-3 5.6-3 5.6 0',
  other: 'M8 1.8a3 3 0 1 0 0 6a3 3 0 1 0 0-6M2.6 14.4c0-7 10.8-7 10.8 0z',
  vault:
    'M8 1L2.5 3v5c0 3.6 2.6 6 5.5 7c2.9-1 5.5-3.4 5.5-7V3zM8 6a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3M8 9v2.5',
  resource: 'M3 3.6c0-2.1 10-2.1 10 0v8.8c0 2.1-10 2.1-10 0zM3 3.6c0 2.1 10 2.1 10 0M3 8c0 2.1 10 2.1 10 0',
  secret: 'M10.5 1.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8M7.7 8.3L2 14v1h2.5v-1.5H6V12h1.5M11.5 4.4a.6.6 0 1 0 .1 0',
};
