import * as vscode from 'vscode';

/** Shows the text of one log. */
export interface LogView {
  append(text: string): void;
  replace(text: string): void;
  clear(): void;
  /** Brings it to the front without moving the focus. */
  show(): void;
  dispose(): void;
}

/** An output channel, whose text VS Code also writes to a file, even after it was cleared. */
export function outputView(title: string): LogView {
  const channel = vscode.window.createOutputChannel(title, 'log');
  return {
    append: (text) => {
      channel.append(text);
    },
    replace: (text) => {
      channel.replace(text);
    },
    clear: () => {
      channel.clear();
    },
    show: () => {
      channel.show(true);
    },
    dispose: () => {
      channel.dispose();
    },
  };
}
