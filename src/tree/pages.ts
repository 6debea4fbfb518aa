import * as vscode from 'vscode';
import { below, withOwnIds } from './children/page';
import type { LoadMoreNode, Node, Page } from './nodes/nodes';

/** The parts of the view that the tree needs. */
export type ShownIn = Pick<vscode.TreeView<Node>, 'visible' | 'onDidExpandElement' | 'onDidCollapseElement'>;

interface Entry {
  /** The node that the page was read for. */
  readonly node: Node;
  readonly page: Promise<Page>;
}

/** Caches the children of nodes by ID, and keeps track of which nodes are expanded. */
export class Pages implements vscode.Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly open = new Set<string>();
  private readonly subscriptions: vscode.Disposable;
  /** In which order nodes were read, because a node can be read again while an older one with the same ID is in use. */
  private readonly order = new WeakMap<Node, number>();
  private reads = 0;
  private made = 0;

  constructor(
    private readonly view: ShownIn,
    private readonly read: (node: Node) => Promise<Page>,
  ) {
    this.subscriptions = vscode.Disposable.from(
      view.onDidExpandElement(({ element }) => this.open.add(element.id)),
      view.onDidCollapseElement(({ element }) => this.open.delete(element.id)),
    );
  }

  /**
   * The children of a node, read if they aren't cached, or if the node has been read again since and isn't the same: they
   * contain data of it, such as the app or the vault.
   */
  async below(node: Node): Promise<Page> {
    let entry = this.entries.get(node.id);
    if (!entry || this.isNewer(node, entry.node)) {
      this.reads += 1;
      entry = { node, page: this.readPage(node) };
      this.entries.set(node.id, entry);
    }
    return entry.page;
  }

  private async readPage(node: Node): Promise<Page> {
    const [page, others] = await Promise.all([this.read(node), this.idsBefore(node)]);
    const nodes = withOwnIds(below(node, page.nodes), others);
    this.made += 1;
    for (const each of nodes) this.order.set(each, this.made);
    return { ...page, nodes };
  }

  /** The IDs of the nodes in the parts of a long list before this one. */
  private async idsBefore({ kind, parentId }: Node): Promise<string[]> {
    const entry = kind === 'loadMore' && parentId !== undefined ? this.entries.get(parentId) : undefined;
    if (!entry) return [];
    const [page, before] = await Promise.all([entry.page, this.idsBefore(entry.node)]);
    return [...before, ...page.nodes.map(({ id }) => id)];
  }

  /** @returns whether anything was cached */
  forget(id: string): boolean {
    return this.entries.delete(id);
  }

  /** Drops the children of a node and of its descendants. @param nodes all that may be below it */
  forgetBelow(id: string, nodes: Iterable<Node>): void {
    const children = Map.groupBy(nodes, ({ parentId }) => parentId);
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      this.forget(next);
      for (const child of children.get(next) ?? []) waiting.push(child.id);
    }
  }

  clear(): void {
    this.entries.clear();
  }

  /** Whether VS Code reads the children of a changed node (by default the root). It doesn't while the view is hidden. */
  isOpen(node?: Node): boolean {
    return this.view.visible && (!node || this.open.has(node.id));
  }

  /**
   * Reads everything that is expanded below a node (by default the root), and repeats while the user expands more.
   * @param below returns the children of a node
   */
  async readOpen(
    node: Node | undefined,
    below: (node?: Node) => Promise<readonly Node[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const readBelow = async (parent: Node | undefined): Promise<void> => {
      const nodes = await below(parent);
      if (signal.aborted) return;
      await Promise.all(nodes.filter((each) => this.open.has(each.id)).map(readBelow));
    };
    let before: number;
    do {
      before = this.reads;
      await readBelow(node);
    } while (this.reads > before && !signal.aborted);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private isNewer(node: Node, other: Node): boolean {
    const orderOf = (one: Node) => this.order.get(one) ?? 0;
    return node.kind !== 'remembered' && orderOf(node) > orderOf(other) && !isSame(other, node);
  }
}

/** The ID of the node that holds the rest of a long list. */
export function moreId(id: string): string {
  return `${id}#more`;
}

/** The node that holds the rest of a long list. @param shown how many nodes come before it */
export function restOf({ id, twin }: Node, shown: number, more: LoadMoreNode['more']): LoadMoreNode {
  return { kind: 'loadMore', id: moreId(id), parentId: id, shown, more, ...(twin ? { twin } : {}) };
}

/**
 * The next part of a long list as children of its own node. VS Code reads all children of a node again if one is added, so
 * that a list that grows would be sent again as a whole.
 */
export function pageBelow({ id }: LoadMoreNode, { nodes, ...more }: Page): Page {
  return { nodes: nodes.map((node) => ({ ...node, parentId: id })), ...more };
}

function isSame(one: Node, other: Node): boolean {
  const values = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([name, value]) => values.get(name) === value);
}
