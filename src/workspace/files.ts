import * as vscode from 'vscode';
import { configurationFiles, neverSearched, otherFiles, patternOf, searchLimits } from './model/fileKinds';

/**
 * Files of the workspace in which secrets may be, by the setting `files.exclude`, one more than the limit if there are more.
 * @param which only the configuration files of a project, or everything that a search reads
 */
export async function filesOf(
  which: 'configuration' | 'all',
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[]> {
  const names = which === 'all' ? [...configurationFiles, ...otherFiles] : configurationFiles;
  const found = await vscode.workspace.findFiles(
    patternOf(names),
    neverSearched,
    searchLimits.files + 1,
    token,
  );
  return found.filter(isOwnFile);
}

/** Excludes the files of apps in Azure, and documents that aren't files. */
export function isOwnFile({ scheme }: vscode.Uri): boolean {
  return /^(?:file|untitled|vscode-remote|vscode-vfs)$/.test(scheme);
}

/** The text of a file, as the editor has it if it's open; `tooLarge` if nothing reads it, undefined if it's gone or not text. */
export async function textOf(uri: vscode.Uri): Promise<{ readonly text: string } | 'tooLarge' | undefined> {
  try {
    // VS Code keeps a document for minutes after its file was deleted.
    const { size } = uri.scheme === 'untitled' ? { size: 0 } : await vscode.workspace.fs.stat(uri);
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (!open && size > searchLimits.bytes) return 'tooLarge';
    const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    if (text.length > searchLimits.bytes) return 'tooLarge';
    return text.includes('\0') ? undefined : { text };
  } catch {
    return undefined;
  }
}

/** Lets other work of the extension host go first as soon as this has taken some milliseconds. */
export function breather(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < 10) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}

/** Makes ranges of offsets in a text, with the lines that VS Code counts. */
export function rangesIn(text: string): (start: number, end: number) => vscode.Range {
  const starts = [
    0,
    ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ 0: ending, index }) => index + ending.length),
  ];
  const at = (offset: number) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return new vscode.Position(line, offset - (starts[line] ?? 0));
  };
  return (start, end) => new vscode.Range(at(start), at(end));
}
