import * as vscode from 'vscode';
import { plainLine } from '../ui/text';
import { breather, filesOf, isOwnFile, rangesIn, textOf } from './files';
import { GitStates } from './gitStates';
import { configurationFiles, isNeverSearched, patternOf, searchLimits } from './model/fileKinds';
import { searchText } from './model/searchText';
import type { FileSecret } from './model/secretIn';
import type { GitState, Severity } from './model/secretWords';
import { documentationOf, secretMessage, severityOf } from './model/secretWords';

/** A file in which secrets were found. */
export interface SecretFile {
  readonly uri: vscode.Uri;
  readonly secrets: readonly FileSecret[];
  readonly git: GitState;
}

/** What a search of the workspace found. */
export interface SearchOutcome {
  readonly files: readonly SecretFile[];
  /** How many files were searched. */
  readonly searched: number;
  /** There are more files than a search looks at. */
  readonly isCut: boolean;
  /** How many files are too large to be searched. */
  readonly tooLarge: number;
}

/** Finds secrets in files, and shows them as diagnostics. Nothing leaves the extension host, and no value is kept. */
export class WorkspaceSecrets implements vscode.Disposable {
  private readonly found = new Map<string, SecretFile>();
  private readonly git = new GitStates();
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keyless');
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly disposables: { dispose(): unknown }[];
  /** Files are checked one after the other. */
  private checking: Promise<unknown> = Promise.resolve();

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(patternOf(configurationFiles));
    const changes = vscode.workspace.createFileSystemWatcher('**/*', true);
    this.disposables = [
      ...[this.git, this.diagnostics, watcher, changes],
      watcher.onDidCreate((uri) => {
        if (modeOf() === 'files' && isLookedFor(uri)) this.checkSoon(uri);
      }),
      watcher.onDidChange((uri) => {
        if (modeOf() === 'files' && isLookedFor(uri)) this.checkSoon(uri);
      }),
      changes.onDidChange((uri) => {
        if (this.found.has(uri.toString())) this.checkSoon(uri);
      }),
      changes.onDidDelete((deleted) => {
        // Of a folder with its files, VS Code reports only the folder.
        for (const { uri } of [...this.found.values()])
          if (`${uri.toString()}/`.startsWith(`${deleted.toString()}/`)) this.checkSoon(uri);
      }),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (modeOf() !== 'off') this.checkSoon(uri);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
        if (contentChanges.length > 0 && (modeOf() !== 'off' || this.found.has(uri.toString())))
          this.checkSoon(uri, 300);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.found.has(uri.toString())) this.checkSoon(uri);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('keyless.secrets.check')) void this.checkAll();
      }),
      this.git.onDidOpen(() => {
        for (const { uri } of this.found.values()) this.checkSoon(uri);
      }),
    ];
  }

  /** What was found in a file. */
  in(uri: vscode.Uri): SecretFile | undefined {
    return this.found.get(uri.toString());
  }

  /** Checks what the setting names: nothing, the open files, or also the configuration files of the workspace. */
  async checkAll(): Promise<void> {
    const mode = modeOf();
    const open = mode === 'off' ? [] : vscode.workspace.textDocuments.map(({ uri }) => uri);
    const opened = new Set(open.map((uri) => uri.toString()));
    for (const [key, { uri }] of [...this.found]) if (mode !== 'files' && !opened.has(key)) this.forget(uri);
    for (const uri of open) await this.check(uri);
    if (mode === 'files') for (const uri of await filesOf('configuration')) await this.check(uri);
  }

  /**
   * Searches the workspace and the open files.
   * @throws vscode.CancellationError
   */
  async search(signal: AbortSignal, report: (done: number, of: number) => void): Promise<SearchOutcome> {
    const source = new vscode.CancellationTokenSource();
    signal.addEventListener('abort', () => {
      source.cancel();
    });
    try {
      const open = vscode.workspace.textDocuments.map(({ uri }) => uri);
      const all = await filesOf('all', source.token);
      const isCut = all.length > searchLimits.files;
      const uris = new Map([...open.filter(isOwnFile), ...all].map((uri) => [uri.toString(), uri]));
      const searched = [...uris.values()].slice(0, searchLimits.files);
      const files: SecretFile[] = [];
      let tooLarge = 0;
      for (const [index, uri] of searched.entries()) {
        if (signal.aborted) throw new vscode.CancellationError();
        if (index % 100 === 0) report(index, searched.length);
        if (await this.check(uri)) tooLarge++;
        const file = this.in(uri);
        if (file) files.push(file);
      }
      return { files, searched: searched.length - tooLarge, isCut, tooLarge };
    } finally {
      source.dispose();
    }
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Checks a file again after a short while, once for all changes until then. */
  private checkSoon(uri: vscode.Uri, delay = 50): void {
    const key = uri.toString();
    clearTimeout(this.waiting.get(key));
    const timer = setTimeout(() => {
      this.waiting.delete(key);
      void this.check(uri);
    }, delay);
    this.waiting.set(key, timer);
  }

  /** @returns whether the file is too large */
  private check(uri: vscode.Uri): Promise<boolean> {
    if (!isOwnFile(uri)) return Promise.resolve(false);
    const run = () => this.checkNow(uri);
    const checked = this.checking.then(run, run);
    this.checking = checked;
    return checked;
  }

  private async checkNow(uri: vscode.Uri): Promise<boolean> {
    const read = await textOf(uri);
    const text = typeof read === 'object' ? read.text : '';
    const secrets = await searchText(text, uri.path, breather());
    if (secrets.length === 0) {
      this.forget(uri);
      return read === 'tooLarge';
    }
    const git = await this.git.stateOf(uri);
    this.found.set(uri.toString(), { uri, secrets, git });
    const rangeOf = rangesIn(text);
    this.diagnostics.set(
      uri,
      secrets.map((secret) => diagnosticOf(secret, rangeOf(secret.start, secret.end), git)),
    );
    return false;
  }

  private forget(uri: vscode.Uri): void {
    if (this.found.delete(uri.toString())) this.diagnostics.delete(uri);
  }
}

/** A build copies a project's files into folders that aren't searched. */
function isLookedFor(uri: vscode.Uri): boolean {
  return !isNeverSearched(vscode.workspace.asRelativePath(uri, false));
}

function diagnosticOf(secret: FileSecret, range: vscode.Range, git: GitState): vscode.Diagnostic {
  const now = new Date();
  const diagnostic = new vscode.Diagnostic(
    range,
    plainLine(secretMessage(secret, git, now), 500),
    severities[severityOf(secret, git, now)],
  );
  diagnostic.source = 'Keyless';
  diagnostic.code = { value: secret.kind, target: vscode.Uri.parse(documentationOf(secret), true) };
  return diagnostic;
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** What is checked without being asked. Anything but the other choices means the default. */
function modeOf(): 'off' | 'openFiles' | 'files' {
  const mode = vscode.workspace.getConfiguration('keyless').get('secrets.check');
  return mode === 'off' || mode === 'openFiles' ? mode : 'files';
}
