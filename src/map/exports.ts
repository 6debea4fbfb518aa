import * as l10n from '@vscode/l10n';
import { csvOf } from '../ui/csv';
import { fewLines, headingHeight, layOut } from './layout';
import type { Picture } from './model/picture';
import type { Shape } from './shapes';
import { headingShape, kindName, lineShape, nodeShape, pathText, stateWords } from './shapes';
import type { Palette } from './style';
import { drawingStyle } from './style';

/**
 * The picture as a standalone SVG image for documents, which looks like the page: without scripts or external resources.
 * @param expanded the nodes whose secrets or members are shown
 */
export function svgOf(
  picture: Picture,
  title: string,
  palette: Palette,
  expanded: ReadonlySet<string>,
): string {
  const layout = layOut(picture);
  const [width, height] = [Math.max(layout.width, 400), Math.max(layout.height, 100)];
  const titled = (shape: Shape, lines: readonly string[]): Shape => ({
    ...shape,
    children: [{ tag: 'title', attributes: {}, text: lines.join('\n') }, ...(shape.children ?? [])],
  });
  const shapes = [
    ...layout.columns.map((column) => headingShape(column, headingHeight)),
    ...layout.lines.map((placed) => titled(lineShape(placed), placed.line.paths.map(pathText))),
    ...layout.nodes.map((placed) => {
      const { name, note, problems, id } = placed.node;
      return titled(nodeShape(placed, layout, expanded.has(id)), [
        name,
        ...(note ? [note] : []),
        ...problems,
      ]);
    }),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${drawingStyle(palette)}${layout.lines.length > fewLines ? '.label{display:none}' : ''}</style>`,
    `<rect width="${width}" height="${height}" fill="${palette.background}"/>`,
    ...shapes.map(markup),
    '</svg>',
    '',
  ].join('\n');
}

/** The picture as CSV for spreadsheets, with one row per path. */
export function mapCsvOf({ nodes, lines }: Pick<Picture, 'nodes' | 'lines'>): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const heading = [
    ...[l10n.t('From'), l10n.t('From Type'), l10n.t('To'), l10n.t('To Type'), l10n.t('Vault')],
    ...[l10n.t('Path'), l10n.t('Details'), l10n.t('Problem'), l10n.t('State')],
  ];
  const rows = lines.flatMap(({ from, to, paths, state }) => {
    const [one, other] = [byId.get(from), byId.get(to)];
    if (!one || !other) return [];
    const vault = other.vaultId === undefined ? '' : (byId.get(other.vaultId)?.name ?? '');
    const ends = [one.name, kindName(one.kind), other.name, kindName(other.kind), vault];
    return paths
      .filter(({ kind }) => kind !== 'holds')
      .map(({ kind, text, problem }) => [...ends, kind, text, problem ?? '', stateWords(state)]);
  });
  const ofNodes = nodes.flatMap(({ name, kind, problems }) =>
    problems.map((problem) => [name, kindName(kind), '', '', '', '', '', problem, '']),
  );
  return csvOf([heading, ...rows, ...ofNodes]);
}

function markup({ tag, attributes, text, children }: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return `<${tag}${written.join('')}>${escaped(text ?? '')}${(children ?? []).map(markup).join('')}</${tag}>`;
}

/** Also removes characters that XML can't represent. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
