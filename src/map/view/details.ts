import * as l10n from '@vscode/l10n';
import type { AccessMap, MapEdge, MapNode } from '../model/map';
import { isExpandable } from '../model/mapView';
import { kindName, pathText } from '../shapes';
import { button, html } from '../../webview/view/dom';

export interface DetailsEvents {
  select(id: string): void;
  open(node: MapNode, focus: boolean): void;
  toggle(node: MapNode): void;
  /** Goes back to the overview. */
  clear(): void;
}

/** The panel beside the drawing: one node with its connections, or an overview of all problems. */
export function detailsOf(
  map: AccessMap,
  selected: MapNode | undefined,
  expanded: ReadonlySet<string>,
  events: DetailsEvents,
): readonly Node[] {
  return selected ? nodeDetails(map, selected, expanded, events) : overview(map, events);
}

function overview(map: AccessMap, events: DetailsEvents): Node[] {
  const broken = map.edges.filter((edge) => edge.broken);
  const bad = map.nodes.filter(({ problems }) => problems.length > 0);
  const count = broken.length + bad.length;
  const nodes = byId(map);
  return [
    html('h2', {}, count === 0 ? l10n.t('No problems') : l10n.t('Problems: {0}', count)),
    list([
      ...broken.map((edge) => [
        nodeButton(nodes, edge.from, events),
        ' → ',
        nodeButton(nodes, edge.to, events),
        paths(edge),
      ]),
      ...bad.map((node) => [
        nodeButton(nodes, node.id, events),
        texts(node.problems.map((one) => `⚠ ${one}`)),
      ]),
    ]),
    html('h2', {}, l10n.t('Legend')),
    legend(),
  ];
}

function nodeDetails(
  map: AccessMap,
  node: MapNode,
  expanded: ReadonlySet<string>,
  events: DetailsEvents,
): Node[] {
  const nodes = byId(map);
  const part = (title: string, edges: readonly MapEdge[], other: 'from' | 'to') =>
    edges.length === 0
      ? []
      : [
          html('h3', {}, title),
          list(edges.map((edge) => [nodeButton(nodes, edge[other], events), paths(edge)])),
        ];
  const actions = html('div', { class: 'actions' });
  if (node.resourceId !== undefined)
    actions.append(
      button(l10n.t('Show in Tree'), () => {
        events.open(node, true);
      }),
    );
  if (isExpandable(node))
    actions.append(
      button(expanded.has(node.id) ? l10n.t('Hide Secrets') : l10n.t('Show Secrets'), () => {
        events.toggle(node);
      }),
    );
  actions.append(
    button(l10n.t('Overview'), () => {
      events.clear();
    }),
  );
  const to = map.edges.filter(({ from }) => from === node.id);
  const from = map.edges.filter(({ to: end }) => end === node.id);
  return [
    html('h2', {}, node.name),
    html('p', { class: 'note' }, [kindName(node.kind), node.note].filter(Boolean).join(', ')),
    texts(node.problems.map((problem) => `⚠ ${problem}`)),
    actions,
    ...part(l10n.t('Leads to'), to, 'to'),
    ...part(l10n.t('Reached by'), from, 'from'),
    ...(to.length + from.length === 0
      ? [html('p', {}, l10n.t('This node has no connections on the map.'))]
      : []),
  ];
}

function nodeButton(nodes: Nodes, id: string, events: DetailsEvents): HTMLElement {
  const node = nodes.get(id);
  const select = () => {
    events.select(id);
  };
  return button(node?.name ?? id, select, { class: 'link', title: node ? kindName(node.kind) : '' });
}

type Nodes = ReadonlyMap<string, MapNode>;

function byId({ nodes }: AccessMap): Nodes {
  return new Map(nodes.map((node) => [node.id, node]));
}

function paths(edge: MapEdge): HTMLElement {
  return texts(edge.paths.map((path) => pathText(path)));
}

function texts(lines: readonly string[]): HTMLElement {
  return html('ul', { class: 'texts' }, ...lines.map((line) => html('li', {}, line)));
}

function list(items: readonly (readonly (Node | string)[])[]): HTMLElement {
  return html('ul', {}, ...items.map((item) => html('li', {}, ...item)));
}

function legend(): HTMLElement {
  return texts([
    l10n.t('—— can read through an access policy or role'),
    l10n.t('– – Key Vault reference in an app setting'),
    l10n.t('····· uses a user-assigned identity'),
    l10n.t('✕ broken: gives no access'),
    l10n.t('⚠ has a problem'),
  ]);
}
