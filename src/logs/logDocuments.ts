import * as vscode from 'vscode';
import { fileName } from '../ui/text';
import type { LogView } from './outputView';

export const logScheme = 'keyless-log';
/** Milliseconds between two updates of a short document. VS Code takes the whole text each time, so long ones wait longer. */
const shortestWait = 250;
const charactersPerMillisecond = 2000;

/** Logs in read-only documents, which exist only in memory: VS Code doesn't write a content provider's text to disk. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly documents = new Map<string, LogDocument>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private registered: vscode.Disposable | undefined;
  private count = 0;
  readonly onDidChange = this.changed.event;

  create(title: string): LogView {
    this.registered ??= vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(logScheme, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.documents.get(document.uri.toString())?.followEnd(document);
      }),
    );
    const uri = this.newUri(title);
    const document = new LogDocument(uri, (isGone) => {
      if (isGone) this.documents.delete(uri.toString());
      this.changed.fire(uri);
    });
    this.documents.set(uri.toString(), document);
    return document;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.documents.get(uri.toString())?.text ??
      vscode.l10n.t('This log was kept only in memory and is gone. Start streaming again to see new lines.\n')
    );
  }

  dispose(): void {
    for (const document of this.documents.values()) document.dispose();
    this.registered?.dispose();
    this.changed.dispose();
  }

  /** A URI that VS Code doesn't know yet from before a reload. Its extension makes the language `log`, as in the output. */
  private newUri(title: string): vscode.Uri {
    this.count += 1;
    const path = `/${this.count}/${fileName(title)}.log`;
    const uri = vscode.Uri.from({ scheme: logScheme, path });
    const isKnown = vscode.workspace.textDocuments.some((known) => known.uri.toString() === uri.toString());
    return isKnown ? this.newUri(title) : uri;
  }
}

class LogDocument implements LogView {
  text = '';
  private timer: NodeJS.Timeout | undefined;
  /** How many lines the editors showed before the last change. */
  private lines = 0;

  /** @param tell called when the text changed, or is gone for good */
  constructor(
    private readonly uri: vscode.Uri,
    private readonly tell: (isGone: boolean) => void,
  ) {}

  append(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.tell(false);
      },
      Math.max(shortestWait, this.text.length / charactersPerMillisecond),
    );
  }

  replace(text: string): void {
    this.text = '';
    this.append(text);
  }

  clear(): void {
    this.replace('');
  }

  show(): void {
    const open = async () => {
      const document = await vscode.workspace.openTextDocument(this.uri);
      // VS Code keeps the text of a closed document for a while.
      this.tell(false);
      await vscode.window.showTextDocument(document, {
        viewColumn: this.column,
        preview: false,
        preserveFocus: true,
      });
    };
    // It fails only if the log is disposed meanwhile, or the window closes.
    void open().catch(() => undefined);
  }

  /** Keeps the end in sight in editors that showed it before the document changed. */
  followEnd(document: vscode.TextDocument): void {
    const before = this.lines;
    this.lines = document.lineCount;
    for (const editor of vscode.window.visibleTextEditors) {
      const last = editor.visibleRanges.at(-1)?.end.line ?? 0;
      if (editor.document !== document || last < before - 2) continue;
      const end = new vscode.Position(document.lineCount - 1, 0);
      editor.revealRange(new vscode.Range(end, end));
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.text = '';
    this.tell(true);
  }

  /** Where its tab already is, so that it isn't opened twice. */
  private get column(): vscode.ViewColumn {
    const isThis = ({ input }: vscode.Tab) =>
      input instanceof vscode.TabInputText && input.uri.toString() === this.uri.toString();
    const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isThis));
    return group?.viewColumn ?? vscode.ViewColumn.Active;
  }
}
