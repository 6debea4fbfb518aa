import * as vscode from 'vscode';

/** What makes a row stand out, in addition to its icon and description. */
export type Mark = 'dimmed' | 'warning' | 'error';

/** Scheme of the URIs that mark rows. They can't be opened. */
const scheme = 'keyless-mark';

/** Each mark has one URI, so VS Code asks once for its color and badge. */
export function uriOfMark(mark: Mark): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${mark}` });
}

export function registerMarks(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) =>
      uri.scheme === scheme ? decorationOf(uri.path.slice(1) as Mark) : undefined,
  });
}

function decorationOf(mark: Mark): vscode.FileDecoration {
  const colored = (color: string, badge?: string) =>
    new vscode.FileDecoration(badge, undefined, new vscode.ThemeColor(color));
  switch (mark) {
    case 'dimmed':
      return colored('disabledForeground');
    case 'warning':
      return colored('list.warningForeground', '!');
    case 'error':
      return colored('list.errorForeground', '!');
  }
}
