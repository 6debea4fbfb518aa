import * as l10n from '@vscode/l10n';
import { html } from '../../webview/view/dom';
import type { MapState, ViewMessage } from '../messages';
import { parseHostMessage, parseState } from '../messages';
import { summaryOf } from '../model/countWords';
import { pictureOf } from '../model/drawPicture';
import type { AccessMap } from '../model/map';
import type { MapChoice } from '../model/mapView';
import { groupOf } from '../model/mapView';
import type { PictureNode } from '../model/picture';
import { emptyPicture } from '../model/picture';
import { Details } from './details';
import { Graph } from './graph';
import { applyDrawingStyle, currentPalette } from './palette';
import { Toolbar } from './toolbar';

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
let picture = emptyPicture;
/** What is being read, or why nothing can be. Empty when the picture is complete. */
let notice: string | undefined;
let unlisted = '';
let title = '';

const events = {
  select: (id: string) => {
    keep({ selected: id });
    showDetails();
  },
  clear: () => {
    keep({ selected: '' });
    graph.clear();
    showDetails();
  },
  open: ({ id }: PictureNode, focus: boolean) => {
    vscode.postMessage({ type: 'open', id, focus });
  },
  toggle: ({ id, group }: PictureNode) => {
    const open = state.choice.expanded.includes(id);
    if (!open && !group) vscode.postMessage({ type: 'secrets', id });
    const rest = state.choice.expanded.filter((other) => other !== id);
    choose({ expanded: open ? rest : [...rest, id] });
  },
  focus: ({ id, name }: PictureNode) => {
    keep({ focusName: name });
    choose({ focus: id });
  },
  fix: (fix: Extract<ViewMessage, { type: 'fix' }>['fix']) => {
    vscode.postMessage({ type: 'fix', fix });
  },
};

applyDrawingStyle();
const graph = new Graph(events);
const { status, details } = elements();
const toolbar = new Toolbar(
  {
    choose,
    zoom: (factor) => {
      graph.viewport.zoom(factor);
    },
    fit: () => {
      graph.viewport.fit();
    },
    refresh: () => {
      vscode.postMessage({ type: 'refresh' });
    },
    export: (format) => {
      const { choice } = state;
      vscode.postMessage({ type: 'export', format, choice, name: shownName(), palette: currentPalette() });
    },
    fold: () => {
      keep({ folded: !state.folded });
      redraw();
    },
    widen: () => {
      keep({ scopeName: '' });
      choose({ scope: '' });
    },
    unfocus: () => {
      keep({ focusName: '' });
      choose({ focus: '' });
    },
  },
  state.choice.filter,
  details.id,
);

function elements() {
  return {
    status: html('p', { class: 'status', role: 'status' }),
    details: html('aside', { id: 'details', 'aria-label': l10n.t('Details') }),
  };
}

function choose(choice: Partial<MapChoice>): void {
  keep({ choice: { ...state.choice, ...choice } });
  if ('others' in choice || 'keys' in choice) sayReady();
  redraw();
}

function keep(change: Partial<MapState>): void {
  state = { ...state, ...change };
  vscode.setState(state);
}

function redraw(): void {
  if (map) picture = pictureOf(map, state.choice);
  const { choice, scopeName, focusName, folded } = state;
  toolbar.show({ choice, scopeName, focusName, folded, isGrouped: picture.isGrouped });
  details.hidden = folded;
  graph.draw(picture, new Set(choice.expanded));
  showDetails();
  const summary = (notice ?? l10n.t('Loading…')) || summaryOf(picture);
  status.textContent = [summary, unlisted].filter(Boolean).join(' ');
  if (shownName() === title) return;
  title = shownName();
  vscode.postMessage({ type: 'title', name: title });
}

/** The name of what is shown, or empty for everything. */
function shownName(): string {
  return state.focusName || state.scopeName;
}

function showDetails(): void {
  if (!map) return;
  const focused = details.contains(document.activeElement);
  const shown = new Details(picture, map.nodes, new Set(state.choice.expanded), {
    ...events,
    select: show,
  });
  details.replaceChildren(...shown.of(state.selected));
  if (focused) details.querySelector('button')?.focus();
}

/** Selects a node or a line. The group of a node is opened for that. */
function show(id: string): void {
  const node = map?.nodes.find((one) => one.id === id);
  const group = node && groupOf(node)?.id;
  const isHidden = !picture.nodes.some((one) => one.id === id);
  if (group !== undefined && isHidden) choose({ expanded: [...state.choice.expanded, group] });
  graph.select(id, true);
}

/** The extension sends the map, with other principals only if they are shown, and with what it then reads of keys. */
function sayReady(): void {
  const { others, keys } = state.choice;
  vscode.postMessage({ type: 'ready', others, keys });
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = parseHostMessage(data);
  switch (message?.type) {
    case 'failed':
      // Clear the drawing because another account, or none, may be signed in now.
      map = { nodes: [], edges: [] };
      notice = message.reason;
      unlisted = '';
      redraw();
      return;
    case 'scope': {
      const { scope, scopeName } = message;
      keep({ scopeName, focusName: '' });
      choose({ scope, focus: '' });
      return;
    }
    case 'map': {
      const first = map === undefined;
      map = message.map;
      ({ progress: notice, unlisted } = message);
      // A new panel uses the scope that it was opened for. A reloaded one has saved its own.
      if (first && vscode.getState() === undefined)
        keep({ scopeName: message.scopeName, choice: { ...state.choice, scope: message.scope } });
      redraw();
      if (first && state.selected) graph.select(state.selected);
    }
  }
});

document.body.append(toolbar.element, html('main', {}, graph.frame, details), status, graph.tooltip.element);
redraw();
sayReady();
