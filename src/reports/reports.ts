import * as vscode from 'vscode';
import { plainLine } from '../ui/text';
import type { ReportPage } from './reportPage';
import type { ReportSource } from './source';

const reportViewType = 'keyless.report';

/** The page is kept while another tab hides it, because VS Code sometimes leaves a page empty that it loads again. */
const panelOptions = { retainContextWhenHidden: true };

export interface ReportsOptions {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** The source of a report that was open when the window reloaded. Undefined if what it saved isn't valid. */
  readonly restored: (saved: unknown) => Promise<ReportSource | undefined>;
}

/** The open reports, one tab per subject. What reads and shows them is loaded with the first one. */
export class Reports implements vscode.Disposable {
  private readonly pages = new Map<string, ReportPage>();

  constructor(private readonly options: ReportsOptions) {}

  /** The open pages. The one that was shown last comes last. */
  get open(): readonly ReportPage[] {
    return [...this.pages.values()];
  }

  /** Opens a report in a tab, or updates the tab that it's already in. Waits until it has been read. */
  async show(source: ReportSource): Promise<void> {
    const create = await this.loaded();
    const open = this.pages.get(source.subject);
    if (open) {
      this.pages.delete(source.subject);
      this.pages.set(source.subject, open);
      open.reveal();
      await open.use(source);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      reportViewType,
      plainLine(source.title),
      vscode.ViewColumn.Active,
      panelOptions,
    );
    await this.add(create(panel, source), panel, source).check();
  }

  /** Restores a tab that was open when the window was reloaded. @param state what its page saved */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const [create, source] = await Promise.all([this.loaded(), this.options.restored(state)]);
    if (source && !this.pages.has(source.subject))
      void this.add(create(panel, source), panel, source).check();
    else panel.dispose();
  }

  /** Called when a resource was written, or without an ID when anything may have changed. */
  changed(resourceId?: string): void {
    for (const page of this.pages.values()) page.resourceChanged(resourceId);
  }

  /** Reads the reports on a resource again because of news about it, although nothing was written. */
  recheck(resourceId: string): void {
    for (const page of this.pages.values()) page.recheck(resourceId);
  }

  dispose(): void {
    for (const page of this.pages.values()) page.dispose();
  }

  /** Loads what makes a page of a panel. */
  private async loaded(): Promise<(panel: vscode.WebviewPanel, source: ReportSource) => ReportPage> {
    const { extensionUri, log } = this.options;
    const { ReportPage } = await import('./reportPage');
    const { readPage } = await import('../webview/page');
    const html = await readPage(extensionUri, 'report', vscode.l10n.t('Report'));
    return (panel, source) => new ReportPage(panel, source, log, html);
  }

  private add(page: ReportPage, panel: vscode.WebviewPanel, { subject }: ReportSource): ReportPage {
    const media = vscode.Uri.joinPath(this.options.extensionUri, 'media');
    const icon = (theme: string) => vscode.Uri.joinPath(media, theme, 'policy.svg');
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.pages.set(subject, page);
    panel.onDidDispose(() => {
      if (this.pages.get(subject) === page) this.pages.delete(subject);
      page.dispose();
    });
    return page;
  }
}
