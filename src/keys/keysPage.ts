import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import { unlessAborted } from '../azure/core/wait';
import type { AppKeys } from '../inventory/findKeys';
import { findKeysOf, listAppsIn } from '../inventory/findKeys';
import type { Unlisted } from '../inventory/targets';
import type { LiveInventory } from '../inventory/inventory';
import type { KeysLeft } from '../inventory/keysLeft';
import { csvOf } from '../ui/csv';
import { describeError, isCancellation, reasonOf, showError, UserError } from '../ui/errors';
import { tell } from '../ui/messages';
import { withoutControlsIn } from '../ui/text';
import { describeKeys, idOfKey, keysTo } from './describeKeys';
import type { PageMessage, SearchMessage, SearchState } from './messages';
import { parsePageMessage } from './messages';
import type { KeyAction } from './model/keyRows';
import type { Choice, GroupKind } from './model/keyTable';
import { csvRowsOf } from './model/keysCsv';

/** Where keys are searched: in everything, or in a subscription, a resource group, an app with its slots, or a slot. */
export interface KeysScope {
  /** ARM ID. Empty for everything. */
  readonly id: string;
  /** The display name. Empty for everything. */
  readonly name: string;
}

export interface KeysPageOptions {
  readonly extensionUri: vscode.Uri;
  readonly inventory: Pick<LiveInventory, 'tenants' | 'appsOf' | 'subscriptionName'>;
  readonly log: vscode.LogOutputChannel;
  /** Shows something in the tree (tree/nodes/paths.ts). @throws UserError if the tree doesn't contain it */
  reveal(connection: Connection, resourceId: string): Promise<void>;
  /** Called when an app was read. @param keys undefined if it couldn't be */
  counted(connection: Connection, appId: string, keys: KeysLeft | undefined): void;
}

/** A page with the keys of many apps. It has names and kinds, and never a value. */
export class KeysPage implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private readonly closed = new AbortController();
  /** By the app's ID in lowercase. */
  private readonly found = new Map<string, AppKeys>();
  private unlisted: readonly Unlisted[] = [];
  private of = 0;
  private state: SearchState = 'listing';
  private failure: unknown;
  private searching: AbortController | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly scope: KeysScope,
    private readonly options: KeysPageOptions,
    page: string,
  ) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) => {
      void this.receive(parsePageMessage(message));
    });
    panel.webview.html = page;
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Searches, in place of a search that is going on. Shows what is found as it comes, and what fails. Never throws. */
  async search(): Promise<void> {
    this.searching?.abort();
    const searching = (this.searching = new AbortController());
    const { signal } = searching;
    const { inventory } = this.options;
    this.begin('listing');
    try {
      if ((await unlessAborted(inventory.tenants(), signal)).length === 0)
        throw new UserError(vscode.l10n.t('Sign in to find keys'));
      const { apps, unlisted } = await listAppsIn(inventory, this.scope.id, signal);
      signal.throwIfAborted();
      [this.of, this.unlisted, this.state] = [apps.length, unlisted, 'reading'];
      this.post();
      await findKeysOf(
        apps,
        (keys) => {
          if (!signal.aborted) this.add(keys);
        },
        signal,
      );
      this.end(searching, 'done');
    } catch (error) {
      this.end(searching, isCancellation(error) ? 'stopped' : 'failed', error);
    }
  }

  /** Called when an app was written, or without an ID when the account changed. */
  async changed(resourceId?: string): Promise<void> {
    if (resourceId === undefined) {
      this.searching?.abort();
      this.searching = undefined;
      this.begin(
        'failed',
        new UserError(vscode.l10n.t('The account has changed'), vscode.l10n.t('Find keys again.')),
      );
      return;
    }
    const id = resourceId.toLowerCase();
    const known = this.found.get(id);
    if (!known) return;
    try {
      await findKeysOf(
        [known],
        (keys) => {
          if (keys.failure?.status === 404) this.remove(id);
          else if (this.found.has(id)) this.add(keys);
        },
        this.closed.signal,
      );
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  /** What the page shows. */
  get content(): SearchMessage {
    return this.message([...this.found.values()], true);
  }

  dispose(): void {
    this.searching?.abort();
    this.closed.abort();
    this.subscription.dispose();
    this.panel.dispose();
  }

  async receive(message: PageMessage | undefined): Promise<void> {
    try {
      await this.act(message);
    } catch (error) {
      showError(this.options.log, vscode.l10n.t('Keys Left'), error);
    }
  }

  private async act(message: PageMessage | undefined): Promise<void> {
    switch (message?.type) {
      case 'ready':
        this.send(this.content);
        return;
      case 'again':
        await this.search();
        return;
      case 'cancel':
        this.searching?.abort();
        return;
      case 'export':
        await this.export(message.choice);
        return;
      case 'replaceAll':
        await this.replaceAll(message.kind, message.id);
        return;
      case 'act':
        await this.actOn(message.action, message.app, message.key);
    }
  }

  /** The page only knows IDs. */
  private async actOn(action: KeyAction, appId: string, keyId: string): Promise<void> {
    const app = this.found.get(appId.toLowerCase());
    const key = app?.found?.keys.find(({ finding }) => idOfKey(finding) === keyId);
    if (!app || !key) return;
    switch (action) {
      case 'reveal':
        await this.options.reveal(app.connection, `${app.app.id}/keysLeft/${keyId}`);
        return;
      case 'replaceWithIdentity':
      case 'rotateKey':
      case 'turnOffKeyAccess': {
        const target = { connection: app.connection, app: app.app, finding: key.finding };
        await vscode.commands.executeCommand(`keyless.${action}`, target);
        return;
      }
      case 'moveToKeyVault': {
        const target = { connection: app.connection, app: app.app, setting: key.setting };
        await vscode.commands.executeCommand('keyless.moveToKeyVault', target);
      }
    }
  }

  private async replaceAll(kind: GroupKind, id: string): Promise<void> {
    const target = kind === 'app' ? this.found.get(id.toLowerCase()) : keysTo(id, [...this.found.values()]);
    if (target) await vscode.commands.executeCommand('keyless.replaceAll', target);
  }

  private async export(choice: Choice): Promise<void> {
    const { apps, unlisted } = this.content;
    const ofUnlisted = unlisted.map(({ name, reason }) => ({
      id: '',
      name,
      place: '',
      keys: [],
      unread: reason,
    }));
    const text = csvOf(csvRowsOf([...apps, ...ofUnlisted], choice));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'keys-left.csv') } : {}),
      filters: { [vscode.l10n.t('Table')]: ['csv'] },
      title: vscode.l10n.t('Export Keys Left'),
    });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    tell(
      vscode.l10n.t(
        'The keys were exported to {0}, without their values.',
        target.path.split('/').at(-1) ?? '',
      ),
      {
        title: vscode.l10n.t('Open'),
        command: 'vscode.open',
        arguments: [target],
      },
    );
  }

  private begin(state: SearchState, failure?: unknown): void {
    this.found.clear();
    this.unlisted = [];
    [this.of, this.state, this.failure] = [0, state, failure];
    this.send(this.content);
  }

  /** Unless another search has begun since. */
  private end(searching: AbortController, state: SearchState, failure?: unknown): void {
    if (this.searching !== searching) return;
    this.searching = undefined;
    [this.state, this.failure] = [state, state === 'failed' ? failure : undefined];
    this.post();
  }

  private add(keys: AppKeys): void {
    this.found.set(keys.app.id.toLowerCase(), keys);
    this.options.counted(keys.connection, keys.app.id, keys.found);
    this.post([keys]);
  }

  private remove(id: string): void {
    if (this.found.delete(id)) this.of -= 1;
    this.send(this.content);
  }

  private post(apps: readonly AppKeys[] = []): void {
    this.send(this.message(apps, false));
  }

  private message(apps: readonly AppKeys[], fresh: boolean): SearchMessage {
    const { state, scope, of, failure } = this;
    const { nextStep = '' } = failure === undefined ? {} : describeError(failure);
    return withoutControlsIn({
      ...{ type: 'search', fresh, state, scopeName: scope.name, of },
      apps: apps.map(describeKeys),
      unlisted: this.unlisted.map(({ name, error }) => ({ name, reason: reasonOf(error) })),
      ...(failure === undefined ? {} : { failure: { reason: reasonOf(failure), nextStep } }),
    });
  }

  private send(message: SearchMessage): void {
    if (!this.closed.signal.aborted) void this.panel.webview.postMessage(message);
  }
}
