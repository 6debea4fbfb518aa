import { html } from '../../webview/view/dom';
import { absoluteTime, relativeTime } from '../model/times';

/** `exact`: the time and how far away it is. `far`: only how far. `only`: only the time. The rest is in the tooltip. */
type Form = 'exact' | 'far' | 'only';

/** A time in the reader's own time zone, which {@link updateTimes} keeps up to date. */
export function time(at: number, form: Form): HTMLElement {
  const element = html('time', { 'data-at': at, 'data-form': form, datetime: new Date(at).toISOString() });
  update(element, Date.now());
  return element;
}

export function updateTimes(root: ParentNode): void {
  const now = Date.now();
  for (const element of root.querySelectorAll<HTMLElement>('time[data-at]')) update(element, now);
}

function update(element: HTMLElement, now: number): void {
  const at = Number(element.dataset['at']);
  const language = document.documentElement.lang;
  const [exact, far] = [absoluteTime(at, { language }), relativeTime(at, now, language)];
  const form = element.dataset['form'];
  const text = form === 'far' ? far : form === 'only' ? exact : `${exact} (${far})`;
  if (element.textContent !== text) element.textContent = text;
  element.title = form === 'far' ? exact : far;
}
