import * as vscode from 'vscode';
import type { ReadFailure } from '../azure/keyVault/readFailures';
import { warn } from '../ui/messages';
import type { LogFilter } from './logBuffer';
import type { LogChannel } from './logChannel';
import { LogDocuments, logScheme } from './logDocuments';
import { logSection, readLogSettings } from './logSettings';
import type { RememberedStreams } from './rememberedStreams';
import { LogStatusBar } from './statusBar';
import type { LogSilence, Stream, StreamWishes } from './stream';
import type { LogStreamInfo, LogTarget } from './target';
import { channelName, streamKey } from './target';

/** How long after a write the SCM site may restart, in milliseconds. */
const restartPatience = 90_000;

export interface LogStreamsOptions {
  /** Asks whether an app's master key may be used to keep it in debug mode. */
  readonly mayUseHostKey: (target: LogTarget) => Promise<boolean>;
  /** Called once per stream to explain why nothing has arrived. @returns sentences for its channel */
  readonly onSilence?: (
    target: LogTarget,
    silence: LogSilence,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** How long to wait without a line before calling `onSilence`, in milliseconds. */
  readonly silentAfter?: number;
  /** Called when a log shows that an app couldn't read a secret; once for each app, vault and secret. */
  readonly onReadFailure?: (target: LogTarget, failure: ReadFailure) => void;
  /** Remembers running streams, to resume them after the window reloads. */
  readonly remembered?: RememberedStreams;
}

const usualSilence = 20_000;

/**
 * The log streams of this window, each in its own output channel. While a stream runs, its app is kept in debug mode, in
 * which the host writes log files. After stopping, no timer or socket is left.
 */
export class LogStreams implements vscode.Disposable {
  private readonly streams = new Map<string, Stream>();
  private readonly changed = new vscode.EventEmitter<LogStreamInfo>();
  private readonly statusBar = new LogStatusBar();
  private readonly configuration: vscode.Disposable;
  /** Until when an app is expected to restart, by lowercase resource ID. */
  private readonly restarts = new Map<string, number>();
  private readonly readFailures = new Set<string>();
  private readonly documents = new LogDocuments();
  private readonly links: vscode.Disposable;
  private disposed = false;
  /** Fires when a stream starts, changes its state or is stopped. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: LogStreamsOptions) {
    this.configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(logSection)) this.applySettings();
    });
    // VS Code asks for the links of output channels only if the selector names their scheme (microsoft/vscode#22869).
    this.links = vscode.languages.registerDocumentLinkProvider(
      [{ scheme: 'output' }, { scheme: logScheme }],
      {
        provideDocumentLinks: async (document) =>
          (await import('./readFailureLinks')).readFailureLinks(document, this.all),
      },
    );
  }

  /** Streams that are running or ended by themselves, but not those that the user stopped. */
  get list(): readonly LogStreamInfo[] {
    return this.all.filter(({ state }) => state.kind !== 'stopped');
  }

  /** All streams that still have a channel, including stopped ones. */
  get all(): readonly LogStreamInfo[] {
    return [...this.streams.values()].map(({ info }) => info);
  }

  get(target: LogTarget): LogStreamInfo | undefined {
    return this.list.find(({ key }) => key === streamKey(target));
  }

  /** Starts streaming and shows the channel. If the stream is already running, only shows it. */
  async start(
    target: LogTarget,
    { reveal = true, ...wishes }: StreamWishes & { readonly reveal?: boolean } = {},
  ): Promise<void> {
    const key = streamKey(target);
    const [{ LogChannel }, { Stream }] = await Promise.all([import('./logChannel'), import('./stream')]);
    if (this.disposed) return;
    const earlier = this.streams.get(key);
    if (reveal) earlier?.channel.show();
    if (earlier?.info.running) return;
    const channel = earlier?.channel ?? new LogChannel(channelName(target), this.documents);
    const surroundings = {
      mayUseHostKey: this.options.mayUseHostKey,
      changed: (info: LogStreamInfo) => {
        this.tell(info);
      },
      silent: (silence: LogSilence, signal: AbortSignal) =>
        this.options.onSilence?.(target, silence, signal) ?? Promise.resolve([]),
      silentAfter: this.options.silentAfter ?? usualSilence,
      readFailed: (failure: ReadFailure) => {
        this.tellReadFailure(target, failure);
      },
      restartExpected: () => Date.now() < (this.restarts.get(target.app.id.toLowerCase()) ?? 0),
    };
    const stream = new Stream(key, target, channel, surroundings, wishes);
    this.streams.set(key, stream);
    if (reveal) channel.show();
    stream.open();
  }

  /** Stops the stream and starts it again in the same channel. */
  async restart(target: LogTarget, wishes: StreamWishes = {}): Promise<void> {
    await this.stop(target);
    await this.start(target, wishes);
  }

  /** Stops the stream. Resolves when the connection is closed. The channel keeps its text. */
  async stop(target: LogTarget): Promise<void> {
    await this.streams.get(streamKey(target))?.close();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.streams.values()].map((stream) => stream.close()));
  }

  /** Must be called before writing an app's settings, because its SCM site then restarts and streams have to reconnect. */
  expectRestart(appId: string): void {
    this.restarts.set(appId.toLowerCase(), Date.now() + restartPatience);
  }

  /** Shows the channel. */
  show(target: LogTarget): void {
    this.streams.get(streamKey(target))?.channel.show();
  }

  /** Keeps new lines without showing them. */
  pause(target: LogTarget): void {
    this.change(target, (channel) => {
      channel.pause();
    });
  }

  /** Shows the lines that were kept and all new lines. */
  resume(target: LogTarget): void {
    this.change(target, (channel) => {
      channel.resume();
    });
  }

  /** Shows only entries that pass the filter, including existing ones. */
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

  /** The text that the channel shows. */
  textOf(target: LogTarget): string {
    return this.streams.get(streamKey(target))?.channel.text ?? '';
  }

  /** The target of a stream. @param key a {@link LogStreamInfo.key} */
  targetOf(key: string): LogTarget | undefined {
    return this.streams.get(key)?.target;
  }

  /** Names of the functions that appear in the lines. */
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
    this.documents.dispose();
    this.configuration.dispose();
    this.links.dispose();
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

  private tellReadFailure(target: LogTarget, failure: ReadFailure): void {
    const about = failure.kind === 'noIdentity' ? '' : `${failure.vaultName} ${failure.secretName ?? ''}`;
    const key = `${target.app.id} ${failure.kind} ${about}`.toLowerCase();
    if (this.disposed || this.readFailures.has(key)) return;
    this.readFailures.add(key);
    this.options.onReadFailure?.(target, failure);
  }

  private remember(): void {
    const running = readLogSettings().resumeAfterReload ? this.list.filter((info) => info.running) : [];
    this.options.remembered?.keep(running.map(({ target }) => target));
  }
}
