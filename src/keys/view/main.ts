import * as l10n from '@vscode/l10n';
import { button, html } from '../../webview/view/dom';
import type { PageMessage, SearchMessage } from '../messages';
import { parseSearch } from '../messages';
import type { AppRows } from '../model/keyRows';
import type { Choice, Totals, Way } from '../model/keyTable';
import { everything, groupsOf, totalsOf, ways } from '../model/keyTable';
import { wayName } from '../model/wayNames';
import { answerOf, answerPart } from './answer';
import { tableOf } from './table';

/** The API that VS Code provides to scripts in webviews. */
declare function acquireVsCodeApi(): { postMessage(message: PageMessage): void };

// Must run before the first text is looked up.
l10n.config({ contents: document.body.dataset['texts'] ?? '{}' });

const vscode = acquireVsCodeApi();
/** How many keys and apps are shown at first, and how many more each time. */
const part = 300;

const apps = new Map<string, AppRows>();
let search: SearchMessage | undefined;
let choice: Choice = everything;
let most = part;
let drawing = false;

const elements = createElements();

function createElements() {
  const send = (message: PageMessage) => () => {
    vscode.postMessage(message);
  };
  const exportCsv = () => {
    vscode.postMessage({ type: 'export', choice });
  };
  return {
    kind: html('p', { class: 'kind' }, l10n.t('Keys Left')),
    heading: html('h1'),
    answer: html('div', { class: 'answer' }),
    progress: html('progress', { 'aria-label': l10n.t('Apps that were checked') }),
    again: button(l10n.t('Check Again'), send({ type: 'again' })),
    cancel: button(l10n.t('Cancel'), send({ type: 'cancel' })),
    exportCsv: button(l10n.t('Export CSV'), exportCsv),
    filters: html('div', { class: 'filters', role: 'group', 'aria-label': l10n.t('Way out') }),
    toolbar: html('div', { class: 'toolbar' }, filterBox(), groupChoice()),
    keys: html('div'),
    unread: html('section'),
    status: html('p', { class: 'spoken', role: 'status' }),
  };
}

function filterBox(): HTMLInputElement {
  const name = l10n.t('Filter by app, setting, or resource');
  const box = html('input', { type: 'search', placeholder: name, 'aria-label': name, spellcheck: 'false' });
  box.addEventListener('input', () => {
    choose({ filter: box.value });
  });
  return box;
}

function groupChoice(): HTMLElement {
  const select = html(
    'select',
    {},
    html('option', { value: 'resource' }, l10n.t('By resource')),
    html('option', { value: 'app' }, l10n.t('By app')),
    html('option', { value: 'none' }, l10n.t('Not grouped')),
  );
  select.addEventListener('change', () => {
    choose({ groupBy: select.value as Choice['groupBy'] });
  });
  return html('label', {}, l10n.t('Group'), ' ', select);
}

function choose(change: Partial<Choice>): void {
  choice = { ...choice, ...change };
  most = part;
  draw();
}

/** Draws once for all news that arrive together. */
function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}

function draw(): void {
  if (!search) return;
  const { answer, heading, progress, again, cancel, exportCsv, filters, toolbar, keys, unread, status } =
    elements;
  const all = [...apps.values()];
  const totals = totalsOf(all);
  const { state, of, scopeName } = search;
  const busy = state === 'listing' || state === 'reading';
  heading.textContent = scopeName === '' ? l10n.t('All selected subscriptions') : scopeName;
  const said = answerOf(search, totals);
  answer.className = `answer ${said.tone}`;
  answer.replaceChildren(...answerPart(said));
  const spoken = busy ? l10n.t('Finding keys…') : `${said.text}. ${said.detail}`;
  if (status.textContent !== spoken) status.textContent = spoken;
  progress.hidden = !busy;
  if (state === 'reading') [progress.max, progress.value] = [Math.max(of, 1), apps.size];
  else progress.removeAttribute('value');
  cancel.hidden = !busy;
  again.hidden = busy;
  exportCsv.hidden = apps.size === 0;
  toolbar.hidden = filters.hidden = totals.keys === 0;
  keepingFocus(() => {
    filters.replaceChildren(...wayFilters(totals));
    keys.replaceChildren(...keysPart(all, totals));
    unread.replaceChildren(...unreadPart(totals, search?.unlisted ?? []));
  });
}

function wayFilters({ keys: count, byWay }: Totals): HTMLElement[] {
  const one = (way: Way | 'all', name: string, number: number) =>
    button(
      `${name}: ${number}`,
      () => {
        choose({ way });
      },
      { 'aria-pressed': choice.way === way ? 'true' : 'false', 'data-key': `way.${way}` },
    );
  return [
    one('all', l10n.t('All'), count),
    ...ways.flatMap((way) => {
      const number = byWay.get(way) ?? 0;
      return number === 0 && choice.way !== way ? [] : [one(way, wayName(way), number)];
    }),
  ];
}

function keysPart(all: readonly AppRows[], totals: Totals): HTMLElement[] {
  if (totals.keys === 0) return [];
  const groups = groupsOf(all, choice);
  const count = groups.reduce((sum, group) => sum + group.keys.length, 0);
  if (count === 0) return [html('p', { class: 'note' }, l10n.t('No key matches the filter.'))];
  const table = tableOf(groups, choice, most, {
    sort: (sortBy) => {
      choose({ sortBy, descending: choice.sortBy === sortBy && !choice.descending });
    },
    replaceAll: (kind, id) => {
      vscode.postMessage({ type: 'replaceAll', kind, id });
    },
    act: (action, key) => {
      vscode.postMessage({ type: 'act', action, app: key.app.id, key: key.id });
    },
  });
  const label = l10n.t('Keys left');
  // It scrolls by itself if it's wide, which needs a name and the focus to be possible by keyboard.
  const wide = html('div', { class: 'wide', role: 'group', tabindex: '0', 'aria-label': label }, table);
  return [wide, ...(count > most ? [moreButton(count)] : [])];
}

function moreButton(count: number): HTMLElement {
  return button(
    l10n.t('Show More ({0} of {1} keys are shown)', most, count),
    () => {
      most += part;
      draw();
    },
    { 'data-key': 'more' },
  );
}

/** Unknown isn't none, so what couldn't be checked is said. */
function unreadPart({ unread: some }: Totals, unlisted: SearchMessage['unlisted']): HTMLElement[] {
  const lines = [
    ...unlisted.map(({ name, reason }) => [l10n.t('The apps of {0}', name), reason] as const),
    ...some.map((app) => [`${app.name} (${app.place})`, app.unread ?? ''] as const),
  ];
  if (lines.length === 0) return [];
  const title =
    lines.length === 1
      ? l10n.t("1 couldn't be checked as a whole")
      : l10n.t("{0} couldn't be checked as a whole", lines.length);
  return [
    html('h2', {}, title),
    html(
      'dl',
      {},
      ...lines.slice(0, part).flatMap(([name, why]) => [html('dt', {}, name), html('dd', {}, why)]),
    ),
    ...(lines.length > part ? [html('p', { class: 'note' }, '…')] : []),
  ];
}

/** Keeps the focus on the same control while results arrive. */
function keepingFocus(change: () => void): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement ? focused.dataset['key'] : undefined;
  const inTable = focused?.classList.contains('wide') === true;
  change();
  if (inTable) elements.keys.querySelector<HTMLElement>('.wide')?.focus();
  if (key === undefined) return;
  const all = [...document.querySelectorAll<HTMLElement>('[data-key]')];
  all.find(({ dataset }) => dataset['key'] === key)?.focus();
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = parseSearch(data);
  if (!message) return;
  if (message.fresh) apps.clear();
  for (const app of message.apps) apps.set(app.id.toLowerCase(), app);
  search = message;
  drawSoon();
});

function main(): HTMLElement {
  const { kind, heading, answer, progress, cancel, again, exportCsv, filters, toolbar, keys, unread } =
    elements;
  const actions = html('div', { class: 'actions' }, cancel, again, exportCsv);
  return html('main', {}, kind, heading, answer, progress, actions, filters, toolbar, keys, unread);
}

document.body.append(main(), elements.status);
vscode.postMessage({ type: 'ready' });
