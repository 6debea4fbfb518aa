import * as l10n from '@vscode/l10n';
import { csvOf } from '../ui/csv';
import type { AccessMap } from './model/map';
import { fewEdges, layOut } from './layout';
import type { Shape } from './shapes';
import { edgeShape, kindName, nodeShape } from './shapes';

/** The map as a standalone SVG image for documents: dark on white, without scripts or external resources. */
export function svgOf(map: AccessMap, title: string): string {
  const layout = layOut(map);
  const [width, height] = [Math.max(layout.width, 400), Math.max(layout.height, 100)];
  const shapes = [...layout.edges.map(edgeShape), ...layout.nodes.map((node) => nodeShape(node, layout))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}${layout.edges.length > fewEdges ? '.label{display:none}' : ''}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...shapes.map(markup),
    '</svg>',
    '',
  ].join('\n');
}

/** The map as CSV for spreadsheets, with one row per path. */
export function mapCsvOf({ nodes, edges }: AccessMap): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const heading = [
    ...[l10n.t('From'), l10n.t('From Type'), l10n.t('To'), l10n.t('To Type'), l10n.t('Vault')],
    ...[l10n.t('Path'), l10n.t('Details'), l10n.t('Problem')],
  ];
  const rows = edges.flatMap(({ kind, from, to, paths }) => {
    const [one, other] = [byId.get(from), byId.get(to)];
    if (!one || !other || kind === 'holds') return [];
    const vault = other.vaultId === undefined ? '' : (byId.get(other.vaultId)?.name ?? '');
    const ends = [one.name, kindName(one.kind), other.name, kindName(other.kind), vault];
    return paths.map(({ text, problem }) => [...ends, kind, text, problem ?? '']);
  });
  const ofNodes = nodes.flatMap(({ name, kind, problems }) =>
    problems.map((problem) => [name, kindName(kind), '', '', '', '', '', problem]),
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

const style = [
  'text{font:12px system-ui,sans-serif;fill:#1f2328}',
  '.note{font-size:10px;fill:#57606a}',
  '.label{font-size:10px;fill:#57606a;paint-order:stroke;stroke:#fff;stroke-width:3px}',
  '.box{fill:#f6f8fa;stroke:#57606a}',
  '.icon{fill:none;stroke:#0969da;stroke-width:1.2}',
  '.line{fill:none;stroke:#57606a;stroke-width:1.4}',
  '.arrow{fill:#57606a}',
  '.reference .line{stroke-dasharray:7 4}',
  '.uses .line{stroke-dasharray:2 3}',
  '.holds .line{stroke-width:.7}',
  '.broken .line{stroke:#cf222e}',
  '.broken .arrow{fill:#cf222e}',
  '.spot{fill:#fff;stroke:#cf222e}',
  '.cross{fill:none;stroke:#cf222e;stroke-width:2}',
  '.warning{fill:none;stroke:#9a6700;stroke-width:1.4}',
].join('');
