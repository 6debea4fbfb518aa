import fs from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { URI, Utils } from 'vscode-uri';

/**
 * The parts of the VS Code API that copying files uses, over this computer's file system and registered ones. A join of
 * paths is VS Code's own, because a name such as `..` is what the attack is about.
 */
export class Uri extends URI {
  static readonly joinPath = Utils.joinPath;
}

export enum FileType {
  File = 1,
  Directory = 2,
  SymbolicLink = 64,
}
export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 };
export const ProgressLocation = { Notification: 15 };

export const StatusBarAlignment = { Left: 1 };

export class FileSystemError extends Error {
  readonly code: string = 'Unknown';
  static readonly FileNotFound = errorOf('FileNotFound');
  static readonly FileExists = errorOf('FileExists');
  static readonly Unavailable = errorOf('Unavailable');
  static readonly NoPermissions = errorOf('NoPermissions');
}

function errorOf(code: string) {
  return (about: unknown) => Object.assign(new FileSystemError(String(about)), { code });
}

export class CancellationError extends Error {}
export class Disposable {
  static readonly from = (...all: readonly Disposable[]) =>
    new Disposable(() => {
      for (const one of all) one.dispose();
    });
  constructor(readonly dispose: () => void) {}
}
export class EventEmitter {
  readonly event = () => new Disposable(() => undefined);
  readonly fire = () => undefined;
  readonly dispose = () => undefined;
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export class ThemeColor {
  constructor(readonly id: string) {}
}
export class ThemeIcon {
  static readonly File = new ThemeIcon('file');
  static readonly Folder = new ThemeIcon('folder');
  constructor(readonly id: string) {}
}
export class TreeItem {
  constructor(readonly label: string) {}
}

/** Escapes as VS Code does (htmlContent.ts). */
export class MarkdownString {
  value = '';

  appendText(text: string): this {
    return this.appendMarkdown(
      text
        .replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&')
        .replace(/[ \t]+/g, (spaces) => '&nbsp;'.repeat(spaces.length))
        .replace(/>/g, '\\>')
        .replace(/\n/g, '\n\n'),
    );
  }

  appendMarkdown(markdown: string): this {
    this.value += markdown;
    return this;
  }
}

interface Files {
  stat(uri: Uri): Promise<{ type: number; mtime: number; size: number }>;
  readDirectory(uri: Uri): Promise<[string, number][]>;
  readFile(uri: Uri): Promise<Uint8Array>;
  writeFile(uri: Uri, bytes: Uint8Array): Promise<void>;
  createDirectory(uri: Uri): Promise<void>;
}

const typeOf = (entry: { isDirectory(): boolean }) =>
  entry.isDirectory() ? FileType.Directory : FileType.File;

/** VS Code's provider for `file:` URIs, as far as it matters here. */
const localFiles: Files = {
  async stat({ fsPath }) {
    const own = await fs.lstat(fsPath).catch(() => {
      throw FileSystemError.FileNotFound(fsPath);
    });
    const link = own.isSymbolicLink() ? FileType.SymbolicLink : 0;
    const { size, mtimeMs, ...whole } = await fs.stat(fsPath).catch(() => own);
    return {
      type: typeOf({ isDirectory: () => (whole.mode & 0o170000) === 0o040000 }) | link,
      mtime: mtimeMs,
      size,
    };
  },
  readDirectory: async ({ fsPath }) =>
    (await fs.readdir(fsPath, { withFileTypes: true })).map((entry) => [entry.name, typeOf(entry)]),
  readFile: ({ fsPath }) => fs.readFile(fsPath),
  writeFile: ({ fsPath }, bytes) => fs.writeFile(fsPath, bytes),
  createDirectory: async ({ fsPath }) => {
    await fs.mkdir(fsPath, { recursive: true });
  },
};

/** The file systems by their scheme. */
export const fileSystems: Record<string, Files> = { file: localFiles };

const filesOf = ({ scheme }: Uri): Files => fileSystems[scheme] ?? localFiles;

export const workspace = {
  fs: {
    stat: (uri: Uri) => filesOf(uri).stat(uri),
    readDirectory: (uri: Uri) => filesOf(uri).readDirectory(uri),
    readFile: (uri: Uri) => filesOf(uri).readFile(uri),
    writeFile: (uri: Uri, bytes: Uint8Array) => filesOf(uri).writeFile(uri, bytes),
    createDirectory: (uri: Uri) => filesOf(uri).createDirectory(uri),
  },
};

/** What was shown, and what a person answers. */
export const person = { messages: [] as string[], folder: undefined as string | undefined };

const show = (message: string, options?: unknown, ...buttons: unknown[]) => {
  person.messages.push(message);
  // The question whether to replace files.
  return Promise.resolve(typeof options === 'object' ? buttons[0] : undefined);
};

export const window = {
  showOpenDialog: () => Promise.resolve(person.folder === undefined ? undefined : [URI.file(person.folder)]),
  showInformationMessage: show,
  showWarningMessage: show,
  showErrorMessage: show,
  createStatusBarItem: () => ({
    text: '',
    show() {
      person.messages.push(this.text);
    },
    dispose: () => undefined,
  }),
  withProgress: <T>(_options: unknown, work: (progress: unknown, token: unknown) => Promise<T>): Promise<T> =>
    work({ report: () => undefined }, { onCancellationRequested: () => new Disposable(() => undefined) }),
  onDidChangeWindowState: () => new Disposable(() => undefined),
};

/** The clipboard, which takes a moment for everything, as in a browser. */
export const clipboard = { text: '', refuses: false };

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

export const env = {
  clipboard: {
    async readText(): Promise<string> {
      await aMoment();
      if (clipboard.refuses) throw new Error('Read permission denied.');
      return clipboard.text;
    },
    async writeText(text: string): Promise<void> {
      await aMoment();
      clipboard.text = text;
    },
  },
};

export const l10n = {
  t: (text: string, ...values: (string | number)[]) =>
    text.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)] ?? '')),
};

/** Loads a module with this one in place of `vscode`, which exists only in an extension host. */
export function withVscode<T>(load: () => T): T {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode'
        ? { url: pathToFileURL(__filename).href, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
  });
  try {
    return load();
  } finally {
    hooks.deregister();
  }
}
