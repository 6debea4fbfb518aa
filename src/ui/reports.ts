import * as vscode from 'vscode';
import { plain } from './text';

/** Scheme of reports, which are like {@link ReadOnlyDocuments} but have buttons and are updated in place. */
const reportScheme = 'keyless-report';

/** Runs a report's button. Its arguments can only refer to actions that the report contains. */
const reportActionCommand = 'keyless.runReportAction';

export interface Report {
  /** Markdown that is shown as plain text, not rendered. May contain strings from outside, but no secret value. */
  readonly text: string;
  readonly actions: readonly ReportAction[];
}

/** A button above a line. */
export interface ReportAction {
  /** Zero-based. */
  readonly line: number;
  readonly title: string;
  run(): Promise<void>;
}

/**
 * Read-only reports that exist only in memory, one per subject. Showing a subject again updates its tab. A report is
 * dropped when its last tab closes.
 */
export class Reports
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable
{
  private readonly reports = new Map<string, Report>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly lensesChanged = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  readonly onDidChange = this.changed.event;
  readonly onDidChangeCodeLenses = this.lensesChanged.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      this.lensesChanged,
      vscode.workspace.registerTextDocumentContentProvider(reportScheme, this),
      vscode.languages.registerCodeLensProvider({ scheme: reportScheme }, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        this.forgetClosed(closed);
      }),
    ];
  }

  /**
   * Opens a report in a tab named `title`, or updates the tab if it's open.
   * @param subject what the report is about; distinguishes reports with the same title
   */
  async show(subject: string, title: string, report: Report): Promise<vscode.TextEditor> {
    const uri = uriOf(subject, title);
    this.reports.set(uri.toString(), report);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.getText() !== report.text) {
      const changed = nextChangeOf(document);
      this.changed.fire(uri);
      await changed;
    }
    // Not before the text has changed, or the buttons would appear between the old lines.
    this.lensesChanged.fire();
    return vscode.window.showTextDocument(document, { preview: false });
  }

  /** The button that a command's arguments refer to. Undefined if the report is gone or has no such button. */
  action(uri: unknown, index: unknown): ReportAction | undefined {
    const report = typeof uri === 'string' ? this.reports.get(uri) : undefined;
    return typeof index === 'number' ? report?.actions[index] : undefined;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.reports.get(uri.toString())?.text ??
      vscode.l10n.t('This report was kept only in memory and is gone. Run the command again to see it.\n')
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const key = uri.toString();
    return (this.reports.get(key)?.actions ?? []).map(({ line, title }, index) => {
      const command = { command: reportActionCommand, title: plain(title), arguments: [key, index] };
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
    });
  }

  dispose(): void {
    this.reports.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private forgetClosed(tabs: readonly vscode.Tab[]): void {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== reportScheme) continue;
      if (!isOpen(input.uri)) this.reports.delete(input.uri.toString());
    }
  }
}

/** How long to wait for VS Code to fetch a report's new text, in milliseconds. */
const patience = 5000;

function nextChangeOf(document: vscode.TextDocument): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(done, patience);
    const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) done();
    });
  });
}

function uriOf(subject: string, title: string): vscode.Uri {
  const name = title.replace(/[/\\\p{Cc}\p{Cf}]/gu, '-');
  return vscode.Uri.from({ scheme: reportScheme, path: `/${name}`, query: subject });
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
}
