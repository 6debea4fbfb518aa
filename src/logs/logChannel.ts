import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { withoutControls } from '../ui/text';
import type { Addition, LogFilter } from './logBuffer';
import { LogBuffer } from './logBuffer';
import { renderLine } from './logLine';
import type { LogDocuments } from './logDocuments';
import type { LogSettings } from './logSettings';
import { readLogSettings } from './logSettings';
import type { LogView } from './outputView';
import { outputView } from './outputView';
import { channelTitle } from './target';

interface Pausing {
  /** How many lines were kept but not shown. */
  unseen: number;
  readonly over: PromiseWithResolvers<undefined>;
}

/**
 * An output channel for one stream, or a document if nothing may be kept on disk. The last lines are also kept here, so
 * that the filter, the time format and the memory limit can change what is shown. VS Code can't remove individual lines
 * from a channel.
 */
export class LogChannel implements vscode.Disposable {
  private view: LogView;
  private readonly buffer: LogBuffer;
  private disposed = false;
  private pausing: Pausing | undefined;

  constructor(
    private readonly name: string,
    private readonly documents: Pick<LogDocuments, 'create'>,
    private settings: LogSettings = readLogSettings(),
  ) {
    this.view = this.newView();
    this.buffer = new LogBuffer(settings.bufferLines);
  }

  /**
   * Appends lines from the app and then yields to the event loop, so that a busy stream doesn't block everything else.
   * While paused, lines are only kept. When half the buffer is unseen, this waits, which holds back the sender too.
   */
  async lines(batch: readonly string[], file?: string): Promise<void> {
    // In parts, so that a full buffer never drops unseen lines.
    const part = Math.max(1, Math.floor(this.buffer.limit / 4));
    for (let from = 0; from < batch.length; from += part) {
      const lines = batch.slice(from, from + part);
      while (this.pausing && this.pausing.unseen + lines.length > this.buffer.limit / 2)
        await this.pausing.over.promise;
      if (this.disposed) return;
      const addition = this.buffer.add(lines, file);
      if (this.pausing) this.pausing.unseen += lines.length;
      else this.present(addition);
      await setImmediate();
    }
  }

  /** Appends a line from Keyless itself, even while paused. */
  note(text: string): void {
    if (this.disposed) return;
    const addition = this.buffer.note(lineOf(text));
    if (this.pausing) this.append(addition.append);
    else this.present(addition);
  }

  get paused(): boolean {
    return this.pausing !== undefined;
  }

  /** Keeps new lines without showing them until `resume`. */
  pause(): void {
    if (this.pausing) return;
    this.note(vscode.l10n.t('Paused. New lines are kept and shown when you resume.'));
    this.pausing = { unseen: 0, over: Promise.withResolvers() };
  }

  resume(): void {
    const { pausing } = this;
    this.pausing = undefined;
    if (!pausing) return;
    this.rewrite();
    pausing.over.resolve(undefined);
  }

  get filter(): LogFilter {
    return this.buffer.filter;
  }

  /** Shows only entries that pass the filter, both existing and new ones. */
  set filter(filter: LogFilter) {
    this.buffer.filter = filter;
    this.rewrite();
  }

  /** Names of the functions that appear in the lines. */
  get functions(): readonly string[] {
    return this.buffer.functions;
  }

  apply(settings: LogSettings): void {
    const before = this.settings;
    this.settings = settings;
    this.buffer.limit = settings.bufferLines;
    if (before.keepOnDisk !== settings.keepOnDisk) {
      this.view.dispose();
      this.view = this.newView();
      this.rewrite();
    } else if (before.timestamps !== settings.timestamps) this.rewrite();
  }

  /** The text that the channel shows. */
  get text(): string {
    const { rendered } = this;
    return `${this.droppedNote()}${this.buffer.text(rendered)}`;
  }

  clear(): void {
    this.buffer.clear();
    this.view.clear();
    const { pausing } = this;
    if (pausing) this.pausing = { unseen: 0, over: Promise.withResolvers() };
    pausing?.over.resolve(undefined);
  }

  /** Brings the channel to the front without moving the focus. */
  show(): void {
    this.view.show();
  }

  dispose(): void {
    this.disposed = true;
    const { pausing } = this;
    this.pausing = undefined;
    pausing?.over.resolve(undefined);
    this.view.dispose();
  }

  private newView(): LogView {
    const title = channelTitle(this.name);
    return this.settings.keepOnDisk ? outputView(title) : this.documents.create(title);
  }

  private present({ append, halved }: Addition): void {
    if (halved) this.rewrite();
    else this.append(append);
  }

  private append(lines: readonly string[]): void {
    if (this.disposed || lines.length === 0) return;
    const { rendered } = this;
    this.view.append(`${(rendered ? lines.map(rendered) : lines).join('\n')}\n`);
  }

  private rewrite(): void {
    if (!this.disposed) this.view.replace(this.text);
  }

  /** How to convert the buffer's lines for display. Undefined if they're shown as they are kept. */
  private get rendered(): ((line: string) => string) | undefined {
    return this.settings.timestamps === 'local' ? (line) => renderLine(line, 'local') : undefined;
  }

  private droppedNote(): string {
    const { dropped, limit } = this.buffer;
    if (dropped === 0) return '';
    const note = vscode.l10n.t(
      '[Keyless] To save memory, {0} earlier lines are no longer shown here (keyless.logs.bufferLines is {1}).',
      dropped,
      limit,
    );
    return `${note}\n`;
  }
}

function lineOf(text: string): string {
  return `${new Date().toISOString()} [Keyless] ${withoutControls(text).replaceAll('\n', ' ')}`;
}
