import * as l10n from '@vscode/l10n';
import { html } from '../../webview/view/dom';
import type { PageContent, PageMessage } from '../messages';
import { parseContent } from '../messages';
import { updateTimes } from './moments';
import { failurePart, reportParts } from './render';

/** The API that VS Code provides to scripts in webviews. */
declare function acquireVsCodeApi(): {
  postMessage(message: PageMessage): void;
  setState(state: unknown): void;
};

// Must run before the first text is looked up.
l10n.config({ contents: document.body.dataset['texts'] ?? '{}' });

const vscode = acquireVsCodeApi();
/** How often relative times are brought up to date, in milliseconds. */
const tick = 10_000;

const main = html('main', {});
const status = html('p', { class: 'status', role: 'status' });
let busy = true;
/** Nothing has had the focus yet. A screen reader begins at the answer. */
let fresh = true;
/** The answer that was last said to a screen reader. */
let said = '';

const events = {
  check: () => {
    send({ type: 'check' });
  },
  copy: () => {
    vscode.postMessage({ type: 'copy', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  },
  copyId: (id: string) => {
    vscode.postMessage({ type: 'copyId', id });
  },
  run: (id: string) => {
    send({ type: 'run', id });
  },
};

/** Buttons keep the focus while something is going on, so they can't be disabled. */
function send(message: PageMessage): void {
  if (!busy) vscode.postMessage(message);
}

function show({ report, failure, busy: work, saved }: PageContent): void {
  vscode.setState(saved);
  busy = work !== '';
  main.setAttribute('aria-busy', String(busy));
  keepingPlace(() => {
    main.replaceChildren(
      ...(failure ? [failurePart(failure, events, report === undefined)] : []),
      ...(report ? reportParts(report, events) : []),
    );
  });
  const answer = busy ? '' : (report?.answer.text ?? '');
  status.textContent = busy ? work : answer === said ? '' : answer;
  status.classList.toggle('busy', busy);
  if (answer !== '') said = answer;
}

/** Keeps what's unfolded, and the focus on the same control. If it's gone, the answer gets the focus. */
function keepingPlace(change: () => void): void {
  const open = new Set(
    [...main.querySelectorAll<HTMLElement>('details[open]')].map(({ dataset }) => dataset['key']),
  );
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && main.contains(focused) ? focused.dataset['key'] : undefined;
  const { scrollX, scrollY } = window;
  change();
  for (const details of main.querySelectorAll('details')) details.open = open.has(details.dataset['key']);
  window.scrollTo(scrollX, scrollY);
  if (key === undefined && !(fresh && document.hasFocus() && focused === document.body)) return;
  const all = [...main.querySelectorAll<HTMLElement>('[data-key]')];
  const find = (wanted: string) => all.find(({ dataset }) => dataset['key'] === wanted);
  const place = (key === undefined ? undefined : find(key)) ?? find('answer') ?? find('failure');
  place?.focus();
  if (place) fresh = false;
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const content = parseContent(data);
  if (content) show(content);
});
setInterval(() => {
  updateTimes(document);
}, tick);

document.body.append(main, status);
vscode.postMessage({ type: 'ready' });
