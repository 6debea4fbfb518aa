import * as vscode from 'vscode';

/** What makes a row stand out, in addition to its icon and description. */
export type Mark = 'attention';

/** Scheme of the URIs that mark rows. They can't be opened. */
const scheme = 'keyless-mark';

/** Each mark has one URI, so VS Code asks once for its badge. */
export function uriOfMark(mark: Mark): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${mark}` });
}

/** Marks have no color: VS Code draws descriptions in it at 70 percent, which is too pale to read. */
export function registerMarks(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => (uri.scheme === scheme ? new vscode.FileDecoration('!') : undefined),
  });
}
