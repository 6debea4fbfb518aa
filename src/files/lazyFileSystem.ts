import * as vscode from 'vscode';
import { readOnlySiteScheme, readOnlyWords, siteScheme } from './schemes';

/**
 * A proxy for a file system that is built on first use, because VS Code requires one to be registered at activation.
 * @param changed fires for changed files once the file system is built
 */
export function lazyFileSystem(
  build: () => Promise<vscode.FileSystemProvider>,
  changed: vscode.Event<vscode.FileChangeEvent[]>,
): vscode.FileSystemProvider {
  return {
    onDidChangeFile: changed,
    watch(uri, options) {
      let watching: vscode.Disposable | undefined;
      let ended = false;
      void build().then((files) => {
        if (!ended) watching = files.watch(uri, options);
      });
      return new vscode.Disposable(() => {
        ended = true;
        watching?.dispose();
      });
    },
    stat: async (uri) => (await build()).stat(uri),
    readDirectory: async (uri) => (await build()).readDirectory(uri),
    createDirectory: async (uri) => (await build()).createDirectory(uri),
    readFile: async (uri) => (await build()).readFile(uri),
    writeFile: async (uri, bytes, options) => (await build()).writeFile(uri, bytes, options),
    delete: async (uri, options) => (await build()).delete(uri, options),
    rename: async (from, to, options) => (await build()).rename(from, to, options),
  };
}

/** Registers the file system for writable files and for read-only ones, with the reason why they are read-only. */
export function registerSiteFileSystem(files: vscode.FileSystemProvider): vscode.Disposable {
  const options = { isCaseSensitive: true };
  return vscode.Disposable.from(
    vscode.workspace.registerFileSystemProvider(siteScheme, files, options),
    vscode.workspace.registerFileSystemProvider(readOnlySiteScheme, files, {
      ...options,
      isReadonly: new vscode.MarkdownString(readOnlyWords()),
    }),
  );
}
