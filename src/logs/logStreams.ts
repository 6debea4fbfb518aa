import * as vscode from 'vscode';
import { warn } from '../ui/messages';
import type { LogFilter } from './logBuffer';
import { LogChannel } from './logChannel';
import { logSection, readLogSettings } from './logSettings';
import type { Refusal } from './refusals';
import type { RememberedStreams } from './rememberedStreams';
import { LogStatusBar } from './statusBar';
import type { LogSilence, StreamWishes } from './stream';
import { Stream } from './stream';
import type { LogStreamInfo, LogTarget } from './target';
import { nameOf, streamKey } from './target';

/** Milliseconds after a write in which the SCM site restarts. */
const restartPatience = 90_000;

export interface LogStreamsOptions {
  /** Asks whether an app's master key may be used to keep it in debug mode. */
  readonly mayUseHostKey: (target: LogTarget) => Promise<boolean>;
  /** Asked once a stream why it has brought nothing. @returns sentences for its channel */
  readonly onSilence?: (
    target: LogTarget,
    silence: LogSilence,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Milliseconds without a line after which that is asked. */
  readonly silentAfter?: number;
  /** Told of a key vault's refusal that a log shows; once for each app, vault and secret. */
  readonly onRefusal?: (target: LogTarget, refusal: Refusal) => void;
  /** Keeps which streams run, for after a reload of the window. */
  readonly remembered?: RememberedStreams;
}

const usualSilence = 20_000;

/**
 * The log streams of this window, each shown in an output channel of its own. While one runs, the app is kept in
 * debug mode, in which its host writes log files. Stopping leaves no timer and no socket.
 */
export class LogStreams implements vscode.Disposable {
  private readonly streams = new Map<string, Stream>();
  private readonly changed = new vscode.EventEmitter<LogStreamInfo>();
  private readonly statusBar = new LogStatusBar();
  private readonly configuration: vscode.Disposable;
  /** Until when restarts of apps are no surprise, by lower-case resource ID. */
  private readonly restarts = new Map<string, number>();
  private readonly refusals = new Set<string>();
  private disposed = false;
  /** A stream started, changed its state, or was stopped. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: LogStreamsOptions) {
    this.configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(logSection)) this.applySettings();
    });
  }

  /** Streams that run, and those that ended by themselves; not those that were stopped. */
  get list(): readonly LogStreamInfo[] {
    return this.all.filter(({ state }) => state.kind !== 'stopped');
  }

  /** All whose text is still there, the stopped ones too. */
  get all(): readonly LogStreamInfo[] {
    return [...this.streams.values()].map(({ info }) => info);
  }

  get(target: LogTarget): LogStreamInfo | undefined {
    return this.list.find(({ key }) => key === streamKey(target));
  }

  /** Starts streaming and shows the channel; a stream that runs already is only shown. */
  start(
    target: LogTarget,
    { reveal = true, ...wishes }: StreamWishes & { readonly reveal?: boolean } = {},
  ): LogStreamInfo {
    const key = streamKey(target);
    const earlier = this.streams.get(key);
    if (reveal) earlier?.channel.show();
    if (earlier?.info.running) return earlier.info;
    const channel = earlier?.channel ?? new LogChannel(nameOf(target));
    const surroundings = {
      mayUseHostKey: this.options.mayUseHostKey,
      changed: (info: LogStreamInfo) => {
        this.tell(info);
      },
      silent: (silence: LogSilence, signal: AbortSignal) =>
        this.options.onSilence?.(target, silence, signal) ?? Promise.resolve([]),
      silentAfter: this.options.silentAfter ?? usualSilence,
      refused: (refusal: Refusal) => {
        this.tellRefusal(target, refusal);
      },
      restartExpected: () => Date.now() < (this.restarts.get(target.app.id.toLowerCase()) ?? 0),
    };
    const stream = new Stream(key, target, channel, surroundings, wishes);
    this.streams.set(key, stream);
    if (reveal) channel.show();
    stream.open();
    return stream.info;
  }

  /** Stops and starts again, into the same channel. */
  async restart(target: LogTarget, wishes: StreamWishes = {}): Promise<void> {
    await this.stop(target);
    this.start(target, wishes);
  }

  /** Stops, and resolves when the connection is closed. The channel keeps its text. */
  async stop(target: LogTarget): Promise<void> {
    await this.streams.get(streamKey(target))?.close();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.streams.values()].map((stream) => stream.close()));
  }

  /** To be called before an app's settings are written: its SCM site restarts, and the streams it cuts come back. */
  expectRestart(appId: string): void {
    this.restarts.set(appId.toLowerCase(), Date.now() + restartPatience);
  }

  /** Shows the channel. */
  show(target: LogTarget): void {
    this.streams.get(streamKey(target))?.channel.show();
  }

  /** Keeps what is logged from now on without showing it. */
  pause(target: LogTarget): void {
    this.change(target, (channel) => {
      channel.pause();
    });
  }

  /** Shows what was kept meanwhile, and what comes. */
  resume(target: LogTarget): void {
    this.change(target, (channel) => {
      channel.resume();
    });
  }

  /** Shows only what passes, of the lines that are there as well. */
  filter(target: LogTarget, filter: LogFilter): void {
    this.change(target, (channel) => {
      channel.filter = filter;
      channel.show();
    });
  }

  clear(target: LogTarget): void {
    this.change(target, (channel) => {
      channel.clear();
    });
  }

  /** What the channel shows. */
  textOf(target: LogTarget): string {
    return this.streams.get(streamKey(target))?.channel.text ?? '';
  }

  /** Functions that the lines tell of. */
  functionsOf(target: LogTarget): readonly string[] {
    return this.streams.get(streamKey(target))?.channel.functions ?? [];
  }

  dispose(): void {
    this.disposed = true;
    for (const stream of this.streams.values()) {
      void stream.close();
      stream.channel.dispose();
    }
    this.streams.clear();
    this.configuration.dispose();
    this.statusBar.dispose();
    this.changed.dispose();
  }

  private change(target: LogTarget, act: (channel: LogChannel) => void): void {
    const stream = this.streams.get(streamKey(target));
    if (!stream) return;
    act(stream.channel);
    this.statusBar.show(this.list);
  }

  private applySettings(): void {
    const settings = readLogSettings();
    for (const { channel } of this.streams.values()) channel.apply(settings);
    this.remember();
  }

  private tell(info: LogStreamInfo): void {
    if (this.disposed) return;
    this.statusBar.show(this.list);
    this.remember();
    this.changed.fire(info);
    if (info.state.kind !== 'ended') return;
    const again = {
      title: vscode.l10n.t('Start Again'),
      command: 'keyless.startStreamingLogs',
      arguments: [info.target],
    };
    const startApp = {
      title: vscode.l10n.t('Start App'),
      command: 'keyless.startApp',
      arguments: [info.target],
    };
    const offers = info.state.cause === 'appStopped' ? [startApp, again] : [again];
    warn(vscode.l10n.t('Log stream of {0}: {1}', info.name, info.words), ...offers);
  }

  private tellRefusal(target: LogTarget, refusal: Refusal): void {
    const { vaultName, secretName = '' } = refusal;
    const key = `${target.app.id} ${vaultName} ${secretName}`.toLowerCase();
    if (this.disposed || this.refusals.has(key)) return;
    this.refusals.add(key);
    this.options.onRefusal?.(target, refusal);
  }

  private remember(): void {
    const running = readLogSettings().resumeAfterReload ? this.list.filter((info) => info.running) : [];
    this.options.remembered?.keep(running.map(({ target }) => target));
  }
}
