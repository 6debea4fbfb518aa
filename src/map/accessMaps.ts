import * as vscode from 'vscode';
import type { MapPanel, MapPanelOptions, MapScope } from './mapPanel';

const mapViewType = 'keyless.accessMap';

/** The page is kept while another tab hides it, because VS Code sometimes leaves a page empty that it loads again. */
const panelOptions = { retainContextWhenHidden: true };

type MakeMap = (window: vscode.WebviewPanel, scope: MapScope) => MapPanel;

/** The open access maps, one panel per scope. The drawing code is loaded with the first one. */
export class AccessMaps implements vscode.Disposable {
  private readonly panels = new Map<string, MapPanel>();

  constructor(private readonly options: MapPanelOptions) {}

  /** Opens the map of a scope, or brings it to the front. */
  async show(scope: MapScope): Promise<void> {
    const create = await this.loaded();
    const open = this.panels.get(scope.id.toLowerCase());
    if (open) {
      open.show();
      return;
    }
    const { Active } = vscode.ViewColumn;
    this.add(create, vscode.window.createWebviewPanel(mapViewType, '', Active, panelOptions), scope);
  }

  /** Restores a panel that was open when the window was reloaded. @param state the state that the panel saved */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseState } = await import('./messages');
    const { choice, scopeName } = parseState(state);
    this.add(await this.loaded(), panel, { id: choice.scope, name: scopeName });
  }

  /** Called when a resource was written, or without an ID when anything may have changed. */
  changed(resourceId?: string): void {
    for (const panel of this.panels.values()) panel.changed(resourceId);
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
  }

  /** Loads what makes a map of a panel. Nothing is waited for after that, so that a scope never gets two panels. */
  private async loaded(): Promise<MakeMap> {
    const { MapPanel, titleOf } = await import('./mapPanel');
    const { readPage } = await import('../webview/page');
    const page = await readPage(this.options.extensionUri, 'map', vscode.l10n.t('Access Map'));
    return (window, scope) => {
      window.title = titleOf(scope.name);
      return new MapPanel(window, scope, this.options, page);
    };
  }

  private add(create: MakeMap, window: vscode.WebviewPanel, scope: MapScope): void {
    const media = vscode.Uri.joinPath(this.options.extensionUri, 'media');
    const icon = (theme: string) => vscode.Uri.joinPath(media, theme, 'policy.svg');
    window.iconPath = { light: icon('light'), dark: icon('dark') };
    const key = scope.id.toLowerCase();
    const panel = create(window, scope);
    this.panels.set(key, panel);
    window.onDidDispose(() => {
      if (this.panels.get(key) === panel) this.panels.delete(key);
      panel.dispose();
    });
  }
}
