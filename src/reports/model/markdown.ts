import * as l10n from '@vscode/l10n';
import type { Card, Cell, Report, Section, Table } from './report';
import type { TimeStyle } from './times';
import { absoluteTime } from './times';

/** The report for an issue, a wiki, or a chat. Names from outside are escaped, so that they're shown as they are. */
export function markdownOf(report: Report, style: TimeStyle): string {
  const { title, answer, sections, ids, note, at } = report;
  const blocks = [
    `# ${escaped(title)}`,
    `**${escaped(answer.text)}**`,
    ...(answer.detail === undefined ? [] : [escaped(answer.detail)]),
    ...sections.flatMap((section) => sectionBlocks(section, style)),
    ...(ids.length > 0
      ? [`## ${l10n.t('IDs')}`, ids.map(({ name, id }) => `- ${escaped(name)}: ${code(id)}`).join('\n')]
      : []),
    `${escaped(l10n.t('Checked {0}.', absoluteTime(at, style)))} ${escaped(note)}`.trim(),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks(
  { title, steps = [], cards = [], facts = [], table }: Section,
  style: TimeStyle,
): string[] {
  return [
    `## ${escaped(title)}`,
    ...(steps.length > 0 ? [steps.map((step, index) => `${index + 1}. ${escaped(step)}`).join('\n')] : []),
    ...cards.flatMap((card) => cardBlocks(card, style)),
    ...(facts.length > 0
      ? [facts.map(({ label, text }) => `- ${escaped(label)}: ${escaped(text)}`).join('\n')]
      : []),
    ...(table ? [tableBlock(table, style)] : []),
  ];
}

function cardBlocks(
  { title, subtitle, paragraphs, points = [], moments = [] }: Card,
  style: TimeStyle,
): string[] {
  const lines = [
    ...points.map(escaped),
    ...moments.map(({ label, at }) => `${escaped(label)}: ${escaped(absoluteTime(at, style))}`),
  ];
  return [
    `### ${escaped(title)}`,
    ...(subtitle === undefined ? [] : [escaped(subtitle)]),
    ...paragraphs.map(escaped),
    ...(lines.length > 0 ? [lines.map((line) => `- ${line}`).join('\n')] : []),
  ];
}

function tableBlock({ columns, rows }: Table, style: TimeStyle): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cell = (one: Cell) => escaped(typeof one === 'number' ? absoluteTime(one, style) : one);
  return [
    line(['', ...columns.map(escaped)]),
    line(['---', ...columns.map(() => '---')]),
    ...rows.map(({ label, cells, differs }) =>
      line([differs ? `**${escaped(label)}**` : escaped(label), ...cells.map(cell)]),
    ),
  ].join('\n');
}

/** On one line, without meaning in Markdown or HTML. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>()#|~&!$@]/g, (character) => `\\${character}`)
    .replace(/^([-+])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

function code(text: string): string {
  return text.includes('`') ? escaped(text) : `\`${text.replace(/\s+/g, ' ')}\``;
}
