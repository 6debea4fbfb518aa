import * as vscode from 'vscode';
import type { Page } from './children';
import type { Node } from './nodes/nodes';

/** What the tree needs of the view that shows it. */
export type ShownIn = Pick<vscode.TreeView<Node>, 'visible' | 'onDidExpandElement' | 'onDidCollapseElement'>;

interface Entry {
  /** The node it was read for. */
  readonly node: Node;
  readonly page: Promise<Page>;
}

/** What was read below nodes, by their IDs, until it is forgotten; and which of them are open. */
export class Pages implements vscode.Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly open = new Set<string>();
  private readonly subscriptions: vscode.Disposable;
  private reads = 0;

  constructor(
    private readonly view: ShownIn,
    private readonly read: (node: Node) => Promise<Page>,
  ) {
    this.subscriptions = vscode.Disposable.from(
      view.onDidExpandElement(({ element }) => this.open.add(element.id)),
      view.onDidCollapseElement(({ element }) => this.open.delete(element.id)),
    );
  }

  /** What stands below a node; read if need be. */
  async below(node: Node): Promise<Page> {
    let entry = this.entries.get(node.id);
    if (!entry) {
      this.reads += 1;
      entry = { node, page: this.read(node) };
      this.entries.set(node.id, entry);
    }
    return entry.page;
  }

  known(id: string): Promise<Page> | undefined {
    return this.entries.get(id)?.page;
  }

  /** Puts a longer page in the place of what was read below a node. */
  replace(id: string, page: Page): void {
    const entry = this.entries.get(id);
    if (entry) this.entries.set(id, { ...entry, page: Promise.resolve(page) });
  }

  /** @returns whether there was anything to forget */
  forget(id: string): boolean {
    return this.entries.delete(id);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Whether VS Code would read below a node that changed, the root unless told; it does not while the view is hidden. */
  isOpen(node?: Node): boolean {
    return this.view.visible && (!node || this.open.has(node.id));
  }

  /**
   * Reads what is open below a node, the root unless told, and again as long as more is opened meanwhile.
   * @param below gives what stands below a node
   */
  async readOpen(
    node: Node | undefined,
    below: (node?: Node) => Promise<readonly Node[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const readBelow = async (parent: Node | undefined): Promise<void> => {
      const nodes = await below(parent);
      if (signal.aborted) return;
      for (const each of nodes) this.forgetOlder(each);
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

  /** What stands below an app is made of what is known of the app: it goes if the app has been read anew since. */
  private forgetOlder(node: Node): void {
    const entry = this.entries.get(node.id);
    if (entry && node.kind !== 'remembered' && !isSame(entry.node, node)) this.entries.delete(node.id);
  }
}

function isSame(one: Node, other: Node): boolean {
  const values = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([name, value]) => values.get(name) === value);
}
