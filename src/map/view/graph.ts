import * as l10n from '@vscode/l10n';
import { connectionWords, problemWords } from '../model/countWords';
import type { Line, Picture, PictureNode } from '../model/picture';
import { emptyPicture, isExpandable, linesAt } from '../model/picture';
import type { MapLayout, PlacedLine, PlacedNode } from '../layout';
import { fewLines, headingHeight, layOut } from '../layout';
import { headingShape, lineShape, nodeShape } from '../shapes';
import { html, setAttributes, svgElement } from '../../webview/view/dom';
import { svg } from './svg';
import { Tooltip, lineTip, nodeTip } from './tooltip';
import { Viewport } from './viewport';

export interface GraphEvents {
  /** A node or a line was selected. */
  select(id: string): void;
  /** Shows a node in the tree. @param focus whether the tree gets the keyboard focus */
  open(node: PictureNode, focus: boolean): void;
  toggle(node: PictureNode): void;
  /** Shows only a node and what is connected to it. */
  focus(node: PictureNode): void;
  /** Called when the selection is cleared. */
  clear(): void;
}

/**
 * The drawing. One of its nodes is the tab stop. From there, the arrow keys move up and down in the column, and left and
 * right along the lines.
 */
export class Graph {
  readonly frame = html('div', { class: 'graph', role: 'group', 'aria-label': l10n.t('Access map') });
  readonly viewport: Viewport;
  readonly tooltip = new Tooltip();
  private readonly layer = svgElement('svg', { class: 'layer', role: 'none' });
  private readonly headings = svgElement('svg', { class: 'headings', role: 'none' });
  private layout: MapLayout = layOut(emptyPicture);
  private at: ReadonlyMap<string, readonly Line[]> = new Map();
  private places: ReadonlyMap<string, PlacedNode> = new Map();
  private readonly nodes = new Map<string, SVGElement>();
  private readonly lines = new Map<string, PlacedLine>();
  /** Copies of the highlighted lines, above the others, which are dimmed together: looking around costs the same on any map. */
  private readonly front = svg({ tag: 'g', attributes: { class: 'front', 'aria-hidden': 'true' } });
  private current = '';
  private drawn = '';
  private shown = '';

  constructor(private readonly events: GraphEvents) {
    this.frame.append(this.layer, this.headings);
    this.viewport = new Viewport(this.frame, this.layer, this.headings);
    this.frame.addEventListener('keydown', this.onKey);
    this.frame.addEventListener('click', this.onClick);
    this.frame.addEventListener('pointerover', this.onOver);
    for (const end of ['pointerleave', 'pointerdown', 'wheel'] as const)
      this.frame.addEventListener(end, () => {
        this.tooltip.hide();
      });
  }

  /** Draws a picture. Nodes that are still there keep focus and selection. If others are shown, it's fitted again. */
  draw(picture: Picture, expanded: ReadonlySet<string>): void {
    const key = JSON.stringify([picture.nodes, picture.lines, [...expanded]]);
    if (key === this.drawn) return;
    this.drawn = key;
    const focused = this.nodeAt(document.activeElement)?.node.id;
    this.at = linesAt(picture.lines);
    this.layout = layOut(picture);
    this.places = new Map(this.layout.nodes.map((placed) => [placed.node.id, placed]));
    this.nodes.clear();
    this.lines.clear();
    this.tooltip.hide();
    const lines = this.layout.lines.map((placed) => {
      const { line } = placed;
      const shape = lineShape(placed);
      const [path] = shape.children ?? [];
      const element = svg(shape);
      // A line is too thin to point at.
      if (path) element.prepend(svg({ ...path, attributes: { ...path.attributes, class: 'hit' } }));
      setAttributes(element, { 'data-line': line.id, 'data-from': line.from, 'data-to': line.to });
      this.lines.set(line.id, placed);
      return element;
    });
    const behind = svg({ tag: 'g', attributes: { class: 'behind', 'aria-hidden': 'true' } });
    behind.append(...lines);
    this.layer.replaceChildren(
      behind,
      this.front,
      ...this.layout.nodes.map((node) => this.nodeElement(node, expanded)),
    );
    this.headings.replaceChildren(
      svg({
        tag: 'rect',
        attributes: { class: 'band', x: -4000, width: 8000 + this.layout.width, height: headingHeight + 2 },
      }),
      ...this.layout.columns.map((column) => svg(headingShape(column, headingHeight - 8))),
    );
    const { width, height } = this.layout;
    setAttributes(this.layer, { class: lines.length > fewLines ? 'layer many' : 'layer few', width, height });
    setAttributes(this.headings, { width, height: headingHeight });
    const shown = [...this.places.keys()].sort().join('\n');
    this.viewport.resize(this.layout, shown !== this.shown);
    this.shown = shown;
    if (!this.places.has(this.current) && !this.lines.has(this.current)) this.current = '';
    this.mark();
    if (this.current) this.bringIntoSight(this.current);
    if (focused) this.nodes.get(focused)?.focus({ preventScroll: true });
  }

  /** @param focus whether to move the keyboard focus there */
  select(id: string, focus = false): void {
    if (!this.places.has(id) && !this.lines.has(id)) return;
    this.current = id;
    this.mark();
    this.bringIntoSight(id);
    if (focus) this.nodes.get(id)?.focus({ preventScroll: true });
    this.events.select(id);
  }

  /** Clears the selection. */
  clear(): void {
    this.current = '';
    this.mark();
  }

  private bringIntoSight(id: string): void {
    const { nodeWidth: width, nodeHeight: height } = this.layout;
    const place = this.places.get(id);
    if (place) this.viewport.bringIntoSight({ ...place, width, height });
  }

  private nodeElement(placed: PlacedNode, expanded: ReadonlySet<string>): SVGElement {
    const { node } = placed;
    const element = svg(nodeShape(placed, this.layout, expanded.has(node.id)));
    const lines = this.at.get(node.id) ?? [];
    const sum = (count: (line: Line) => number) => lines.reduce((all, line) => all + count(line), 0);
    const connections = connectionWords(
      sum(({ count }) => count),
      sum(({ broken }) => broken),
    );
    const within = node.group ? [problemWords(node.group.problems)] : [];
    const words = [spokenName(node), node.note, ...node.problems, ...within, connections];
    setAttributes(element, {
      ...{ 'data-id': node.id, role: 'button', tabindex: -1, 'aria-label': words.filter(Boolean).join(', ') },
      'aria-expanded': isExpandable(node) ? String(expanded.has(node.id)) : false,
    });
    this.nodes.set(node.id, element);
    return element;
  }

  private mark(): void {
    const stop = this.places.has(this.current) ? this.current : this.layout.nodes[0]?.node.id;
    for (const [id, element] of this.nodes) {
      element.classList.toggle('selected', id === this.current);
      setAttributes(element, {
        tabindex: id === stop ? 0 : -1,
        'aria-current': id === this.current && 'true',
      });
    }
    this.light(this.current);
  }

  /** Highlights a line, or the lines of a node, and dims the others. */
  private light(id: string): void {
    const ids = this.lines.has(id) ? [id] : (this.at.get(id) ?? []).map((line) => line.id);
    const lit = ids.flatMap((one) => this.lines.get(one) ?? []);
    this.front.replaceChildren(...lit.map((placed) => svg(lineShape(placed))));
    this.layer.classList.toggle('lighting', lit.length > 0);
  }

  private readonly onClick = (event: MouseEvent) => {
    if (this.viewport.wasDragged) return;
    // The frame has captured the pointer, to be dragged.
    const captured = event.target === this.frame;
    const target = captured ? document.elementFromPoint(event.clientX, event.clientY) : event.target;
    const node = this.nodeAt(target);
    if (node) {
      this.select(node.node.id, true);
      const isArrow = target instanceof Element && target.closest('.turn') !== null;
      if (node.node.group || isArrow) this.events.toggle(node.node);
      else this.events.open(node.node, false);
      return;
    }
    const line = this.lineAt(target);
    if (line) this.select(line.id);
  };

  private readonly onOver = (event: PointerEvent) => {
    const node = this.nodeAt(event.target)?.node;
    const line = this.lineAt(event.target);
    this.light(node?.id ?? line?.id ?? this.current);
    if (node) this.tooltip.show(nodeTip(node, this.at.get(node.id) ?? []), event);
    else if (line)
      this.tooltip.show(
        lineTip(line, (id) => this.places.get(id)?.node.name ?? ''),
        event,
      );
    else this.tooltip.hide();
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = { '+': 1.25, '=': 1.25, '-': 0.8 }[event.key];
    if (zoom) this.viewport.zoom(zoom);
    else if (event.key === '0') this.viewport.fit();
    else if (event.key === 'Escape') this.escape();
    else if (!this.nodeKey(event.key, this.nodeAt(event.target))) return;
    event.preventDefault();
  };

  private escape(): void {
    this.tooltip.hide();
    this.events.clear();
  }

  private nodeKey(key: string, at: PlacedNode | undefined): boolean {
    if (!at) return false;
    const { node } = at;
    if (key === 'Enter') {
      if (node.group) this.events.toggle(node);
      else this.events.open(node, true);
    } else if (key === ' ') {
      if (isExpandable(node)) this.events.toggle(node);
      else this.select(node.id, true);
    } else if (key.toLowerCase() === 'f') this.events.focus(node);
    else {
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
      (this.at.get(at.node.id) ?? []).flatMap(({ from, to }) =>
        side === 1 ? (from === at.node.id ? [to] : []) : to === at.node.id ? [from] : [],
      ),
    );
    const beside = this.layout.nodes.filter(({ x }) => (x - at.x) * side > 0);
    const linked = beside.filter(({ node }) => ids.has(node.id));
    const distance = ({ x, y }: PlacedNode) => Math.abs(x - at.x) * 1000 + Math.abs(y - at.y);
    return (linked.length > 0 ? linked : beside).sort((a, b) => distance(a) - distance(b))[0];
  }

  private nodeAt(target: EventTarget | null): PlacedNode | undefined {
    return this.places.get(dataOf(target, '.node', 'id'));
  }

  private lineAt(target: EventTarget | null): Line | undefined {
    return this.lines.get(dataOf(target, '.edge', 'line'))?.line;
  }
}

function dataOf(target: EventTarget | null, selector: string, name: string): string {
  const element = target instanceof Element ? target.closest<SVGElement>(selector) : null;
  return element?.dataset[name] ?? '';
}

function spokenName({ kind, name, group }: PictureNode): string {
  if (group) return l10n.t('Group {0}', name);
  switch (kind) {
    case 'app':
      return l10n.t('Function app {0}', name);
    case 'identity':
      return l10n.t('User-assigned identity {0}', name);
    case 'other':
      return l10n.t('Principal {0}', name);
    case 'vault':
      return l10n.t('Key vault {0}', name);
    case 'resource':
      return l10n.t('Resource {0}', name);
    case 'secret':
      return l10n.t('Secret {0}', name);
  }
}
