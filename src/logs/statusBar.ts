import * as vscode from 'vscode';
import { plain } from '../ui/text';
import type { LogStreamInfo } from './target';
import { stateWord } from './states';

/** A single status bar item for all log streams, shown while there are any. Clicking it lists them. */
export class LogStatusBar implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;

  show(streams: readonly LogStreamInfo[]): void {
    const [first, ...others] = streams;
    if (!first) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    const item = (this.item ??= this.make());
    const ended = streams.some(({ running }) => !running);
    const summary = others.length === 0 ? stateOf(first) : vscode.l10n.t('{0} log streams', streams.length);
    item.text = `$(${iconOf(streams)}) ${plain(summary)}`;
    item.tooltip = plain(
      [
        ...streams.map((stream) => `${stateOf(stream)}. ${stream.words}`),
        vscode.l10n.t('Streaming keeps an app awake. Click to show or stop log streams.'),
      ].join('\n'),
    );
    item.accessibilityInformation = { label: vscode.l10n.t('Log stream {0}', summary), role: 'button' };
    item.backgroundColor = ended ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  }

  dispose(): void {
    this.item?.dispose();
  }

  private make(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('logStreams', vscode.StatusBarAlignment.Left, 0);
    item.name = vscode.l10n.t('Keyless Log Streams');
    item.command = 'keyless.showLogStreams';
    return item;
  }
}

function stateOf({ name, paused, state, filter }: LogStreamInfo): string {
  const word = paused ? vscode.l10n.t('paused') : stateWord(state.kind);
  return Object.keys(filter).length > 0
    ? vscode.l10n.t('{0}: {1}, filtered', name, word)
    : vscode.l10n.t('{0}: {1}', name, word);
}

function iconOf(streams: readonly LogStreamInfo[]): string {
  const kinds = new Set(streams.map(({ state }) => state.kind));
  if (kinds.has('ended')) return 'warning';
  if (kinds.has('connecting') || kinds.has('reconnecting')) return 'sync~spin';
  return streams.every(({ paused }) => paused) ? 'debug-pause' : 'radio-tower';
}
