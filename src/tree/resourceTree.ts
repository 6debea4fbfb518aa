import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import type { Connection } from '../azure/core/connection';
import { withOwnIds } from './children/page';
import { childrenOf } from './children/childrenOf';
import { fileNodeId } from './children/fileChildren';
import { brokenReferenceIn } from './children/settingChildren';
import type { SiteFileNode } from './nodes/fileNodes';
import type { LiveInventory } from '../inventory/inventory';
import { errorNode } from './nodes/messageNodes';
import type { Streaming } from './items';
import { KeyCounts, type KeyCount } from './keyCounts';
import { treeItemOf } from './items';
import { nodeId, targetOf, type AppNode, type FunctionNode, type Node, type Page } from './nodes/nodes';
import type { Grouping } from './nodes/groupNodes';
import { pathTo } from './nodes/paths';
import { sourcesOf } from './nodes/sources';
import { moreId, pageBelow, Pages, restOf, type ShownIn } from './pages';
import { TreeMemory, type RememberedTree } from './remembered';
import { readRootNodes, type RootOptions } from './rootNodes';

export interface ResourceTreeOptions extends RootOptions {
  readonly accounts: Accounts;
  readonly inventory: LiveInventory;
  readonly remembered: RememberedTree;
  /** The view that shows the tree. */
  readonly view: ShownIn;
  /** How resources are grouped now. */
  readonly groupBy: () => Grouping;
  /** The folder that contains the icons. */
  readonly media: vscode.Uri;
  readonly streaming: (node: AppNode | FunctionNode) => Streaming | undefined;
  /** The URI under which VS Code opens a site's file. */
  readonly fileUri: (node: SiteFileNode) => vscode.Uri;
  readonly log: (line: string) => void;
}

/**
 * The view's nodes. A node's children are cached until the node or one of its ancestors is refreshed, so that updating a
 * node in the view doesn't send more requests to Azure.
 */
export class ResourceTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  /** The latest node for each ID. VS Code knows these objects, so change events must refer to them. */
  private readonly shown = new Map<string, Node>();
  private readonly pages: Pages;
  private readonly keyCounts = new KeyCounts();
  private reading = new AbortController();
  private root: { readonly nodes: Promise<Node[]>; settled: boolean } | undefined;
  /** Whether the account's tree hasn't been read yet, so that the remembered one is shown. */
  private first = true;
  private readonly memory: TreeMemory;
  private showing = Promise.resolve();
  private readonly cleared = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  /** Fires when everything will be read again. */
  readonly onDidClear = this.cleared.event;

  constructor(private readonly options: ResourceTreeOptions) {
    this.pages = new Pages(options.view, (node) => this.read(node));
    this.memory = new TreeMemory(options);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const streaming =
      node.kind === 'app' || node.kind === 'slot' || node.kind === 'function'
        ? this.options.streaming(node)
        : undefined;
    const file = node.kind === 'file' || node.kind === 'folder' ? this.options.fileUri(node) : undefined;
    return treeItemOf(node, this.options.media, streaming, file, new Date(), this.keyCounts.of(node));
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const nodes = node ? await this.below(node) : await this.rootNodes();
    for (const child of nodes) this.shown.set(child.id, child);
    return [...nodes];
  }

  getParent(node: Node): Node | undefined {
    return node.parentId === undefined ? undefined : this.shown.get(node.parentId);
  }

  /** Reads everything again. The current nodes stay visible until that's done. */
  refreshAll(): void {
    this.options.accounts.refresh();
    this.refilter();
  }

  /** Drops all nodes because the account changed. */
  reset(): void {
    this.first = true;
    this.memory.forget();
    this.options.inventory.clear();
    this.keyCounts.clear();
    this.forgetRoot();
    this.shown.clear();
    this.changed.fire(undefined);
    this.cleared.fire();
  }

  /** Reads the tree again because other subscriptions were selected. */
  refilter(): void {
    this.options.inventory.clear();
    this.keyCounts.clear();
    this.forgetRoot();
    this.show();
    this.cleared.fire();
  }

  /** Shows the tree in another grouping, without reading the resources again. */
  regroup(): void {
    this.memory.forget();
    this.forgetRoot();
    this.shown.clear();
    this.show();
  }

  /** The Key Vault references that didn't resolve when their settings were last read. */
  readonly brokenReferences = () => [...this.shown.values()].flatMap(brokenReferenceIn);

  /** The node IDs on the path from the root to a resource. See nodes/paths.ts. */
  pathTo(connection: Connection, resourceId: string): readonly string[] {
    return pathTo(connection, resourceId, this.options.groupBy());
  }

  /** What a node represents, for commands that work on any resource. */
  readonly targetOf = targetOf;

  /** Reads a node and its descendants again. Apps and vaults are read from the service itself. */
  async refresh(node: Node): Promise<void> {
    if (['tenantError', 'sessionExpired', 'error', 'message', 'secret'].includes(node.kind)) {
      const parent = this.getParent(node);
      if (parent) await this.refresh(parent);
      else this.refreshAll();
      return;
    }
    if ('connection' in node && node.connection) {
      const { lists, resourceId } = sourcesOf(node);
      if (lists.length > 0) this.options.inventory.refresh(node.connection, lists);
      if (resourceId !== undefined) return this.refreshResource(node.connection, resourceId);
    }
    this.pages.forgetBelow(node.id, this.shown.values());
    this.showShown(node.id);
  }

  /** Reads an app, slot, vault, identity or role assignment from the service after it was written, and shows it. */
  async refreshResource(connection: Connection, resourceId: string): Promise<void> {
    await this.options.inventory.reread(connection, resourceId);
    if (/\/roleAssignments\/[^/]+$/i.test(resourceId)) {
      this.readAgain(['access', 'secretRoles', 'principalRoles']);
      return;
    }
    this.keyCounts.set(connection, resourceId, undefined);
    const id = nodeId(connection, resourceId);
    this.pages.forgetBelow(id, this.shown.values());
    const parentId = this.listOf(this.shown.get(id));
    // A new resource appears in its list, and perhaps in a new resource group.
    const ancestors = parentId === undefined ? this.pathTo(connection, resourceId).slice(0, -1) : [parentId];
    for (const ancestor of ancestors) this.forgetList(ancestor);
    const [outermost] = ancestors;
    if (outermost !== undefined) this.showShown(outermost);
    // Gaining or losing an identity changes the names that are shown for principals with access.
    if (!/\/vaults\/[^/]+$/i.test(resourceId))
      this.readAgain(['access', 'secretRoles', 'identities', 'identityUsers']);
  }

  /** Called after something in a folder of an app's site was created, written or deleted. */
  folderChanged(account: Pick<Connection, 'accountId' | 'tenantId'>, appId: string, path: string): void {
    const node = this.shown.get(fileNodeId(account, appId, path));
    if (node) void this.refresh(node);
  }

  /** Called when the state of an app's or function's log stream changes. */
  streamChanged(connection: Connection, resourceId: string): void {
    this.showShown(nodeId(connection, resourceId));
  }

  /** Called when an app's keys were counted, or couldn't be. */
  keysCounted(connection: Connection, appId: string, count: KeyCount | undefined): void {
    this.keyCounts.set(connection, appId, count);
    this.showShown(nodeId(connection, appId));
  }

  /** Resolves when VS Code has been notified of all changes so far. */
  async settled(): Promise<void> {
    await this.showing;
  }

  /** Resolves when the remembered tree has been saved. */
  saved(): Promise<void> {
    return this.memory.saved();
  }

  dispose(): void {
    this.reading.abort();
    this.pages.dispose();
    this.changed.dispose();
    this.cleared.dispose();
  }

  private async rootNodes(): Promise<readonly Node[]> {
    const root = (this.root ??= this.readRoot());
    const old = this.first ? withOwnIds(await this.memory.root()) : [];
    return old.length > 0 && !root.settled ? old : root.nodes;
  }

  private readRoot(): { nodes: Promise<Node[]>; settled: boolean } {
    const root = { nodes: readRootNodes(this.options, this.memory), settled: false };
    void root.nodes.finally(() => {
      root.settled = true;
      if (this.root !== root) return;
      // Replace the remembered nodes only now.
      if (this.first && this.memory.isShown) this.show();
      this.first = false;
    });
    return root;
  }

  private async below(node: Node): Promise<readonly Node[]> {
    if (node.kind === 'remembered') return withOwnIds(this.memory.below(node));
    // VS Code may still ask about nodes of a session that ended. The next session's nodes have the same IDs.
    if ('connection' in node && node.connection && !this.options.accounts.isCurrent(node.connection))
      return [];
    const { nodes, more } = await this.pages.below(node);
    if (!more) return nodes;
    const shown = (node.kind === 'loadMore' ? node.shown : 0) + nodes.length;
    return [...nodes, restOf(node, shown, more)];
  }

  private async read(node: Node): Promise<Page> {
    const { signal } = this.reading;
    const { inventory, groupBy } = this.options;
    try {
      if (node.kind === 'loadMore') return pageBelow(node, await node.more(signal));
      const page = await childrenOf(node, inventory, groupBy(), signal);
      if (node.kind === 'keysLeft')
        this.keysCounted(node.connection, node.app.id, (await import('./keyCountWords')).countIn(page));
      if (['functionApps', 'keyVaults', 'identities', 'resourceGroup'].includes(node.kind))
        this.memory.save();
      return page;
    } catch (error) {
      // A refresh aborted this read, so no one sees its result.
      if (signal.aborted) return { nodes: [] };
      return { nodes: [await errorNode(node.id, error, node)] };
    }
  }

  private readAgain(kinds: readonly Node['kind'][]): void {
    const changed = [...this.shown.values()].filter(
      ({ kind, id }) => kinds.includes(kind) && this.forgetList(id),
    );
    for (const node of changed) this.show(node);
  }

  /** Updates a node that VS Code has shown. */
  private showShown(id: string): void {
    const node = this.shown.get(id);
    if (node) this.show(node);
  }

  /**
   * Notifies VS Code of changes below a node after reading the part that is expanded. VS Code remembers which rows are
   * expanded when it starts reading and draws when it has read them all. If it were notified first, it would collapse rows
   * that the user expands in between.
   */
  private show(node?: Node): void {
    if (!this.pages.isOpen(node)) {
      this.changed.fire(node);
      return;
    }
    const { signal } = this.reading;
    const below = async (parent?: Node) => (parent ? this.below(parent) : this.rootNodes());
    const read = this.pages.readOpen(node, below, signal).then(() => {
      // Whatever aborted this read notifies VS Code of everything.
      if (!signal.aborted) this.changed.fire(node && (this.shown.get(node.id) ?? node));
    });
    this.showing = Promise.all([this.showing, read]).then(() => undefined);
    void vscode.window.withProgress({ location: { viewId: 'keyless.resources' } }, () => read);
  }

  /** Drops a node's cached children, with all parts of a long list. @returns whether anything was cached */
  private forgetList(id: string): boolean {
    const cached = this.pages.forget(id);
    if (cached) this.forgetList(moreId(id));
    return cached;
  }

  /** The ID of the node whose list contains a node, which may be in one of the list's parts. */
  private listOf(node: Node | undefined): string | undefined {
    const parent = node?.parentId === undefined ? undefined : this.shown.get(node.parentId);
    return parent?.kind === 'loadMore' ? this.listOf(parent) : node?.parentId;
  }

  private forgetRoot(): void {
    this.reading.abort();
    this.reading = new AbortController();
    this.pages.clear();
    this.root = undefined;
  }
}
