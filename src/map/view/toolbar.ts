import * as l10n from '@vscode/l10n';
import { button, html } from '../../webview/view/dom';
import type { MapChoice } from '../model/mapView';

export interface ToolbarEvents {
  choose(choice: Partial<MapChoice>): void;
  zoom(factor: number): void;
  fit(): void;
  refresh(): void;
  export(format: 'svg' | 'csv'): void;
  /** Hides or shows the side panel. */
  fold(): void;
  /** Shows everything instead of what is around one resource. */
  widen(): void;
  /** Shows again what was shown before the focus on a node. */
  unfocus(): void;
}

/** What the toolbar shows. */
export interface ToolbarState {
  readonly choice: MapChoice;
  readonly isGrouped: boolean;
  /** Empty for everything. */
  readonly scopeName: string;
  /** Empty without a focus. */
  readonly focusName: string;
  readonly folded: boolean;
}

/** What is above the drawing. */
export class Toolbar {
  readonly element: HTMLElement;
  private readonly others = html('input', { type: 'checkbox' });
  private readonly keys = html('input', { type: 'checkbox' });
  private readonly brokenOnly = html('input', { type: 'checkbox' });
  private readonly grouped = html('input', { type: 'checkbox' });
  private readonly where = html('span', { class: 'where' });
  private readonly details: HTMLButtonElement;
  private shownWhere = '';

  /**
   * @param filter what the filter contains at first
   * @param detailsId the element that it hides and shows
   */
  constructor(
    private readonly events: ToolbarEvents,
    filter: string,
    detailsId: string,
  ) {
    const name = l10n.t('Filter by name');
    const box = html('input', {
      ...{ type: 'search', placeholder: name, 'aria-label': name, spellcheck: 'false' },
    });
    box.value = filter;
    let typing: ReturnType<typeof setTimeout> | undefined;
    box.addEventListener('input', () => {
      // Drawing a large map takes longer than typing a letter.
      clearTimeout(typing);
      typing = setTimeout(() => {
        events.choose({ filter: box.value });
      }, 100);
    });
    this.details = button(
      l10n.t('Details'),
      () => {
        events.fold();
      },
      { 'aria-controls': detailsId },
    );
    this.element = html(
      'header',
      {},
      box,
      checkbox(this.others, l10n.t('Other principals'), (others) => {
        events.choose({ others });
      }),
      checkbox(this.keys, l10n.t('Keys'), (keys) => {
        events.choose({ keys });
      }),
      checkbox(this.brokenOnly, l10n.t('Broken only'), (brokenOnly) => {
        events.choose({ brokenOnly });
      }),
      checkbox(this.grouped, l10n.t('By resource group'), (grouped) => {
        events.choose({ grouped });
      }),
      this.where,
      this.buttons(),
    );
  }

  show({ choice, isGrouped, scopeName, focusName, folded }: ToolbarState): void {
    this.others.checked = choice.others;
    this.keys.checked = choice.keys;
    this.brokenOnly.checked = choice.brokenOnly;
    this.grouped.checked = isGrouped;
    this.details.setAttribute('aria-expanded', String(!folded));
    const where = JSON.stringify([scopeName, focusName]);
    if (where === this.shownWhere) return;
    this.shownWhere = where;
    const part = (words: string, title: string, act: () => void) => [
      html('span', {}, words, ' ', button(title, act, { class: 'link' })),
    ];
    const { events } = this;
    this.where.replaceChildren(
      ...(scopeName
        ? part(l10n.t('Scope: {0}', scopeName), l10n.t('Show Everything'), () => {
            events.widen();
          })
        : []),
      ...(focusName
        ? part(l10n.t('Focus: {0}', focusName), l10n.t('End Focus'), () => {
            events.unfocus();
          })
        : []),
    );
  }

  private buttons(): HTMLElement {
    const { events } = this;
    const named = (label: string, name: string, act: () => void) =>
      button(label, act, { 'aria-label': name, title: name });
    return html(
      'span',
      { class: 'buttons' },
      named('−', l10n.t('Zoom Out'), () => {
        events.zoom(0.8);
      }),
      named('+', l10n.t('Zoom In'), () => {
        events.zoom(1.25);
      }),
      button(l10n.t('Fit'), () => {
        events.fit();
      }),
      button(l10n.t('Refresh'), () => {
        events.refresh();
      }),
      named('SVG', l10n.t('Export SVG'), () => {
        events.export('svg');
      }),
      named('CSV', l10n.t('Export CSV'), () => {
        events.export('csv');
      }),
      this.details,
    );
  }
}

function checkbox(box: HTMLInputElement, label: string, change: (checked: boolean) => void): HTMLElement {
  box.addEventListener('change', () => {
    change(box.checked);
  });
  return html('label', {}, box, label);
}
