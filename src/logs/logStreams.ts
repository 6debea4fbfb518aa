import * as vscode from 'vscode';
import type { DebugModeResult } from '../azure/debugMode';
import type { LogStreamState } from '../azure/logStream';
import { warn } from '../ui/messages';
import type { AppTarget, FunctionTarget } from '../ui/targets';
import { plainLine } from '../ui/text';
import { LogChannel } from './logChannel';
import { describeState, isRunning } from './states';
import { LogStatusBar } from './statusBar';

export type LogTarget = AppTarget | FunctionTarget;

/** One stream, running or ended, as status bar and tree show it. */
export interface LogStreamInfo {
  /** Account, tenant, resource ID and function name, in lower case. */
  readonly key: string;
  /** App or slot, and the function if only one is streamed. */
  readonly target: LogTarget;
  readonly name: string;
  readonly state: LogStreamState;
  /** The state as a sentence. */
  readonly words: string;
  readonly running: boolean;
}

/** Identifies a target's stream. */
export function streamKey(target: LogTarget): string {
  const { accountId, tenantId } = target.connection;
  const fn = 'fn' in target ? `/functions/${target.fn.name}` : '';
  return `${accountId}/${tenantId}${target.app.id}${fn}`.toLowerCase();
}

/**
 * The log streams of this window, each shown in an output channel of its own. While one runs, the app is kept in
 * debug mode, in which its host writes log files. Stopping leaves no timer and no socket.
 */
export class LogStreams implements vscode.Disposable {
  private readonly streams = new Map<string, Stream>();
  private readonly changed = new vscode.EventEmitter<LogStreamInfo>();
  private readonly statusBar = new LogStatusBar();
  private disposed = false;
  /** A stream started, changed its state, or was stopped. */
  readonly onDidChange = this.changed.event;

  /** @param mayUseHostKey asks whether an app's master key may be used to keep it in debug mode */
  constructor(private readonly mayUseHostKey: (target: LogTarget) => Promise<boolean>) {}

  /** Streams that run, and those that ended by themselves; not those that were stopped. */
  get list(): readonly LogStreamInfo[] {
    return [...this.streams.values()].map(({ info }) => info).filter(({ state }) => state.kind !== 'stopped');
  }

  get(target: LogTarget): LogStreamInfo | undefined {
    return this.list.find(({ key }) => key === streamKey(target));
  }

  /** Starts streaming and shows the channel; a stream that runs already is only shown. */
  start(target: LogTarget): LogStreamInfo {
    const key = streamKey(target);
    const earlier = this.streams.get(key);
    earlier?.channel.show();
    if (earlier?.info.running) return earlier.info;
    const stream = new Stream(
      key,
      target,
      earlier?.channel ?? new LogChannel(nameOf(target)),
      this.mayUseHostKey,
      (info) => {
        this.tell(info);
      },
    );
    this.streams.set(key, stream);
    stream.channel.show();
    stream.open();
    return stream.info;
  }

  /** Stops, and resolves when the connection is closed. The channel keeps its text. */
  async stop(target: LogTarget): Promise<void> {
    await this.streams.get(streamKey(target))?.close();
  }

  /** Shows the channel. */
  show(target: LogTarget): void {
    this.streams.get(streamKey(target))?.channel.show();
  }

  dispose(): void {
    this.disposed = true;
    for (const stream of this.streams.values()) {
      void stream.close();
      stream.channel.dispose();
    }
    this.streams.clear();
    this.statusBar.dispose();
    this.changed.dispose();
  }

  private tell(info: LogStreamInfo): void {
    if (this.disposed) return;
    this.statusBar.show(this.list);
    this.changed.fire(info);
    if (info.state.kind !== 'ended') return;
    const again = { title: 'Start Again', command: 'keyless.startStreamingLogs', arguments: [info.target] };
    warn(`Log stream of ${info.name}: ${info.words}`, again);
  }
}

/** One stream from start to end. */
class Stream {
  private readonly abort = new AbortController();
  private state: LogStreamState = { kind: 'connecting', attempt: 1 };
  private done: Promise<void> | undefined;

  constructor(
    private readonly key: string,
    private readonly target: LogTarget,
    readonly channel: LogChannel,
    private readonly mayUseHostKey: (target: LogTarget) => Promise<boolean>,
    private readonly changed: (info: LogStreamInfo) => void,
  ) {}

  get info(): LogStreamInfo {
    const { key, target, state } = this;
    return {
      key,
      target,
      name: nameOf(target),
      state,
      words: plainLine(describeState(state), 400),
      running: isRunning(state),
    };
  }

  open(): void {
    const { app } = this.target;
    this.channel.note(
      `Streaming the log of ${nameOf(this.target)}. This keeps the app awake, and in debug mode, until you stop it.`,
    );
    if (app.linux && 'fn' in this.target)
      this.channel.note(
        'The log stream of a Linux app can not be narrowed to one function: you see the whole app.',
      );
    this.changed(this.info);
    this.done = this.run();
  }

  async close(): Promise<void> {
    // At once, so that starting again does not find a stream that is about to be gone.
    if (this.info.running) this.enter({ kind: 'stopped' });
    this.abort.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    const { connection, app } = this.target;
    try {
      const [{ openLogStream }, { keepDebugMode }] = await Promise.all([
        import('../azure/logStream'),
        import('../azure/debugMode'),
      ]);
      const debugging = new AbortController();
      const debugMode = keepDebugMode(
        connection,
        app,
        {
          mayUseHostKey: () => this.mayUseHostKey(this.target),
          onResult: (result) => {
            this.noteDebugMode(result);
          },
        },
        AbortSignal.any([debugging.signal, this.abort.signal]),
      );
      const sink = {
        lines: (batch: readonly string[]) => this.channel.lines(batch),
        state: (state: LogStreamState) => {
          this.enter(state);
        },
      };
      try {
        await openLogStream(connection, app, { path: folderOf(this.target) }, sink, this.abort.signal);
      } finally {
        debugging.abort();
        await debugMode;
      }
    } catch (error) {
      this.enter({ kind: 'ended', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Writes one line at each change, and none while an idle stream stays idle. */
  private enter(state: LogStreamState): void {
    if (this.state.kind === 'stopped') return;
    const same =
      state.kind === this.state.kind && state.kind !== 'reconnecting' && state.kind !== 'connecting';
    this.state = state;
    if (!same) this.channel.note(describeState(state));
    this.changed(this.info);
  }

  private noteDebugMode(result: DebugModeResult): void {
    if (this.state.kind === 'stopped') return;
    this.channel.note(
      result.how === 'none'
        ? `The app could not be put in debug mode, so its host may write no log: ${result.reason}`
        : 'The app is in debug mode: from now on its host writes its log.',
    );
  }
}

function nameOf(target: LogTarget): string {
  return plainLine('fn' in target ? `${target.app.name} / ${target.fn.name}` : target.app.name);
}

/**
 * Below LogFiles; Linux sites ignore it. The host's folder has the lines of all functions too (azure-functions-host
 * FunctionFileLoggerProvider.cs): with the functions' own folders every line would come twice.
 */
function folderOf(target: LogTarget): string {
  return 'fn' in target
    ? `application/functions/function/${encodeURIComponent(target.fn.name)}`
    : 'application/functions/host';
}
