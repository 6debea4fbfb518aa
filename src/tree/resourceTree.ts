import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { accountKey } from '../account/session';
import type { Connection } from '../azure/core/connection';
import type { Page } from './children';
import { childrenOf, rootOf } from './children';
import { fileNodeId } from './fileChildren';
import type { SiteFileNode } from './nodes/fileNodes';
import type { LiveInventory } from '../inventory/inventory';
import { isOpen } from '../inventory/inventory';
import { errorNode } from './nodes/messageNodes';
import type { Streaming } from './items';
import { treeItemOf } from './items';
import type { AppNode, FunctionNode, LoadMoreNode, Node, RememberedNode } from './nodes/nodes';
import { nodeId, targetOf } from './nodes/nodes';
import type { RememberedTree } from './remembered';
import { remember, rememberedNodes } from './remembered';

/** What the view shows as a whole; decides which welcome text is seen. */
export type ViewState = 'signedOut' | 'loading' | 'ready' | 'empty' | 'filtered';

export interface ResourceTreeOptions {
  readonly accounts: Accounts;
  readonly inventory: LiveInventory;
  readonly remembered: RememberedTree;
  /** Folder of the icons. */
  readonly media: vscode.Uri;
  readonly streaming: (node: AppNode | FunctionNode) => Streaming | undefined;
  /** Where VS Code opens a file of a site. */
  readonly fileUri: (node: SiteFileNode) => vscode.Uri;
  readonly onState: (state: ViewState) => void;
  readonly log: (line: string) => void;
}

/**
 * The view's nodes. What was read of a node's children is kept until it, or something above it, is refreshed; so
 * that showing a changed node again asks Azure for nothing else.
 */
export class ResourceTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  /** The newest node of each ID: what VS Code knows, and so what changes must be told about. */
  private readonly shown = new Map<string, Node>();
  private readonly pages = new Map<string, Promise<Page>>();
  private reading = new AbortController();
  private root: { readonly nodes: Promise<Node[]>; settled: boolean } | undefined;
  /** Until the account's tree was there once, the remembered one stands in. */
  private first = true;
  private old: ReadonlyMap<string, readonly RememberedNode[]> | undefined;
  private saving = Promise.resolve();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly options: ResourceTreeOptions) {}

  getTreeItem(node: Node): vscode.TreeItem {
    const streaming =
      node.kind === 'app' || node.kind === 'slot' || node.kind === 'function'
        ? this.options.streaming(node)
        : undefined;
    const file = node.kind === 'file' || node.kind === 'folder' ? this.options.fileUri(node) : undefined;
    return treeItemOf(node, this.options.media, streaming, file);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const nodes = node ? await this.below(node) : await this.rootNodes();
    for (const child of nodes) this.shown.set(child.id, child);
    return [...nodes];
  }

  getParent(node: Node): Node | undefined {
    return node.parentId === undefined ? undefined : this.shown.get(node.parentId);
  }

  /** Reads everything anew; what is shown stays until that is done. */
  refreshAll(): void {
    this.options.accounts.refresh();
    this.refilter();
  }

  /** Another account, or none: nothing of what is shown is of use. */
  reset(): void {
    this.first = true;
    this.old = undefined;
    this.options.inventory.clear();
    this.forgetRoot();
    this.shown.clear();
    this.changed.fire(undefined);
  }

  /** Other subscriptions are to be shown. */
  refilter(): void {
    this.options.inventory.clear();
    this.forgetRoot();
    this.changed.fire(undefined);
  }

  /** What a node stands for, for commands that work on any resource. */
  readonly targetOf = targetOf;

  /** Reads a node and what stands below it anew. Apps and vaults are read from the service itself. */
  async refresh(node: Node): Promise<void> {
    const { inventory } = this.options;
    switch (node.kind) {
      case 'app':
      case 'slot':
      case 'identity':
        return this.refreshResource(node.connection, node.app.id);
      case 'vault':
        return this.refreshResource(node.connection, node.vault.id);
      case 'access':
        inventory.refresh(node.connection, ['identities']);
        return this.refreshResource(node.connection, node.vault.id);
      case 'subscription':
        inventory.refresh(node.connection);
        break;
      case 'functionApps':
        inventory.refresh(node.connection, ['apps']);
        break;
      case 'keyVaults':
        inventory.refresh(node.connection, ['vaults']);
        break;
      case 'identities':
        inventory.refresh(node.connection, ['identities']);
        break;
      case 'userAssigned':
        return this.refreshResource(node.connection, node.identity.id);
      case 'tenantError':
        this.refreshAll();
        return;
      case 'error':
      case 'message':
      case 'secret':
        return this.refreshParent(node);
    }
    this.forget(node.id);
    this.changed.fire(this.shown.get(node.id));
  }

  /** An app, slot, vault, identity or role assignment was written: reads it from the service and shows it. */
  async refreshResource(connection: Connection, resourceId: string): Promise<void> {
    if (/\/roleAssignments\/[^/]+$/i.test(resourceId)) {
      this.readAgain(['access', 'secretRoles', 'principalRoles']);
      return;
    }
    await this.options.inventory.reread(connection, resourceId);
    const id = nodeId(connection, resourceId);
    this.forget(id);
    const parentId = this.shown.get(id)?.parentId ?? listOf(connection, resourceId);
    if (parentId !== undefined) {
      this.pages.delete(parentId);
      this.changed.fire(this.shown.get(parentId));
    }
    // Whoever was given an identity or lost it has another name among those with access.
    if (!/\/vaults\/[^/]+$/i.test(resourceId))
      this.readAgain(['access', 'secretRoles', 'identities', 'identityUsers']);
  }

  /** Something in a folder of an app's site was made, written or deleted. */
  folderChanged(account: Pick<Connection, 'accountId' | 'tenantId'>, appId: string, path: string): void {
    const node = this.shown.get(fileNodeId(account, appId, path));
    if (node) void this.refresh(node);
  }

  /** An app's or function's log stream changed its state. */
  streamChanged(connection: Connection, resourceId: string): void {
    const node = this.shown.get(nodeId(connection, resourceId));
    if (node) this.changed.fire(node);
  }

  async loadMore(node: LoadMoreNode): Promise<void> {
    const { parentId } = node;
    if (parentId === undefined) return;
    const page = await this.pages.get(parentId);
    const { more } = page ?? {};
    if (!page || !more) return;
    const next = await more(this.reading.signal).catch(async (error: unknown): Promise<Page> => ({
      nodes: [await errorNode(parentId, error)],
      more,
    }));
    const nodes = [...page.nodes.filter(({ kind }) => kind !== 'error'), ...next.nodes];
    this.pages.set(parentId, Promise.resolve({ ...next, nodes }));
    this.changed.fire(this.shown.get(parentId));
  }

  /** Resolves when what is remembered was written. */
  saved(): Promise<void> {
    return this.saving;
  }

  dispose(): void {
    this.reading.abort();
    this.changed.dispose();
  }

  private async rootNodes(): Promise<readonly Node[]> {
    const root = (this.root ??= this.readRoot());
    if (root.settled || !this.first) return root.nodes;
    const old = await this.rememberedRoot();
    return old.length > 0 && !this.isSettled(root) ? old : root.nodes;
  }

  /** Changes behind the type checker's back while something else is awaited. */
  private isSettled(root: { readonly settled: boolean }): boolean {
    return root.settled;
  }

  private readRoot(): { nodes: Promise<Node[]>; settled: boolean } {
    const root = { nodes: this.readTenants(), settled: false };
    void root.nodes.finally(() => {
      root.settled = true;
      if (this.root !== root) return;
      // Only now may the remembered nodes give way.
      if (this.first && this.old && this.old.size > 0) this.changed.fire(undefined);
      this.first = false;
    });
    return root;
  }

  private async readTenants(): Promise<Node[]> {
    const { accounts, inventory, onState } = this.options;
    try {
      const session = await accounts.session();
      if (!session) {
        onState('signedOut');
        return [];
      }
      onState('loading');
      const nodes = await rootOf(inventory);
      const all = (await accounts.tenants())
        .filter(isOpen)
        .some(({ subscriptions }) => subscriptions.length > 0);
      onState(nodes.length > 0 ? 'ready' : all ? 'filtered' : 'empty');
      this.save();
      return nodes;
    } catch (error) {
      onState('ready');
      return [await errorNode(undefined, error)];
    }
  }

  private async below(node: Node): Promise<readonly Node[]> {
    if (node.kind === 'remembered') return this.old?.get(node.id) ?? [];
    let page = this.pages.get(node.id);
    if (!page) {
      page = this.read(node);
      this.pages.set(node.id, page);
    }
    const { nodes, more } = await page;
    if (!more) return nodes;
    return [...nodes, { kind: 'loadMore', id: `${node.id}#more`, parentId: node.id, shown: nodes.length }];
  }

  private async read(node: Node): Promise<Page> {
    const { signal } = this.reading;
    try {
      const page = await childrenOf(node, this.options.inventory, signal);
      if (['functionApps', 'keyVaults', 'identities'].includes(node.kind)) this.save();
      return page;
    } catch (error) {
      // Nobody looks at what a refresh cut off.
      if (signal.aborted) return { nodes: [] };
      return { nodes: [await errorNode(node.id, error, node)] };
    }
  }

  private async refreshParent(node: Node): Promise<void> {
    const parent = this.getParent(node);
    if (parent) await this.refresh(parent);
    else this.refreshAll();
  }

  private readAgain(kinds: readonly Node['kind'][]): void {
    for (const node of this.shown.values()) {
      if (kinds.includes(node.kind) && this.pages.delete(node.id)) this.changed.fire(node);
    }
  }

  /** Drops what was read below a node. */
  private forget(id: string): void {
    this.pages.delete(id);
    for (const child of [...this.shown.values()].filter(({ parentId }) => parentId === id))
      this.forget(child.id);
  }

  private forgetRoot(): void {
    this.reading.abort();
    this.reading = new AbortController();
    this.pages.clear();
    this.root = undefined;
  }

  /** Only where the account's session exists; on disk nothing but names and IDs. */
  private async rememberedRoot(): Promise<readonly Node[]> {
    const session = await this.options.accounts.session().catch(() => undefined);
    if (!session) return [];
    this.old ??= rememberedNodes(await this.options.remembered.load(session.account));
    return this.old.get('') ?? [];
  }

  private save(): void {
    this.saving = this.saving.then(async () => {
      const { accounts, inventory, remembered, log } = this.options;
      try {
        const session = await accounts.session();
        if (!session) return;
        const before = await remembered.load(session.account);
        for (const { connection, subscriptions } of (await inventory.tenants()).filter(isOpen)) {
          if (connection.accountId !== accountKey(session.account)) return;
          const last = before.find(({ tenantId }) => tenantId === connection.tenantId);
          await remembered.save(remember(connection, subscriptions, await inventory.known(connection), last));
        }
      } catch (error) {
        log(`The tree was not remembered: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }
}

/** The node below which a new resource will stand. */
function listOf(connection: Connection, resourceId: string): string | undefined {
  const subscription = /^\/subscriptions\/[^/]+(?=\/.*\/userAssignedIdentities\/[^/]+$)/i.exec(
    resourceId,
  )?.[0];
  return subscription && nodeId(connection, subscription, 'identities');
}
