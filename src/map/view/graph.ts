import * as l10n from '@vscode/l10n';
import { linesOf } from '../model/lines';
import type { AccessMap, MapEdge, MapNode } from '../model/map';
import { isExpandable } from '../model/mapView';
import type { MapLayout, PlacedNode } from '../layout';
import { fewEdges, layOut } from '../layout';
import { edgeShape, nodeShape } from '../shapes';
import { setAttributes } from '../../webview/view/dom';
import { svg } from './svg';
import { Viewport } from './viewport';

export interface GraphEvents {
  select(node: MapNode): void;
  /** Shows a node in the tree. @param focus whether the tree gets the keyboard focus */
  open(node: MapNode, focus: boolean): void;
  toggle(node: MapNode): void;
  /** Called when the selection is cleared. */
  clear(): void;
}

/**
 * The drawing. One of its nodes is the tab stop. From there, the arrow keys move up and down in the column, and left and
 * right along the lines.
 */
export class Graph {
  readonly element = svg({ tag: 'g', attributes: { class: 'layer' } });
  readonly frame = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly viewport: Viewport;
  private layout: MapLayout = layOut({ nodes: [], edges: [] });
  private lines: ReadonlyMap<string, readonly MapEdge[]> = new Map();
  private places: ReadonlyMap<string, PlacedNode> = new Map();
  private readonly elements = new Map<string, SVGElement>();
  private readonly edges = new Map<string, SVGElement>();
  /** The node whose lines are highlighted. */
  private lighted = '';
  private current = '';
  private drawn = '';

  constructor(private readonly events: GraphEvents) {
    this.frame.append(this.element);
    setAttributes(this.frame, { class: 'graph', role: 'group', 'aria-label': l10n.t('Access map') });
    this.viewport = new Viewport(this.frame, this.element as SVGGElement);
    this.frame.addEventListener('keydown', this.onKey);
    this.frame.addEventListener('click', ({ target }) => {
      const node = this.nodeAt(target);
      if (!node) return;
      this.select(node.node.id, true);
      events.open(node.node, false);
    });
    this.frame.addEventListener('pointerover', ({ target }) => {
      this.light(this.nodeAt(target)?.node.id ?? this.current);
    });
  }

  /** Draws a map. Nodes that are still there keep focus and selection. */
  draw(map: AccessMap, expanded: ReadonlySet<string>): void {
    const key = JSON.stringify([map, [...expanded]]);
    if (key === this.drawn) return;
    this.drawn = key;
    const focused = this.nodeAt(document.activeElement)?.node.id;
    this.lines = linesOf(map);
    this.layout = layOut(map);
    this.places = new Map(this.layout.nodes.map((placed) => [placed.node.id, placed]));
    this.elements.clear();
    this.edges.clear();
    this.lighted = '';
    const edges = this.layout.edges.map((edge) => {
      const element = svg(edgeShape(edge));
      setAttributes(element, { 'data-from': edge.edge.from, 'data-to': edge.edge.to, 'aria-hidden': 'true' });
      this.edges.set(edge.edge.id, element);
      return element;
    });
    this.element.replaceChildren(
      ...edges,
      ...this.layout.nodes.map((node) => this.nodeElement(node, expanded)),
    );
    setAttributes(this.element, { class: edges.length > fewEdges ? 'layer many' : 'layer few' });
    this.viewport.resize(this.layout);
    if (!this.elements.has(this.current)) this.current = '';
    this.mark();
    if (focused) this.elements.get(focused)?.focus();
  }

  /** @param focus whether to move the keyboard focus there */
  select(id: string, focus = false): void {
    const placed = this.placed(id);
    if (!placed) return;
    this.current = id;
    this.mark();
    this.viewport.bringIntoSight({ ...placed, width: this.layout.nodeWidth, height: this.layout.nodeHeight });
    if (focus) this.elements.get(id)?.focus({ preventScroll: true });
    this.events.select(placed.node);
  }

  /** Clears the selection. */
  clear(): void {
    this.current = '';
    this.mark();
  }

  private nodeElement(placed: PlacedNode, expanded: ReadonlySet<string>): SVGElement {
    const { node } = placed;
    const element = svg(nodeShape(placed, this.layout));
    const lines = this.lines.get(node.id) ?? [];
    const broken = lines.filter((edge) => edge.broken).length;
    const words = [spokenName(node), node.note, ...node.problems, connections(lines.length, broken)];
    setAttributes(element, {
      ...{ 'data-id': node.id, role: 'button', tabindex: -1, 'aria-label': words.filter(Boolean).join(', ') },
      'aria-expanded': isExpandable(node) ? String(expanded.has(node.id)) : false,
    });
    this.elements.set(node.id, element);
    return element;
  }

  private mark(): void {
    const stop = this.current || this.layout.nodes[0]?.node.id;
    for (const [id, element] of this.elements) {
      element.classList.toggle('selected', id === this.current);
      setAttributes(element, {
        tabindex: id === stop ? 0 : -1,
        'aria-current': id === this.current && 'true',
      });
    }
    this.light(this.current);
  }

  /** Highlights the lines of a node and dims the others. */
  private light(id: string): void {
    if (id === this.lighted) return;
    const light = (node: string, lit: boolean) => {
      for (const edge of this.lines.get(node) ?? []) this.edges.get(edge.id)?.classList.toggle('lit', lit);
    };
    light(this.lighted, false);
    light(id, true);
    this.lighted = id;
    this.element.classList.toggle('lighting', id !== '');
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = { '+': 1.25, '=': 1.25, '-': 0.8 }[event.key];
    if (zoom) this.viewport.zoom(zoom);
    else if (event.key === '0') this.viewport.fit();
    else if (event.key === 'Escape') this.events.clear();
    else if (!this.nodeKey(event.key, this.nodeAt(event.target))) return;
    event.preventDefault();
  };

  private nodeKey(key: string, at: PlacedNode | undefined): boolean {
    if (!at) return false;
    if (key === 'Enter') this.events.open(at.node, true);
    else if (key === ' ') {
      if (isExpandable(at.node)) this.events.toggle(at.node);
      else this.select(at.node.id, true);
    } else {
      const to = this.next(key, at);
      if (!to) return key.startsWith('Arrow');
      this.select(to.node.id, true);
    }
    return true;
  }

  private next(key: string, at: PlacedNode): PlacedNode | undefined {
    const column = this.layout.nodes.filter(({ x }) => x === at.x);
    const index = column.indexOf(at);
    switch (key) {
      case 'ArrowUp':
        return column[index - 1];
      case 'ArrowDown':
        return column[index + 1];
      case 'Home':
        return column[0];
      case 'End':
        return column.at(-1);
      case 'ArrowLeft':
        return this.nearest(at, -1);
      case 'ArrowRight':
        return this.nearest(at, 1);
      default:
        return undefined;
    }
  }

  /** The nearest node at the other end of a line, or else in the next column. */
  private nearest(at: PlacedNode, side: 1 | -1): PlacedNode | undefined {
    const ids = new Set(
      (this.lines.get(at.node.id) ?? []).flatMap(({ from, to }) =>
        side === 1 ? (from === at.node.id ? [to] : []) : to === at.node.id ? [from] : [],
      ),
    );
    const beside = this.layout.nodes.filter(({ x }) => (x - at.x) * side > 0);
    const linked = beside.filter(({ node }) => ids.has(node.id));
    const distance = ({ x, y }: PlacedNode) => Math.abs(x - at.x) * 1000 + Math.abs(y - at.y);
    return (linked.length > 0 ? linked : beside).sort((a, b) => distance(a) - distance(b))[0];
  }

  private nodeAt(target: EventTarget | null): PlacedNode | undefined {
    const element = target instanceof Element ? target.closest<SVGElement>('.node') : null;
    return element ? this.placed(element.dataset['id'] ?? '') : undefined;
  }

  private placed(id: string): PlacedNode | undefined {
    return this.places.get(id);
  }
}

function spokenName({ kind, name }: MapNode): string {
  switch (kind) {
    case 'app':
      return l10n.t('Function app {0}', name);
    case 'identity':
      return l10n.t('User-assigned identity {0}', name);
    case 'other':
      return l10n.t('Principal {0}', name);
    case 'vault':
      return l10n.t('Key vault {0}', name);
    case 'secret':
      return l10n.t('Secret {0}', name);
  }
}

function connections(count: number, broken: number): string {
  if (count === 1) return broken === 1 ? l10n.t('1 connection, broken') : l10n.t('1 connection');
  return broken > 0 ? l10n.t('{0} connections, {1} broken', count, broken) : l10n.t('{0} connections', count);
}
