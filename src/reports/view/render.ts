import * as l10n from '@vscode/l10n';
import { button, html } from '../../webview/view/dom';
import { icon } from '../../webview/view/icons';
import type { Failure } from '../messages';
import type { Card, NamedId, Report, ReportAction, Section, Table, Tone } from '../model/report';
import { time } from './moments';

export interface Events {
  readonly check: () => void;
  readonly copy: () => void;
  readonly copyId: (id: string) => void;
  readonly run: (id: string) => void;
}

/** The parts of a report, in the order in which they are read: the answer comes first. */
export function reportParts(report: Report, events: Events): Node[] {
  const { kind, title, answer, sections, ids, note, at } = report;
  return [
    html(
      'header',
      {},
      html('p', { class: 'kind' }, kind),
      html('h1', {}, title),
      html(
        'div',
        { class: `answer ${answer.tone}` },
        icon(answer.tone),
        html(
          'div',
          {},
          html('p', { class: 'text', tabindex: '-1', 'data-key': 'answer' }, answer.text),
          ...(answer.detail === undefined ? [] : [html('p', { class: 'detail' }, answer.detail)]),
        ),
      ),
      html(
        'div',
        { class: 'actions' },
        ...answer.actions.map((action) => actionButton(action, events)),
        button(l10n.t('Check Again'), events.check, { 'data-key': 'check' }),
        button(l10n.t('Copy as Markdown'), events.copy, { 'data-key': 'copy' }),
        html('span', { class: 'note' }, l10n.t('Checked:'), ' ', time(at, 'far')),
      ),
    ),
    ...sections.map((section, index) => sectionPart(section, index, events)),
    ...(ids.length > 0 ? [idsPart(ids, events)] : []),
    ...(note === '' ? [] : [html('p', { class: 'note' }, note)]),
  ];
}

/** Why there's no report, or only an old one. */
export function failurePart({ reason, nextStep, actions }: Failure, events: Events, alone: boolean): Node {
  return html(
    'section',
    { class: 'card warning', role: 'alert' },
    html('h2', { tabindex: '-1', 'data-key': 'failure' }, icon('warning'), l10n.t("Couldn't check")),
    html('p', {}, reason),
    ...(nextStep === '' ? [] : [html('p', {}, nextStep)]),
    html(
      'div',
      { class: 'actions' },
      ...actions.map((action) => actionButton(action, events)),
      ...(alone ? [button(l10n.t('Check Again'), events.check, { 'data-key': 'check' })] : []),
    ),
  );
}

function actionButton({ id, title, primary = false }: ReportAction, { run }: Events): HTMLElement {
  const attributes = { 'data-key': id, ...(primary ? { class: 'primary' } : {}) };
  return button(
    title,
    () => {
      run(id);
    },
    attributes,
  );
}

function sectionPart(
  { title, steps = [], cards = [], facts = [], table }: Section,
  index: number,
  events: Events,
): Node {
  const heading = `section-${index}`;
  return html(
    'section',
    { 'aria-labelledby': heading },
    html('h2', { id: heading }, title),
    ...(steps.length > 0 ? [html('ol', {}, ...steps.map((step) => html('li', {}, step)))] : []),
    ...cards.map((one) => cardPart(one, events)),
    ...(facts.length > 0
      ? [
          html(
            'dl',
            {},
            ...facts.flatMap(({ label, text, actions = [] }) => [
              html('dt', {}, label),
              html(
                'dd',
                {},
                html('span', {}, text),
                ...actions.map((action) => actionButton(action, events)),
              ),
            ]),
          ),
        ]
      : []),
    ...(table ? [tablePart(table, title)] : []),
  );
}

function cardPart(card: Card, events: Events): HTMLElement {
  const { tone, title, subtitle, paragraphs, points = [], moments = [], actions } = card;
  return html(
    'article',
    { class: `card ${tone}` },
    html('h3', {}, ...signOf(tone), html('span', {}, title)),
    ...(subtitle === undefined ? [] : [html('p', { class: 'note' }, subtitle)]),
    ...paragraphs.map((text) => html('p', {}, text)),
    ...(points.length > 0 ? [html('ul', {}, ...points.map((point) => html('li', {}, point)))] : []),
    ...moments.map(({ label, at }) => html('p', { class: 'moment' }, label, ': ', time(at, 'exact'))),
    ...(actions.length > 0
      ? [html('div', { class: 'actions' }, ...actions.map((action) => actionButton(action, events)))]
      : []),
  );
}

/** A card that is neither good nor bad needs no sign. */
function signOf(tone: Tone): Node[] {
  return tone === 'neutral' ? [] : [icon(tone)];
}

function tablePart({ columns, rows }: Table, caption: string): HTMLElement {
  const differing = (differs: boolean) =>
    differs ? [html('span', { class: 'differs' }, l10n.t('differs'))] : [];
  return html(
    'div',
    // It scrolls by itself if it's wide, which needs a name and the focus to be possible by keyboard.
    { class: 'wide', role: 'group', tabindex: '0', 'aria-label': caption, 'data-key': 'table' },
    html(
      'table',
      {},
      html(
        'thead',
        {},
        html('tr', {}, html('td', {}), ...columns.map((name) => html('th', { scope: 'col' }, name))),
      ),
      html(
        'tbody',
        {},
        ...rows.map(({ label, cells, differs }) =>
          html(
            'tr',
            differs ? { class: 'differing' } : {},
            html('th', { scope: 'row' }, label, ...differing(differs)),
            ...cells.map((cell) => html('td', {}, typeof cell === 'number' ? time(cell, 'only') : cell)),
          ),
        ),
      ),
    ),
  );
}

function idsPart(ids: readonly NamedId[], events: Events): HTMLElement {
  return html(
    'details',
    { 'data-key': 'ids' },
    html('summary', { 'data-key': 'ids-summary' }, l10n.t('IDs')),
    html(
      'dl',
      {},
      ...ids.flatMap(({ name, id }, index) => [
        html('dt', {}, name),
        html(
          'dd',
          {},
          html('code', {}, id),
          button(
            l10n.t('Copy'),
            () => {
              events.copyId(id);
            },
            { 'data-key': `id-${index}`, 'aria-label': l10n.t('Copy the ID of {0}', name) },
          ),
        ),
      ]),
    ),
  );
}
