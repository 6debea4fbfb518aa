import * as vscode from 'vscode';
import type { KeysPage, KeysPageOptions, KeysScope } from './keysPage';

/** The page is kept while another tab hides it, because VS Code sometimes leaves a page empty that it loads again. */
const panelOptions = { retainContextWhenHidden: true };

interface ShownPage {
  readonly panel: vscode.WebviewPanel;
  readonly page: KeysPage;
}

/**
 * The open pages with keys, one per scope. A page isn't restored when the window reloads: that would read all apps again,
 * and what was found isn't stored.
 */
export class KeysPages implements vscode.Disposable {
  private readonly pages = new Map<string, KeysPage>();

  constructor(private readonly options: KeysPageOptions) {}

  /** The open pages. */
  get open(): readonly KeysPage[] {
    return [...this.pages.values()];
  }

  /** Opens a page, or brings it to the front, and searches. Resolves when the search has ended. */
  async show(scope: KeysScope): Promise<void> {
    const create = await this.loaded();
    const key = scope.id.toLowerCase();
    const page = this.pages.get(key) ?? this.add(key, create(scope));
    page.reveal();
    await page.search();
  }

  /** Called when a resource was written, or without an ID when the account changed. */
  changed(resourceId?: string): void {
    for (const page of this.pages.values()) void page.changed(resourceId);
  }

  dispose(): void {
    for (const page of this.pages.values()) page.dispose();
  }

  /** Loads what makes a page. Nothing is waited for after that, so that a scope never gets two pages. */
  private async loaded(): Promise<(scope: KeysScope) => ShownPage> {
    const { extensionUri } = this.options;
    const { KeysPage } = await import('./keysPage');
    const { readPage } = await import('../webview/page');
    const { plainLine } = await import('../ui/text');
    const html = await readPage(extensionUri, 'keys', vscode.l10n.t('Keys Left'));
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', theme, 'secret.svg');
    return (scope) => {
      const title = scope.name
        ? plainLine(vscode.l10n.t('Keys Left: {0}', scope.name))
        : vscode.l10n.t('Keys Left');
      const panel = vscode.window.createWebviewPanel(
        'keyless.keys',
        title,
        vscode.ViewColumn.Active,
        panelOptions,
      );
      panel.iconPath = { light: icon('light'), dark: icon('dark') };
      return { panel, page: new KeysPage(panel, scope, this.options, html) };
    };
  }

  private add(key: string, { panel, page }: ShownPage): KeysPage {
    this.pages.set(key, page);
    panel.onDidDispose(() => {
      if (this.pages.get(key) === page) this.pages.delete(key);
      page.dispose();
    });
    return page;
  }
}
