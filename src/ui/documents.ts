import * as vscode from 'vscode';

/** Scheme of Keyless's read-only documents. A provider's document cannot be edited, and is neither saved nor backed up. */
export const documentScheme = 'keyless-text';

/**
 * Read-only documents that live in memory alone: a function's answer, a long secret, a resource's JSON.
 * The text is dropped when the last tab of the document closes.
 */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: { dispose(): unknown }[];
  private count = 0;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(documentScheme, this),
      vscode.window.tabGroups.onDidChangeTabs((event) => {
        this.forgetClosed(event.closed);
      }),
    ];
  }

  /** Opens `text` in an editor tab called `title`; an extension at its end (`.json`) decides the language. */
  async show(title: string, text: string): Promise<vscode.TextEditor> {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: documentScheme, path: `/${this.count}/${fileName(title)}` });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await wrapLines(document);
    return editor;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ??
      vscode.l10n.t('This text was kept in memory only and is gone. Run the command again to see it.\n')
    );
  }

  /** How many texts are held. */
  get size(): number {
    return this.texts.size;
  }

  dispose(): void {
    this.texts.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** VS Code keeps the model of a closed document for minutes: the change event makes it fetch the empty text instead. */
  private forgetClosed(tabs: readonly vscode.Tab[]): void {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== documentScheme) continue;
      if (isOpen(input.uri) || !this.texts.delete(input.uri.toString())) continue;
      this.changed.fire(input.uri);
    }
  }
}

/** Error texts are long lines. VS Code has no way to set this for one editor but the command of its menu, a toggle. */
async function wrapLines(document: vscode.TextDocument): Promise<void> {
  const wrap = vscode.workspace.getConfiguration('editor', document).get('wordWrap');
  const active = vscode.window.activeTextEditor?.document === document;
  if (wrap === 'off' && active) await vscode.commands.executeCommand('editor.action.toggleWordWrap');
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
    ),
  );
}

/** A title as the last segment of a path: no separators, nothing that VS Code would read as one. */
function fileName(title: string): string {
  return title.replace(/[/\\\p{Cc}\p{Cf}]/gu, '-');
}
