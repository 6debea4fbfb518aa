import * as l10n from '@vscode/l10n';
import type { AccessMap, MapNode } from '../model/map';
import type { MapChoice } from '../model/mapView';
import { visibleMap } from '../model/mapView';
import type { MapState, ViewMessage } from '../messages';
import { parseHostMessage, parseState } from '../messages';
import { detailsOf } from './details';
import { button, html } from '../../webview/view/dom';
import { Graph } from './graph';

/** The API that VS Code provides to scripts in webviews. */
declare function acquireVsCodeApi(): {
  postMessage(message: ViewMessage): void;
  getState(): unknown;
  setState(state: MapState): void;
};

// Must run before the first text is looked up.
l10n.config({ contents: document.body.dataset['texts'] ?? '{}' });

const vscode = acquireVsCodeApi();
let state = parseState(vscode.getState());
let map: AccessMap | undefined;
let shown: AccessMap = { nodes: [], edges: [] };

const events = {
  select: (node: MapNode) => {
    keep({ selected: node.id });
    showDetails();
  },
  clear: () => {
    keep({ selected: '' });
    graph.clear();
    showDetails();
  },
  open: ({ id }: MapNode, focus: boolean) => {
    vscode.postMessage({ type: 'open', id, focus });
  },
  toggle: ({ id }: MapNode) => {
    const open = state.choice.expanded.includes(id);
    if (!open) vscode.postMessage({ type: 'secrets', id });
    const rest = state.choice.expanded.filter((other) => other !== id);
    choose({ expanded: open ? rest : [...rest, id] });
  },
};

const graph = new Graph(events);
const { status, details, filter, scope } = elements();

function elements() {
  const name = l10n.t('Filter by name');
  return {
    status: html('p', { class: 'status', role: 'status' }, l10n.t('Loading…')),
    details: html('aside', { 'aria-label': l10n.t('Details') }),
    filter: html('input', {
      ...{ type: 'search', placeholder: name, 'aria-label': name, spellcheck: 'false' },
    }),
    scope: html('span', { class: 'scope' }),
  };
}

function choose(choice: Partial<MapChoice>): void {
  keep({ choice: { ...state.choice, ...choice } });
  redraw();
}

function keep(change: Partial<MapState>): void {
  state = { ...state, ...change };
  vscode.setState(state);
}

function redraw(): void {
  if (!map) return;
  shown = visibleMap(map, state.choice);
  graph.draw(shown, new Set(state.choice.expanded));
  showDetails();
}

function showDetails(): void {
  const selected = shown.nodes.find(({ id }) => id === state.selected);
  const focused = details.contains(document.activeElement);
  details.replaceChildren(
    ...detailsOf(shown, selected, new Set(state.choice.expanded), {
      ...events,
      select: (id) => {
        graph.select(id, true);
      },
    }),
  );
  if (focused) details.querySelector('button')?.focus();
}

/** The extension sends the map, with other principals only if they are shown. */
function sayReady(): void {
  vscode.postMessage({ type: 'ready', others: state.choice.others });
}

function summary(progress: string): string {
  if (progress) return progress;
  const count = (kind: MapNode['kind']) => shown.nodes.filter((node) => node.kind === kind).length;
  const [apps, identities, others] = [count('app'), count('identity'), count('other')];
  const [vaults, secrets] = [count('vault'), count('secret')];
  const parts = [
    apps === 1 ? l10n.t('1 app') : apps > 1 && l10n.t('{0} apps', apps),
    identities === 1
      ? l10n.t('1 user-assigned identity')
      : identities > 1 && l10n.t('{0} user-assigned identities', identities),
    others === 1 ? l10n.t('1 other principal') : others > 1 && l10n.t('{0} other principals', others),
    vaults === 1 ? l10n.t('1 vault') : vaults > 1 && l10n.t('{0} vaults', vaults),
    secrets === 1 ? l10n.t('1 secret') : secrets > 1 && l10n.t('{0} secrets', secrets),
  ].filter((part) => part !== false);
  const broken = shown.edges.filter((edge) => edge.broken).length;
  if (parts.length === 0) return l10n.t('Nothing to show.');
  return broken === 0
    ? l10n.t('{0}. No broken paths.', parts.join(', '))
    : l10n.t('{0}. Broken paths: {1}.', parts.join(', '), broken);
}

function checkbox(label: string, key: 'others' | 'brokenOnly'): HTMLElement {
  const box = html('input', { type: 'checkbox' });
  box.checked = state.choice[key];
  box.addEventListener('change', () => {
    choose({ [key]: box.checked });
    if (key === 'others') sayReady();
    status.textContent = summary('');
  });
  return html('label', {}, box, label);
}

function showScope(name: string): void {
  scope.replaceChildren(
    ...(name
      ? [l10n.t('Scope: {0}', name), ' ', button(l10n.t('Show Everything'), widen, { class: 'link' })]
      : []),
  );
}

/** Shows everything. The panel still belongs to its original scope. */
function widen(): void {
  keep({ scopeName: '' });
  showScope('');
  choose({ scope: '' });
  status.textContent = summary('');
}

function toolbar(): HTMLElement {
  filter.value = state.choice.filter;
  let typing: ReturnType<typeof setTimeout> | undefined;
  filter.addEventListener('input', () => {
    // Arranging a large map takes longer than typing a letter.
    clearTimeout(typing);
    typing = setTimeout(() => {
      choose({ filter: filter.value });
      status.textContent = summary('');
    }, 100);
  });
  const sized = (label: string, name: string, act: () => void) => {
    return button(label, act, { 'aria-label': name, title: name });
  };
  const send = (message: ViewMessage) => () => {
    vscode.postMessage(message);
  };
  const exported = (format: 'svg' | 'csv') => () => {
    vscode.postMessage({ type: 'export', format, choice: state.choice });
  };
  return html(
    'header',
    {},
    filter,
    checkbox(l10n.t('Other principals'), 'others'),
    checkbox(l10n.t('Broken only'), 'brokenOnly'),
    scope,
    html(
      'span',
      { class: 'buttons' },
      sized('−', l10n.t('Zoom Out'), () => {
        graph.viewport.zoom(0.8);
      }),
      sized('+', l10n.t('Zoom In'), () => {
        graph.viewport.zoom(1.25);
      }),
      button(l10n.t('Fit'), () => {
        graph.viewport.fit();
      }),
      button(l10n.t('Refresh'), send({ type: 'refresh' })),
      sized('SVG', l10n.t('Export SVG'), exported('svg')),
      sized('CSV', l10n.t('Export CSV'), exported('csv')),
    ),
  );
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = parseHostMessage(data);
  if (message?.type === 'failed') {
    // Clear the drawing because another account, or none, may be signed in now.
    map = { nodes: [], edges: [] };
    redraw();
    status.textContent = message.reason;
  }
  if (message?.type !== 'map') return;
  const first = map === undefined;
  map = message.map;
  // A new panel uses the scope that it was opened for. A reloaded one has saved its own.
  if (first && vscode.getState() === undefined) {
    keep({ scopeName: message.scopeName, choice: { ...state.choice, scope: message.scope } });
  }
  showScope(state.scopeName);
  redraw();
  if (first && state.selected) graph.select(state.selected);
  status.textContent = summary(message.progress);
});

document.body.append(toolbar(), html('main', {}, graph.frame, details), status);
sayReady();
