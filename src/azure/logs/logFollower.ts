import { withTimeout } from '../core/abortScope';
import type { Clock } from '../core/clock';
import type { Connection } from '../core/connection';
import type { Explanation } from '../core/errors';
import { AzureError } from '../core/errors';
import { explain } from '../explain/explain';
import type { LogRoot } from './logFiles';
import { LogRecord } from './logRecord';
import type { LogStreamSink } from './logState';
import type { FunctionApp } from '../core/model';
import { forgetScmTokens } from '../appService/scm';

export interface LogFollowerOptions {
  /** The stream's folder in LogFiles. The host's folder names are case-insensitive. */
  readonly path?: string | undefined;
  readonly filter?: string | undefined;
  readonly clock: Clock;
  /** Called when the files couldn't be read for a long time despite retries. */
  readonly onTrouble: (words: Explanation) => void;
}

/** Milliseconds between two reads, to limit the number of requests for a busy stream. */
const shortest = 75;
const listEvery = 1000;
/** Between two listings that search for the file the stream's data came from. */
const searchEvery = 100;
/** After the last bytes, because listings lag behind and lines may be incomplete. */
const lookAgain = [300, 700, 4000];
/** Between two reads without data from the stream, while it is connected or not. */
const lookEvery = { connected: 30_000, alone: 2000 };
const longestBackoff = 10_000;
const patience = 20_000;
const beginLimit = 15_000;
const lastLook = 5000;
/** The maximum bytes per second if the service sends entire files. */
const wholeRate = 512 * 1024;
/** The number of existing lines that KuduLite shows for each file (LogStreamManager.cs). Kudu shows none. */
const linuxReplay = 10;

/** Reads an app's log files whenever the stream sends data, and occasionally without it. */
export class LogFollower {
  private record: LogRecord | undefined;
  private refused = false;
  private running: Promise<void> | undefined;
  private readonly controller = new AbortController();
  private woken = false;
  private wakeUp: () => void = () => undefined;
  private connected = false;
  private tokensRenewed = false;
  /** When the last listing was read. */
  private listed = -Infinity;
  /** Delays before the next reads. */
  private looks: number[] = [];
  /** The number of consecutive failures, and when the first one happened. */
  private failures = 0;
  private failing = 0;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: LogFollowerOptions,
    private readonly sink: LogStreamSink,
    private readonly outer: AbortSignal,
  ) {}

  /** Whether lines are read from the files. */
  get reads(): boolean {
    return this.record !== undefined;
  }

  /**
   * Starts reading at the end of the files, unless it has already started. Never rejects.
   * @param late whether the stream has already shown lines, including the existing ones that Linux repeats
   * @returns whether the files can be read
   */
  async begin(signal: AbortSignal, late: boolean): Promise<boolean> {
    if (this.record || this.refused) return this.reads;
    const { app, options } = this;
    try {
      const roots = rootsOf(options.path ?? '', app.linux);
      const replay = app.linux && !late ? linuxReplay : 0;
      const choices = { roots, replay, filter: options.filter, clock: options.clock };
      this.record = await withTimeout(options.clock, beginLimit, signal, (within) =>
        LogRecord.begin(this.c, app, choices, this.sink, within),
      );
      this.running = this.run(this.record, AbortSignal.any([this.outer, this.controller.signal]));
    } catch (error) {
      this.refused = isRefusal(error);
    }
    return this.reads;
  }

  /** Called when the stream sends data, so something was written. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  /** Sets whether the stream is connected and will call {@link wake}. */
  setConnected(connected: boolean): void {
    this.connected = connected;
    this.wake();
  }

  /** Stops reading the files for good, because the lines come from elsewhere. */
  async giveUp(): Promise<void> {
    this.refused = true;
    await this.stop();
  }

  /** Reads the remaining lines within a few seconds. */
  async finish(): Promise<void> {
    const { record } = this;
    await this.stop();
    if (!record || this.outer.aborted) return;
    try {
      await withTimeout(this.options.clock, lastLook, this.outer, async (within) => {
        await record.readOn(true, within);
        await record.flush('all', within);
      });
    } catch {
      // The reason why the stream ended was already reported.
    }
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.running;
    this.record = undefined;
  }

  private async run(record: LogRecord, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.refused) {
      const { woken } = this;
      this.woken = false;
      try {
        const delay = await this.look(record, woken, signal);
        await this.sleep(delay, shortest + (record.reader.wholeRead / wholeRate) * 1000, signal);
      } catch (error) {
        record.noteFailure();
        const delay = this.afterFailure(error);
        await this.sleep(delay, delay, signal);
      }
    }
  }

  /** @returns milliseconds until the next read, unless something is written before then */
  private async look(record: LogRecord, woken: boolean, signal: AbortSignal): Promise<number> {
    const { clock } = this.options;
    const thorough =
      !woken || record.unsettled || this.failures > 0 || clock.now() - this.listed >= listEvery;
    let any = await record.readOn(thorough, signal);
    let listed = thorough;
    if (woken && !any && !thorough && clock.now() - this.listed >= searchEvery) {
      // Something was written, but not to a file that grew recently.
      any = await record.readOn(true, signal);
      listed = true;
    }
    if (listed) this.listed = clock.now();
    if (any || woken) this.looks = [...lookAgain];
    else if (this.looks.length === 0) await record.flush('quiet', signal);
    this.failures = 0;
    this.tokensRenewed = false;
    return this.looks.shift() ?? (this.connected ? lookEvery.connected : lookEvery.alone);
  }

  /** @returns milliseconds until the next attempt */
  private afterFailure(error: unknown): number {
    const now = this.options.clock.now();
    if (this.failures++ === 0) this.failing = now;
    if (isUnauthorized(error) && !this.tokensRenewed) {
      this.tokensRenewed = true;
      forgetScmTokens(this.c);
    } else if (isRefusal(error)) this.loseFiles();
    if (this.connected && now - this.failing > patience) {
      this.failing = now;
      this.options.onTrouble(explain(error));
    }
    return Math.min(250 * 2 ** this.failures, longestBackoff);
  }

  /** Falls back to the stream's own lines, because permission to read the files was removed. */
  private loseFiles(): void {
    this.refused = true;
    this.record = undefined;
    this.sink.gap?.({ kind: 'unread' });
  }

  /** Waits for the minimum time, and then for the rest of the delay or until something is written. */
  private async sleep(delay: number, least: number, signal: AbortSignal): Promise<void> {
    await this.pause(Math.min(least, delay), signal, false);
    if (!this.woken && delay > least) await this.pause(delay - least, signal, true);
  }

  private pause(milliseconds: number, signal: AbortSignal, mayWake: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        prevent();
        signal.removeEventListener('abort', done);
        this.wakeUp = () => undefined;
        resolve();
      };
      const prevent = this.options.clock.after(milliseconds, done);
      if (mayWake) this.wakeUp = done;
      if (signal.aborted) done();
      else signal.addEventListener('abort', done, { once: true });
    });
  }
}

function isRefusal(error: unknown): boolean {
  const status = error instanceof AzureError ? error.status : undefined;
  return status !== undefined && status < 500 && ![408, 409, 429].includes(status);
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof AzureError && error.status === 401;
}

/** The Functions host's folders in LogFiles (ScriptConstants.cs), because names are case-sensitive on Linux. */
const hostFolders = ['Application', 'Functions', 'Function', 'Host'];

/** The folders that contain a stream's lines. On Linux this includes the containers' logs beside the host's. */
function rootsOf(path: string, linux: boolean): LogRoot[] {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const names = parts.map(
    (part, index) =>
      (index < 3 ? hostFolders.find((name) => name.toLowerCase() === part.toLowerCase()) : undefined) ?? part,
  );
  const root = { folder: ['LogFiles', ...names].join('/'), deep: true };
  const beside = linux && names.length > 0 && names[2] !== 'Function';
  return beside ? [root, { folder: 'LogFiles', deep: false }] : [root];
}
