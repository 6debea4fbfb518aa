import * as l10n from '@vscode/l10n';
import type { MapEdge, MapNodeKind } from './model/map';
import type { MapLayout, PlacedEdge, PlacedNode, Point } from './layout';

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

/** A line with its arrow and label, and a cross if it's broken. */
export function edgeShape({ edge, points }: PlacedEdge): Shape {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const middle = middleOf(points);
  return {
    tag: 'g',
    attributes: { class: `edge ${edge.kind}${edge.broken ? ' broken' : ''}` },
    children: [
      { tag: 'title', attributes: {}, text: edge.paths.map(pathText).join('\n') },
      path('line', lineThrough(points)),
      path('arrow', `M${end.x - 8} ${end.y - 4}L${end.x} ${end.y}L${end.x - 8} ${end.y + 4}z`),
      ...(edge.broken ? cross(middle) : []),
      {
        tag: 'text',
        attributes: { class: 'label', x: middle.x, y: middle.y - 8, 'text-anchor': 'middle' },
        text: labelOf(edge),
      },
    ],
  };
}

/** A box with an icon for its kind, the name, a short note, and a warning sign if it has a problem. */
export function nodeShape({ node, x, y }: PlacedNode, { nodeWidth, nodeHeight, compact }: MapLayout): Shape {
  const bad = node.problems.length > 0;
  const room = bad ? 24 : 26;
  const text = (className: string, dy: number, words: string): Shape => {
    return { tag: 'text', attributes: { class: className, x: 32, y: dy }, text: shorten(words, room) };
  };
  return {
    tag: 'g',
    attributes: { class: `node ${node.kind}${bad ? ' bad' : ''}`, transform: `translate(${x} ${y})` },
    children: [
      {
        tag: 'title',
        attributes: {},
        text: [node.name, node.note, ...node.problems].filter(Boolean).join('\n'),
      },
      {
        tag: 'rect',
        attributes: {
          ...{ class: 'box', width: nodeWidth, height: nodeHeight },
          rx: node.kind === 'identity' || node.kind === 'other' ? nodeHeight / 2 : 4,
        },
      },
      { ...path('icon', icons[node.kind]), attributes: { ...iconPlace(nodeHeight), d: icons[node.kind] } },
      ...(compact || !node.note
        ? [text('name', nodeHeight / 2 + 4, node.name)]
        : [text('name', 19, node.name), text('note', 34, node.note)]),
      ...(bad ? [warning(nodeWidth - 22, nodeHeight / 2 - 7)] : []),
    ],
  };
}

/** Describes a path. If it has a problem, the text starts with a cross and ends with the problem. */
export function pathText({ text, problem }: MapEdge['paths'][number]): string {
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
    case 'secret':
      return l10n.t('Secret');
  }
}

/** Shortens a long name in the middle. Its end is kept because a team's names often start alike. */
export function shorten(name: string, length: number): string {
  const letters = Array.from(name);
  if (letters.length <= length) return name;
  const tail = Math.floor((length - 1) * 0.4);
  return `${letters.slice(0, length - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

function labelOf(edge: MapEdge): string {
  const label = edge.paths[0]?.label ?? '';
  const more = edge.paths.length - 1;
  return more > 0 && label ? `${shorten(label, 24)} +${more}` : shorten(label, 28);
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

function middleOf(points: readonly Point[]): Point {
  const at = (points.length - 1) / 2;
  const [one, other] = [points[Math.floor(at)], points[Math.ceil(at)]];
  if (!one || !other) return { x: 0, y: 0 };
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function cross({ x, y }: Point): Shape[] {
  const arms = `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`;
  return [path('spot', `M${x - 8} ${y}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z`), path('cross', arms)];
}

function warning(x: number, y: number): Shape {
  const sign = `M${x + 7} ${y}L${x + 14} ${y + 13}H${x}zM${x + 7} ${y + 4.5}V${y + 8.5}M${x + 7} ${y + 10}V${y + 11}`;
  return path('warning', sign);
}

function path(className: string, d: string): Shape {
  return { tag: 'path', attributes: { class: className, d } };
}

function iconPlace(nodeHeight: number): Record<string, string> {
  return { class: 'icon', transform: `translate(10 ${nodeHeight / 2 - 8})` };
}

/** 16 by 16 pixels: a bolt, a badge, a person, a shield, a key. */
const icons: Readonly<Record<MapNodeKind, string>> = {
  app: 'M9.5 1L3 9.2h4.2L6 15l7-8.6H8.6z',
  identity: 'M3 4h10v10H3zM6 1h4v3H6zM8 6.5a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2M5.2 12.4c0-3 5.6-3 5.6 0',
  other: 'M8 1.8a3 3 0 1 0 0 6a3 3 0 1 0 0-6M2.6 14.4c0-7 10.8-7 10.8 0z',
  vault:
    'M8 1L2.5 3v5c0 3.6 2.6 6 5.5 7c2.9-1 5.5-3.4 5.5-7V3zM8 6a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3M8 9v2.5',
  secret: 'M10.5 1.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8M7.7 8.3L2 14v1h2.5v-1.5H6V12h1.5M11.5 4.4a.6.6 0 1 0 .1 0',
};
