import * as vscode from 'vscode';
import type { DebugModeResult } from '../azure/appService/debugMode';
import type { ReadFailure, ReadFailureFinder } from '../azure/keyVault/readFailures';
import type { LogGap, LogStreamState } from '../azure/logs/logState';
import { serviceLineOf } from '../azure/logs/logLines';
import { plainLine } from '../ui/text';
import type { LogChannel } from './logChannel';
import { readLogSettings } from './logSettings';
import { SilenceWatch } from './silenceWatch';
import type { LogSource } from './source';
import { chooseSource } from './source';
import { describeGap, describeState, isRunning } from './states';
import type { LogStreamInfo, LogTarget } from './target';
import { channelName } from './target';

/** What a stream needs from its owner; see {@link LogStreams}. */
export interface StreamSurroundings {
  /** Asks whether an app's master key may be used to keep it in debug mode. */
  readonly mayUseHostKey: (target: LogTarget) => Promise<boolean>;
  readonly changed: (info: LogStreamInfo) => void;
  /** Called when nothing has arrived for a while. @returns possible reasons, as sentences for the channel */
  readonly silent: (silence: LogSilence, signal: AbortSignal) => Promise<readonly string[]>;
  /** How long to wait without a line from the app before calling `silent` once, in milliseconds. */
  readonly silentAfter: number;
  /** Called when a line reports that the app couldn't read a secret. */
  readonly readFailed: (failure: ReadFailure) => void;
  /** Whether the app's SCM site is about to restart because of something Keyless did. */
  readonly restartExpected: () => boolean;
}

/** A log that is being read but hasn't received anything. */
export interface LogSilence {
  readonly source: LogSource;
  /** How the host was asked to write logs. Undefined if it wasn't asked or hasn't responded. */
  readonly debugMode: DebugModeResult | undefined;
}

/** The user's choices for one stream, which override the settings. */
export interface StreamWishes {
  readonly source?: LogSource;
  /** Azure sends only lines that contain this text, ignoring case. Other lines never arrive, which saves bandwidth. */
  readonly azureFilter?: string;
}

/** One stream from start to end, written to a channel. */
export class Stream {
  private readonly abort = new AbortController();
  private state: LogStreamState = { kind: 'connecting', attempt: 1, of: 1 };
  private done: Promise<void> | undefined;
  private used: LogSource | undefined;
  private debugMode: DebugModeResult | undefined;
  private failures: ReadFailureFinder | undefined;
  private readonly silence: SilenceWatch;

  constructor(
    private readonly key: string,
    readonly target: LogTarget,
    readonly channel: LogChannel,
    private readonly surroundings: StreamSurroundings,
    private readonly wishes: StreamWishes,
  ) {
    this.silence = new SilenceWatch(surroundings.silentAfter, () => void this.explainSilence());
  }

  get info(): LogStreamInfo {
    const { key, target, state, channel } = this;
    return {
      ...{ key, target, state, source: this.used },
      name: channelName(target),
      words: plainLine(describeState(state, this.used), 400),
      running: isRunning(state),
      paused: channel.paused,
      filter: channel.filter,
    };
  }

  open(): void {
    this.channel.note(vscode.l10n.t('Streaming logs of {0}.', channelName(this.target)));
    this.surroundings.changed(this.info);
    this.done = this.run();
  }

  async close(): Promise<void> {
    // The stream may be waiting for a paused channel.
    this.channel.resume();
    // Set the state immediately, so that a restart doesn't find a stream that's about to end.
    if (this.info.running) this.enter({ kind: 'stopped' });
    this.abort.abort();
    this.silence.broken();
    await this.done;
  }

  private async run(): Promise<void> {
    const { connection, app } = this.target;
    const { signal } = this.abort;
    try {
      const { ReadFailureFinder } = await import('../azure/keyVault/readFailures');
      this.failures = new ReadFailureFinder();
      if ('path' in this.target) {
        await this.runFile(this.target.path);
        return;
      }
      const wanted = this.wishes.source ?? readLogSettings().source;
      const { source, why } = await chooseSource(connection, app, wanted, signal);
      this.used = source;
      const { azureFilter } = this.wishes;
      if (azureFilter !== undefined)
        this.channel.note(vscode.l10n.t('Azure sends only lines that contain "{0}".', azureFilter));
      if (source === 'logStream') await this.runLogStream(why);
      else await this.runInsights(why);
    } catch (error) {
      if (signal.aborted) return;
      const { explain } = await import('../azure/explain/explain');
      this.enter({ kind: 'ended', cause: 'failed', ...explain(error) });
    }
  }

  private async runLogStream(why: string): Promise<void> {
    const { connection, app } = this.target;
    this.channel.note(
      vscode.l10n.t(
        "Reading the app's log stream. {0} This keeps the app awake and in debug mode until you stop it.",
        why,
      ),
    );
    if (app.linux && 'fn' in this.target)
      this.channel.note(
        vscode.l10n.t(
          "The log stream of a Linux app can't be limited to one function, so you see the whole app's log.",
        ),
      );
    const { openLogStream } = await import('../azure/logs/logStream');
    const { restartExpected } = this.surroundings;
    const path = folderOf(this.target);
    const { azureFilter } = this.wishes;
    const filter = azureFilter === undefined ? {} : { filter: azureFilter };
    await this.inDebugMode(() =>
      openLogStream(connection, app, { path, restartExpected, ...filter }, this.sink, this.abort.signal),
    );
  }

  private async runFile(path: string): Promise<void> {
    const { connection, app } = this.target;
    const { tailScmFile } = await import('../azure/logs/fileTail');
    const tail = () => tailScmFile(connection, app, path, {}, this.sink, this.abort.signal);
    if (/^LogFiles\/Application\/Functions\//i.test(path)) await this.inDebugMode(tail);
    else await tail();
  }

  /** Keeps telling the host that someone is watching, because only then does it write log files. */
  private async inDebugMode(run: () => Promise<unknown>): Promise<void> {
    const { keepDebugMode } = await import('../azure/appService/debugMode');
    const debugging = new AbortController();
    const debugMode = keepDebugMode(
      this.target.connection,
      this.target.app,
      {
        mayUseHostKey: () => this.surroundings.mayUseHostKey(this.target),
        onResult: (result) => {
          this.noteDebugMode(result);
        },
      },
      AbortSignal.any([debugging.signal, this.abort.signal]),
    );
    try {
      await run();
    } finally {
      debugging.abort();
      await debugMode;
    }
  }

  private async runInsights(why: string): Promise<void> {
    const { connection, app } = this.target;
    this.channel.note(
      vscode.l10n.t(
        "Reading from Application Insights, starting five minutes ago. {0} Keyless queries it every 10 seconds. Lines usually appear one to five minutes after they're written.",
        why,
      ),
    );
    const { openInsightsLog } = await import('../azure/logs/insightsLog');
    const { azureFilter } = this.wishes;
    const options = {
      ...('fn' in this.target ? { fn: this.target.fn.name } : {}),
      ...(azureFilter === undefined ? {} : { text: azureFilter }),
    };
    await openInsightsLog(connection, app, options, this.sink, this.abort.signal);
  }

  private readonly sink = {
    lines: (batch: readonly string[], file?: string) => {
      for (const failure of this.failures?.push(batch) ?? []) this.surroundings.readFailed(failure);
      if (batch.some((line) => line !== '' && !serviceLineOf(line))) this.silence.broken();
      return this.channel.lines(batch, file);
    },
    gap: (gap: LogGap) => {
      this.channel.note(describeGap(gap));
    },
    note: (text: string) => {
      this.channel.note(text);
    },
    state: (state: LogStreamState) => {
      this.enter(state);
    },
  };

  /** Writes a line for each change, but not while an idle stream stays idle. */
  private enter(state: LogStreamState): void {
    if (this.state.kind === 'stopped') return;
    const same =
      state.kind === this.state.kind && state.kind !== 'reconnecting' && state.kind !== 'connecting';
    this.state = state;
    if (state.kind === 'live' || state.kind === 'idle') this.silence.watch();
    if (!isRunning(state)) this.silence.broken();
    if (!same) this.channel.note(describeState(state, this.used));
    this.surroundings.changed(this.info);
  }

  private async explainSilence(): Promise<void> {
    const { used: source, debugMode } = this;
    if (source === undefined) return;
    const { signal } = this.abort;
    const reasons = await this.surroundings.silent({ source, debugMode }, signal).catch(() => []);
    if (signal.aborted) return;
    for (const reason of reasons)
      this.channel.note(vscode.l10n.t('Nothing has been logged yet. {0}', reason));
  }

  private noteDebugMode(result: DebugModeResult): void {
    this.debugMode = result;
    if (this.state.kind === 'stopped') return;
    this.channel.note(
      result.how === 'none'
        ? vscode.l10n.t(
            "Couldn't put the app in debug mode, so its host might not write logs: {0}",
            result.reason,
          )
        : vscode.l10n.t('The app is in debug mode, so its host now writes logs.'),
    );
  }
}

/**
 * Relative to LogFiles. Linux sites ignore it. The host's folder also contains the lines of all functions
 * (azure-functions-host FunctionFileLoggerProvider.cs), so reading the functions' folders too would duplicate every line.
 */
function folderOf(target: LogTarget): string {
  return 'fn' in target ? `application/functions/function/${target.fn.name}` : 'application/functions/host';
}
