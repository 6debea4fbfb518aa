import { withTimeout } from '../core/abortScope';
import type { Clock } from '../core/clock';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { explain } from '../explain/explain';
import type { LogRoot } from './logFiles';
import { LogRecord } from './logRecord';
import type { LogStreamSink, Words } from './logState';
import type { FunctionApp } from '../core/model';
import { forgetScmTokens } from '../appService/scm';

export interface LogFollowerOptions {
  /** As of the stream: below LogFiles, in the host's names without regard to case. */
  readonly path?: string | undefined;
  readonly filter?: string | undefined;
  readonly clock: Clock;
  /** The files could not be read for long, though it was tried again and again. */
  readonly onTrouble: (words: Words) => void;
}

/** Between two looks, so that a busy stream makes no more than so many requests. Milliseconds. */
const shortest = 75;
const listEvery = 1000;
/** Between two listings in search of what the stream told of. */
const searchEvery = 100;
/** After the last bytes: for what a listing tells late, and for lines without an end. */
const lookAgain = [300, 700, 4000];
/** Without a word from the stream: while it is connected, and while it is not. */
const lookEvery = { connected: 30_000, alone: 2000 };
const longestBackoff = 10_000;
const patience = 20_000;
const beginLimit = 15_000;
const lastLook = 5000;
/** Where the service sends whole files: bytes a second, at most. */
const wholeRate = 512 * 1024;
/** Lines of each file that KuduLite shows at first (LogStreamManager.cs); Kudu shows none. */
const linuxReplay = 10;

/** Reads an app's log files on, each time the stream says that there is something, and now and then without it. */
export class LogFollower {
  private record: LogRecord | undefined;
  private refused = false;
  private running: Promise<void> | undefined;
  private readonly controller = new AbortController();
  private woken = false;
  private wakeUp: () => void = () => undefined;
  private connected = false;
  private tokensRenewed = false;
  /** When a listing was read last. */
  private listed = -Infinity;
  /** Waits before the next looks. */
  private looks: number[] = [];
  /** Looks that failed, one after the other, and since when. */
  private failures = 0;
  private failing = 0;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: LogFollowerOptions,
    private readonly sink: LogStreamSink,
    private readonly outer: AbortSignal,
  ) {}

  /** Whether the lines come from the files. */
  get reads(): boolean {
    return this.record !== undefined;
  }

  /**
   * Begins at the end of the files, unless it has. Never rejects.
   * @param late the stream has shown lines already, the last ones of Linux too
   * @returns whether they can be read
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

  /** The stream says that something was written. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  /** Whether the stream is there to wake. */
  setConnected(connected: boolean): void {
    this.connected = connected;
    this.wake();
  }

  /** The lines come from elsewhere. */
  async giveUp(): Promise<void> {
    this.refused = true;
    await this.stop();
  }

  /** Reads what is there, within some seconds. */
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
      // Why the stream ended is said already.
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
        await this.sleep(delay, shortest + (record.wholeRead / wholeRate) * 1000, signal);
      } catch (error) {
        record.blind = true;
        const delay = this.afterFailure(error);
        await this.sleep(delay, delay, signal);
      }
    }
  }

  /** @returns milliseconds until the next look, unless something is written before */
  private async look(record: LogRecord, woken: boolean, signal: AbortSignal): Promise<number> {
    const { clock } = this.options;
    const thorough =
      !woken || record.unsettled || this.failures > 0 || clock.now() - this.listed >= listEvery;
    let any = await record.readOn(thorough, signal);
    let listed = thorough;
    if (woken && !any && !thorough && clock.now() - this.listed >= searchEvery) {
      // Something was written, and not to a file that grew lately.
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

  /** @returns milliseconds until the next try */
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

  /** The right to read them was taken away: the stream's own lines have to do. */
  private loseFiles(): void {
    this.refused = true;
    this.record = undefined;
    this.sink.gap?.({ kind: 'unread' });
  }

  /** Waits at least so long, and then for as long as wanted or until something is written. */
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

/** Folders of the Functions host below LogFiles (ScriptConstants.cs): Linux cares for their case. */
const hostFolders = ['Application', 'Functions', 'Function', 'Host'];

/** Folders in which the lines of a stream stand. On Linux those of the containers, beside the host's, too. */
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
