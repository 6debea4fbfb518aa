import * as l10n from '@vscode/l10n';
import { html } from '../../webview/view/dom';
import { connectionWords, problemWords } from '../model/countWords';
import type { Line, PictureNode } from '../model/picture';
import { kindName, pathText, stateWords } from '../shapes';

/** More would cover the drawing. */
const most = 10;

/**
 * What is behind a node or a line, in full, beside the pointer. Not for screen readers, which have the same in the names of
 * nodes and in the side panel.
 */
export class Tooltip {
  readonly element = html('div', { class: 'tip', 'aria-hidden': 'true', hidden: true });

  /** @param at where the pointer is in the window */
  show(lines: readonly string[], at: { readonly clientX: number; readonly clientY: number }): void {
    const [first = '', ...rest] = lines;
    const more = rest.length - most;
    this.element.replaceChildren(
      html('strong', {}, first),
      ...rest.slice(0, most).map((line) => html('div', {}, line)),
      ...(more > 0 ? [html('div', {}, l10n.t('{0} more', more))] : []),
    );
    this.element.hidden = false;
    const { width, height } = this.element.getBoundingClientRect();
    const x = Math.max(Math.min(at.clientX + 14, innerWidth - width - 8), 8);
    const below = at.clientY + 18;
    const y = below + height < innerHeight ? below : Math.max(at.clientY - height - 10, 8);
    this.element.style.left = `${x}px`;
    this.element.style.top = `${y}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

export function nodeTip(
  { name, kind, note, problems, group }: PictureNode,
  lines: readonly Line[],
): string[] {
  const sum = (count: (line: Line) => number) => lines.reduce((all, line) => all + count(line), 0);
  return [
    name,
    [group ? '' : kindName(kind), note].filter(Boolean).join(', '),
    ...problems.map((problem) => `⚠ ${problem}`),
    ...(group ? [problemWords(group.problems)] : []),
    ...(group?.open
      ? []
      : [
          connectionWords(
            sum(({ count }) => count),
            sum(({ broken }) => broken),
          ),
        ]),
  ];
}

export function lineTip(line: Line, nameOf: (id: string) => string): string[] {
  const { from, to, state, paths, members = [], count, broken } = line;
  const worst = members.toSorted((a, b) => b.broken - a.broken);
  return [
    l10n.t('{0} → {1}', nameOf(from), nameOf(to)),
    members.length > 0 ? connectionWords(count, broken) : stateWords(state),
    ...paths.map(pathText),
    ...worst.map((one) => {
      const ends = l10n.t('{0} → {1}', nameOf(one.from), nameOf(one.to));
      return one.broken > 0 ? `✕ ${ends}` : ends;
    }),
  ];
}
