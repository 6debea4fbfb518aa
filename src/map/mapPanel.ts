import * as vscode from 'vscode';
import { inShort } from '../access/words/format';
import type { AccessMap, MapFix } from './model/map';
import { withoutOthers } from './model/mapView';
import type { Connection } from '../azure/core/connection';
import { UserError, isCancellation, showError } from '../ui/errors';
import { tell } from '../ui/messages';
import type { Inventory } from '../inventory/targets';
import { plainLine } from '../ui/text';
import type { Exported, HostMessage, ViewMessage } from './messages';
import { parseViewMessage } from './messages';
import type { MapReading } from './readMap';
import { MapReader } from './readMap';

/** What the map shows: everything, or everything connected to one subscription, app, vault or identity. */
export interface MapScope {
  /** ARM ID. Empty for everything. */
  readonly id: string;
  /** The display name. Empty for everything. */
  readonly name: string;
}

export interface MapPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly inventory: Inventory;
  readonly log: vscode.LogOutputChannel;
  /** Shows a resource in the tree. @throws UserError if the tree doesn't contain it */
  reveal(connection: Connection, resourceId: string, focus: boolean): Promise<void>;
  /** Opens what fixes a problem. `appId` and `aboutId` are ARM IDs, and `aboutId` is empty for a setting. */
  fix(fix: MapFix, appId: string, aboutId: string): Promise<void>;
  /** Reads the inventory and then all maps again. */
  refresh(): void;
}

/** One panel with an access map. It reads the map again when something changed, one read at a time. */
export class MapPanel implements vscode.Disposable {
  private readonly reader: MapReader;
  private readonly subscriptions: vscode.Disposable[];
  private reading: AbortController | undefined;
  private again = false;
  private last: HostMessage | undefined;
  /** Whether the page shows users, groups, and other principals. Otherwise they aren't sent. */
  private others = false;
  /** Whether it shows keys. They are read once it does. */
  private keys = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly scope: MapScope,
    private readonly options: MapPanelOptions,
    page: string,
  ) {
    this.reader = new MapReader(options.inventory);
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.receive(parseViewMessage(message));
      }),
    ];
    panel.webview.html = page;
    this.update();
  }

  /** Brings the panel to the front. It shows its scope again, whatever its user has looked at since. */
  show(): void {
    this.panel.reveal();
    const { id, name } = this.scope;
    void this.panel.webview.postMessage({ type: 'scope', scope: id, scopeName: name } satisfies HostMessage);
  }

  /** Reads the map again because a resource was written or, without an ID, because anything may have changed. */
  changed(resourceId?: string): void {
    this.reader.forget(resourceId);
    this.update();
  }

  dispose(): void {
    this.reading?.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  private receive(message: ViewMessage | undefined): void {
    this.act(message).catch((error: unknown) => {
      showError(this.options.log, vscode.l10n.t('Access Map'), error);
    });
  }

  private async act(message: ViewMessage | undefined): Promise<void> {
    switch (message?.type) {
      case 'ready':
        this.others = message.others;
        if (this.last) this.post(this.last);
        if (message.keys === this.keys) return;
        this.keys = message.keys;
        if (this.keys) this.update();
        return;
      case 'refresh':
        this.options.refresh();
        return;
      case 'open':
        await this.open(message.id, message.focus);
        return;
      case 'secrets':
        await this.readSecrets(message.id);
        return;
      case 'title':
        this.panel.title = titleOf(message.name);
        return;
      case 'fix':
        await this.fix(message.fix);
        return;
      case 'export':
        await this.export(message.format, message);
    }
  }

  private update(): void {
    if (this.reading) {
      this.again = true;
      return;
    }
    const reading = (this.reading = new AbortController());
    const done = async () => {
      try {
        await this.read(reading.signal);
      } catch (error) {
        if (!isCancellation(error)) await this.fail(error);
      }
      this.reading = undefined;
      if (!this.again || reading.signal.aborted) return;
      this.again = false;
      this.update();
    };
    void done();
  }

  private async read(signal: AbortSignal): Promise<void> {
    if ((await this.options.inventory.connections()).length === 0)
      throw new UserError(vscode.l10n.t('Sign in to see the access map'));
    for await (const reading of this.reader.read(this.scope.id, signal, this.keys)) {
      const { map } = reading;
      // The map has read the lists.
      const unlisted = await unlistedWords(this.options.inventory, signal);
      const progress = progressWords(reading);
      this.post({ type: 'map', map, scope: this.scope.id, scopeName: this.scope.name, progress, unlisted });
    }
  }

  private async fail(error: unknown): Promise<void> {
    const { explain } = await import('../azure/explain/explain');
    const reason = error instanceof UserError ? error.message : explain(error).reason;
    this.options.log.warn(`Access map: ${plainLine(reason, 1000)}`);
    this.post({ type: 'failed', reason });
  }

  private post(message: HostMessage): void {
    this.last = message;
    const all = this.others || message.type !== 'map';
    void this.panel.webview.postMessage(all ? message : { ...message, map: withoutOthers(message.map) });
  }

  private get map(): AccessMap {
    return this.last?.type === 'map' ? this.last.map : { nodes: [], edges: [] };
  }

  /** The page only knows node IDs. Looks up the resource that a node represents. */
  private async open(nodeId: string, focus: boolean): Promise<void> {
    const { kind, resourceId } = this.map.nodes.find(({ id }) => id === nodeId) ?? {};
    // The tree shows no other resources.
    if (resourceId === undefined || kind === 'resource') return;
    const connection = await this.connectionOf(resourceId);
    await this.options.reveal(connection, resourceId, focus);
  }

  private async fix(fix: MapFix): Promise<void> {
    const appId = this.resourceIdOf(fix.app);
    if (appId !== undefined) await this.options.fix(fix, appId, this.resourceIdOf(fix.about) ?? '');
  }

  private resourceIdOf(nodeId: string): string | undefined {
    return this.map.nodes.find(({ id }) => id === nodeId)?.resourceId;
  }

  private async connectionOf(resourceId: string): Promise<Connection> {
    const subscriptionId = resourceId.split('/')[2]?.toLowerCase();
    const found = (await this.options.inventory.subscriptions()).find(
      ({ subscription }) => subscription.subscriptionId.toLowerCase() === subscriptionId,
    );
    if (found) return found.connection;
    throw new UserError(vscode.l10n.t("This resource isn't in one of the selected subscriptions"));
  }

  private async readSecrets(nodeId: string): Promise<void> {
    const vaults = await this.options.inventory.keyVaults();
    const target = vaults.find(({ vault }) => `vault ${vault.id}`.toLowerCase() === nodeId);
    if (!target) return;
    await this.reader.readSecrets(target, new AbortController().signal);
    this.update();
  }

  private async export(format: 'svg' | 'csv', { choice, name: shown, palette }: Exported): Promise<void> {
    const { mapCsvOf, svgOf } = await import('./exports');
    const { pictureOf } = await import('./model/drawPicture');
    const text =
      format === 'svg'
        ? svgOf(pictureOf(this.map, choice), titleOf(shown), palette, new Set(choice.expanded))
        : mapCsvOf(pictureOf(this.map, { ...choice, grouped: false }));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `access-map.${format}`;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
      filters:
        format === 'svg' ? { [vscode.l10n.t('Image')]: ['svg'] } : { [vscode.l10n.t('Table')]: ['csv'] },
      title: vscode.l10n.t('Export Access Map'),
    });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    tell(vscode.l10n.t('The access map was exported to {0}.', target.path.split('/').at(-1) ?? name), {
      title: vscode.l10n.t('Open'),
      command: 'vscode.open',
      arguments: [target],
    });
  }
}

/** The title of a panel that shows a resource with everything connected to it, or everything. */
export function titleOf(name: string): string {
  return name ? plainLine(vscode.l10n.t('Access Map: {0}', name)) : vscode.l10n.t('Access Map');
}

function progressWords({ done, of, keysOf }: MapReading): string {
  if (done < of) return vscode.l10n.t('Reading the Key Vault references of {0} apps…', of);
  return keysOf > 0 ? vscode.l10n.t('Finding the keys of {0} apps…', keysOf) : '';
}

async function unlistedWords(inventory: Inventory, signal: AbortSignal): Promise<string> {
  const kinds = ['apps', 'vaults', 'identities'] as const;
  const unlisted = (await Promise.all(kinds.map((kind) => inventory.unlisted(kind, signal)))).flat();
  const names = [...new Set(unlisted.map(({ name }) => name))];
  return names.length === 0 ? '' : vscode.l10n.t("Couldn't be listed: {0}.", inShort(names));
}
