import * as vscode from 'vscode';
import type { Offer } from './messages';
import { fileName, plain } from './text';

/** Scheme of Keyless's read-only documents. VS Code never edits, saves or backs up a content provider's documents. */
export const documentScheme = 'keyless-text';

/**
 * Read-only documents that exist only in memory, such as a function's response, a long secret or a resource's JSON.
 * The text is dropped when the document's last tab closes.
 */
export class ReadOnlyDocuments
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable
{
  private readonly texts = new Map<string, string>();
  private readonly offers = new Map<string, readonly Offer[]>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: { dispose(): unknown }[];
  private count = 0;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(documentScheme, this),
      vscode.languages.registerCodeLensProvider({ scheme: documentScheme }, this),
      vscode.window.tabGroups.onDidChangeTabs((event) => {
        this.forgetClosed(event.closed);
      }),
    ];
  }

  /**
   * Opens `text` in a tab named `title`. Its file extension (such as `.json`) determines the language.
   * @param offers are shown above the text
   */
  async show(title: string, text: string, offers: readonly Offer[] = []): Promise<vscode.TextEditor> {
    const uri = this.newUri(title);
    this.texts.set(uri.toString(), text);
    this.offers.set(uri.toString(), offers);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await wrapLines(document);
    return editor;
  }

  /** A URI that VS Code doesn't know yet: one from before a reload would show the text it had then. */
  private newUri(title: string): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: documentScheme, path: `/${this.count}/${fileName(title)}` });
    const isKnown = vscode.workspace.textDocuments.some((known) => known.uri.toString() === uri.toString());
    return isKnown ? this.newUri(title) : uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ??
      vscode.l10n.t('This text was kept only in memory and is gone. Run the command again to see it.\n')
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    return (this.offers.get(uri.toString()) ?? []).map(({ title, command, arguments: args = [] }) => {
      const shown = { title: plain(title), command, arguments: [...args] };
      return new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), shown);
    });
  }

  /** The number of texts in memory. */
  get size(): number {
    return this.texts.size;
  }

  dispose(): void {
    this.texts.clear();
    this.offers.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** VS Code keeps a closed document's text for minutes. The change event makes it fetch the placeholder text instead. */
  private forgetClosed(tabs: readonly vscode.Tab[]): void {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== documentScheme) continue;
      if (isOpen(input.uri) || !this.texts.delete(input.uri.toString())) continue;
      this.offers.delete(input.uri.toString());
      this.changed.fire(input.uri);
    }
  }
}

/** Error texts have long lines. VS Code can wrap them in a single editor only through its toggle command. */
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
