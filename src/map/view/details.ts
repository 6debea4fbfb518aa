import * as l10n from '@vscode/l10n';
import { button, html } from '../../webview/view/dom';
import { problemWords } from '../model/countWords';
import type { MapFix } from '../model/map';
import type { Line, Picture, PictureNode } from '../model/picture';
import { isExpandable } from '../model/picture';
import { kindName, pathText, stateWords } from '../shapes';
import { legend } from './legend';

export interface DetailsEvents {
  /** Selects a node or a line. */
  select(id: string): void;
  open(node: PictureNode, focus: boolean): void;
  toggle(node: PictureNode): void;
  /** Shows only a node and what is connected to it. */
  focus(node: PictureNode): void;
  fix(fix: MapFix): void;
  /** Goes back to the overview. */
  clear(): void;
}

/** A screen has no room for more rows, and a large map may have thousands. */
const most = 100;

/** The panel beside the drawing: what is selected with its connections, or an overview of all problems. */
export class Details {
  private readonly names: ReadonlyMap<string, PictureNode>;

  /** @param all the nodes of the map, also those in closed groups */
  constructor(
    private readonly picture: Picture,
    all: readonly PictureNode[],
    private readonly expanded: ReadonlySet<string>,
    private readonly events: DetailsEvents,
  ) {
    this.names = new Map([...all, ...picture.nodes].map((node) => [node.id, node]));
  }

  of(selected: string): readonly Node[] {
    const node = this.picture.nodes.find(({ id }) => id === selected);
    if (node) return this.ofNode(node);
    const line = [...this.picture.lines, ...this.picture.problems.lines].find(({ id }) => id === selected);
    return line ? this.ofLine(line) : this.overview();
  }

  private overview(): Node[] {
    const { lines, nodes, count } = this.picture.problems;
    return [
      html('h2', {}, problemWords(count)),
      list([
        ...lines.map((line) => this.problemRow(line)),
        ...nodes.map((node) => [
          this.link(node.id),
          ...this.fixButtons(node.fix ? [node.fix] : [], node.name),
          texts(node.problems.map((one) => `⚠ ${one}`)),
        ]),
      ]),
      html('h2', {}, l10n.t('Legend')),
      legend(),
    ];
  }

  private ofLine(line: Line): Node[] {
    const { from, to, paths, state, members } = line;
    return [
      html('h2', {}, this.link(from), ' → ', this.link(to)),
      html('p', { class: 'note' }, stateWords(state)),
      ...this.fixButtons(fixesOf(line), this.ends(line)),
      texts(paths.map(pathText)),
      this.actions([]),
      ...(members ? [list(members.toSorted(brokenFirst).map((one) => this.problemRow(one)))] : []),
    ];
  }

  private ofNode(node: PictureNode): Node[] {
    const { name, kind, note, problems, group, id } = node;
    const part = (title: string, lines: readonly Line[], other: 'from' | 'to') =>
      lines.length === 0
        ? []
        : [
            html('h3', {}, title),
            list(lines.toSorted(brokenFirst).map((line) => this.connection(line, other))),
          ];
    const to = this.picture.lines.filter(({ from }) => from === id);
    const from = this.picture.lines.filter((line) => line.to === id);
    return [
      html('h2', {}, name),
      html('p', { class: 'note' }, [group ? '' : kindName(kind), note].filter(Boolean).join(', ')),
      ...(group ? [html('p', {}, problemWords(group.problems))] : []),
      ...this.fixButtons(node.fix ? [node.fix] : [], name),
      texts(problems.map((problem) => `⚠ ${problem}`)),
      this.actions(this.nodeActions(node)),
      ...part(l10n.t('Leads to'), to, 'to'),
      ...part(l10n.t('Reached by'), from, 'from'),
      ...(to.length + from.length === 0 && !group?.open
        ? [html('p', {}, l10n.t('This node has no connections on the map.'))]
        : []),
    ];
  }

  private nodeActions(node: PictureNode): HTMLElement[] {
    const act = (title: string, does: () => void) => button(title, does);
    const open = this.expanded.has(node.id);
    const toggled = node.group
      ? [open ? l10n.t('Close Group') : l10n.t('Open Group')]
      : isExpandable(node)
        ? [open ? l10n.t('Hide Secrets') : l10n.t('Show Secrets')]
        : [];
    return [
      act(l10n.t('Focus'), () => {
        this.events.focus(node);
      }),
      ...(node.resourceId === undefined || node.kind === 'resource'
        ? []
        : [
            act(l10n.t('Show in Tree'), () => {
              this.events.open(node, true);
            }),
          ]),
      ...toggled.map((title) =>
        act(title, () => {
          this.events.toggle(node);
        }),
      ),
    ];
  }

  private actions(own: readonly HTMLElement[]): HTMLElement {
    const overview = button(l10n.t('Overview'), () => {
      this.events.clear();
    });
    return html('div', { class: 'actions' }, ...own, overview);
  }

  private connection(line: Line, other: 'from' | 'to'): (Node | string)[] {
    const end = this.link(line[other]);
    if (line.members) {
      const select = () => {
        this.events.select(line.id);
      };
      return [end, html('div', {}, button(stateWords(line.state), select, { class: 'link' }))];
    }
    return [end, ...this.fixButtons(fixesOf(line), this.ends(line)), texts(line.paths.map(pathText))];
  }

  private problemRow(line: Line): (Node | string)[] {
    return [
      ...[this.link(line.from), ' → ', this.link(line.to)],
      ...this.fixButtons(fixesOf(line), this.ends(line)),
      texts(line.paths.map(pathText)),
    ];
  }

  /** @param about what is fixed, for screen readers */
  private fixButtons(fixes: readonly MapFix[], about: string): Node[] {
    if (fixes.length === 0) return [];
    const buttons = fixes.map((fix) => {
      const label = fixLabel(fix, fixes.length > 1);
      const act = () => {
        this.events.fix(fix);
      };
      return button(label, act, { class: 'primary', 'aria-label': `${label}: ${about}` });
    });
    return [html('span', { class: 'fixes' }, ...buttons)];
  }

  private ends({ from, to }: Line): string {
    const name = (id: string) => this.names.get(id)?.name ?? id;
    return l10n.t('{0} → {1}', name(from), name(to));
  }

  private link(id: string): HTMLElement {
    const node = this.names.get(id);
    const select = () => {
      this.events.select(id);
    };
    return button(node?.name ?? id, select, { class: 'link', title: node ? kindName(node.kind) : '' });
  }
}

function fixLabel({ kind, about }: MapFix, isOneOfSeveral: boolean): string {
  if (kind === 'key')
    return isOneOfSeveral ? l10n.t('Replace {0} with Identity…', about) : l10n.t('Replace with Identity…');
  return isOneOfSeveral ? l10n.t('Fix {0}', about) : l10n.t('Fix');
}

/** A reference is fixed with the access that it needs, so that access needs no button of its own. */
function fixesOf({ paths }: Line): readonly MapFix[] {
  const fixes = paths.flatMap(({ fix }) => fix ?? []);
  const settings = fixes.filter(({ kind }) => kind === 'reference' || kind === 'key');
  return settings.length > 0 ? settings : fixes.slice(0, 1);
}

function brokenFirst(a: Line, b: Line): number {
  return b.broken - a.broken;
}

function texts(lines: readonly string[]): HTMLElement {
  return html('ul', { class: 'texts' }, ...lines.map((line) => html('li', {}, line)));
}

function list(items: readonly (readonly (Node | string)[])[]): HTMLElement {
  const more = items.length - most;
  return html(
    'ul',
    {},
    ...items.slice(0, most).map((item) => html('li', {}, ...item)),
    ...(more > 0 ? [html('li', {}, l10n.t('{0} more', more))] : []),
  );
}
