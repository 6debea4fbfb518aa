import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { withoutControls } from '../ui/text';

/** After so many characters the view is emptied: VS Code keeps a visible channel's whole text in memory. */
const longestText = 32 * 1024 * 1024;

/** An output channel for one stream. VS Code writes its text to a file; in memory of the extension stays none. */
export class LogChannel implements vscode.Disposable {
  private readonly channel: vscode.OutputChannel;
  private length = 0;
  private disposed = false;

  constructor(
    name: string,
    private readonly limit = longestText,
  ) {
    this.channel = vscode.window.createOutputChannel(`${name} (log stream)`, 'log');
  }

  /** Appends lines of the app. Waits a turn of the event loop, so that a busy stream leaves room for everything else. */
  async lines(batch: readonly string[]): Promise<void> {
    if (batch.length === 0) return;
    this.append(`${batch.join('\n')}\n`);
    await setImmediate();
  }

  /** Appends one line of Keyless itself. */
  note(text: string): void {
    this.append(lineOf(text));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.disposed = true;
    this.channel.dispose();
  }

  private append(text: string): void {
    if (this.disposed) return;
    this.length += text.length;
    if (this.length > this.limit) {
      this.channel.clear();
      this.length = text.length;
      this.channel.append(lineOf('Earlier lines are no longer shown here, to save memory.'));
    }
    this.channel.append(text);
  }
}

function lineOf(text: string): string {
  return `${new Date().toISOString()} [Keyless] ${withoutControls(text).replaceAll('\n', ' ')}\n`;
}
