import type { PipelineResponse } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import { AbortScope } from '../core/abortScope';
import type { Clock } from '../core/clock';
import { systemClock, waitBy } from '../core/clock';
import type { Connection } from '../core/connection';
import { explain } from '../explain/explain';
import type { Ended, Outcome } from './logEnds';
import {
  gaveUp,
  heldBack,
  outcomeOfEnd,
  outcomeOfFailure,
  outcomeOfRefusal,
  silent,
  whyNot,
  whySlow,
} from './logEnds';
import { LineDecoder, Replay, serviceLineOf, StatusLineReader } from './logLines';
import type { ServiceEnd } from './logLines';
import { LogFollower } from './logFollower';
import type { LogStreamSink, LogStreamState } from './logState';
import type { Explanation } from '../core/errors';
import type { LogStreamOptions, LogStreamTiming } from './logStreamOptions';
import { defaultTiming } from './logStreamOptions';
import type { FunctionApp } from '../core/model';
import { callScm, forgetScmTokens } from '../appService/scm';
import { getFunctionApp } from '../appService/sites';
import { unlessAborted } from '../core/wait';

/** Attempts in a row. There are many more once the stream was live, because the user's own network may be down. */
const attemptsAtFirst = 10;
const attemptsLater = 120;
/** A connection that lasted this long counts as a success, so the next attempt counts as the first. */
const soundConnection = 10_000;
/** Minutes of silence after which to check whether the app was stopped. */
const askAfterMinutes = [2, 10, 30];

/**
 * Streams an app's log until `signal` is aborted or the stream ends for good, and reconnects automatically. Never rejects;
 * returns the last state (`ended` or `stopped`), which is also passed to the sink. Leaves no timers or sockets behind.
 */
export async function openLogStream(
  c: Connection,
  app: FunctionApp,
  options: LogStreamOptions,
  sink: LogStreamSink,
  signal: AbortSignal,
): Promise<LogStreamState> {
  const last = await new LogStream(c, app, options, sink, signal).run();
  sink.state(last);
  return last;
}

class LogStream {
  private readonly timing: LogStreamTiming;
  private readonly clock: Clock;
  private readonly lines = new LineDecoder();
  private readonly replay = new Replay();
  private readonly statusLines = new StatusLineReader();
  private readonly follower: LogFollower;
  private scope: AbortScope<Outcome> | undefined;
  private shown: LogStreamState | undefined;
  private wasLive = false;
  private tokensRenewed = false;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: LogStreamOptions,
    private readonly sink: LogStreamSink,
    private readonly signal: AbortSignal,
  ) {
    this.timing = { ...defaultTiming, ...options.timing };
    this.clock = options.clock ?? systemClock;
    const { path, filter } = options;
    const onTrouble = (words: Explanation) =>
      this.scope?.abortFor({ kind: 'again', cause: 'filesUnreadable', ...words });
    this.follower = new LogFollower(c, app, { path, filter, clock: this.clock, onTrouble }, sink, signal);
  }

  async run(): Promise<LogStreamState> {
    try {
      const last = await this.keepConnected();
      await this.follower.finish();
      return this.signal.aborted ? { kind: 'stopped' } : last;
    } catch (error) {
      if (this.signal.aborted) return { kind: 'stopped' };
      return { kind: 'ended', cause: 'failed', ...explain(error) };
    } finally {
      await this.follower.stop();
    }
  }

  private async keepConnected(): Promise<LogStreamState> {
    for (let attempt = 1; ; attempt++) {
      const started = this.clock.now();
      const outcome = this.adjusted(await this.connect(attempt));
      if (this.signal.aborted) return { kind: 'stopped' };
      if (outcome.kind === 'ended') return outcome;
      if (this.wasLive && this.clock.now() - started >= soundConnection) attempt = 0;
      const of = outcome.most ?? this.mostAttempts;
      if (attempt >= of) return gaveUp(outcome, attempt);
      const { cause, reason, nextStep } = outcome;
      const delayMs = outcome.delayMs ?? this.backoff(attempt);
      this.show({
        kind: 'reconnecting',
        attempt: attempt + 1,
        of,
        delayMs,
        cause,
        reason,
        ...(nextStep === undefined ? {} : { nextStep }),
        expected: outcome.expected ?? false,
      });
      await waitBy(this.clock, delayMs, this.signal);
    }
  }

  /** Replaces a rejected token once, and reconnects soon to a site that restarts because of our own change. */
  private adjusted(outcome: Outcome): Outcome {
    if (outcome.kind === 'ended' && outcome.cause === 'unauthorized' && !this.tokensRenewed) {
      this.tokensRenewed = true;
      forgetScmTokens(this.c);
      return { ...outcome, kind: 'again', delayMs: 0 };
    }
    if (outcome.kind === 'again' && this.wasLive && this.options.restartExpected?.() === true) {
      const { cause } = outcome;
      return {
        kind: 'again',
        cause,
        reason: l10n.t('The SCM site is restarting because settings were changed.'),
        delayMs: this.timing.backoff,
        expected: true,
      };
    }
    return outcome;
  }

  /** Runs one connection, from the request to its end. */
  private async connect(number: number): Promise<Outcome> {
    const scope = new AbortScope<Outcome>(this.signal, this.clock);
    this.scope = scope;
    const of = this.mostAttempts;
    let reading: Promise<unknown> | undefined;
    this.show({ kind: 'connecting', attempt: number, of });
    const cancelSlowTimer = this.clock.after(this.timing.slow, () => {
      if (this.shown?.kind === 'connecting')
        this.show({ kind: 'connecting', attempt: number, of, slow: whySlow(this.app) });
    });
    try {
      const unsupported = number === 1 ? await this.whyNot() : undefined;
      if (unsupported) return unsupported;
      const gapless = this.follower.reads || !this.wasLive;
      reading = this.follower.begin(scope.signal, this.wasLive);
      const response = await this.request(scope);
      if (response.status !== 200) return outcomeOfRefusal(response);
      return await this.read(response, scope, { reading, gapless });
    } catch (error) {
      if (this.signal.aborted) throw error;
      const outcome = scope.abortReason ?? outcomeOfFailure(error, this.wasLive);
      await this.pass(this.lines.end(), this.signal);
      return outcome;
    } finally {
      cancelSlowTimer();
      scope.end();
      await reading;
      this.follower.setConnected(false);
    }
  }

  /** Reads the app from Resource Manager if what is known about it is incomplete or may be outdated. */
  private async whyNot(): Promise<Ended | undefined> {
    const { linux, sku, state } = this.app;
    const known = state !== 'Stopped' && (!linux || sku !== undefined);
    return whyNot(known ? this.app : await getFunctionApp(this.c, this.app.id, this.signal));
  }

  private request(scope: AbortScope<Outcome>): Promise<PipelineResponse> {
    return callScm(this.c, this.app, {
      method: 'GET',
      path: `/api/logstream${this.options.path ? `/${this.options.path}` : ''}`,
      ...(this.options.filter === undefined ? {} : { query: { filter: this.options.filter } }),
      // Front ends compress text and buffer it while they do.
      // Closing the connection leaves no socket open after the stream is stopped.
      headers: { 'Accept-Encoding': 'identity', Connection: 'close' },
      signal: scope.signal,
      timeout: this.timing.connect,
      streamed: [200],
      once: true,
    });
  }

  private async read(
    response: PipelineResponse,
    scope: AbortScope<Outcome>,
    files: { readonly reading: Promise<unknown>; readonly gapless: boolean },
  ): Promise<Outcome> {
    let end: ServiceEnd | undefined;
    let first = true;
    this.replay.begin();
    this.statusLines.reset();
    scope.expectWithin(this.timing.firstByte, heldBack());
    for await (const chunk of response.readableStreamBody ?? []) {
      scope.expectNothing();
      if (first) await this.arrive(files);
      first = false;
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      end = (await this.pass(await this.linesOf(bytes), scope.signal, scope)) ?? end;
      scope.expectWithin(this.timing.silence, silent());
    }
    scope.expectNothing();
    end = (await this.pass(this.lines.end(), scope.signal)) ?? end;
    return outcomeOfEnd(end, this.timing.backoff);
  }

  /**
   * Called at the first byte of a connection.
   * @param reading resolves when it's known whether the files can be read
   * @param gapless whether nothing was missed: the files were read the whole time, or this is the first connection
   */
  private async arrive({ reading, gapless }: { reading: Promise<unknown>; gapless: boolean }): Promise<void> {
    // Lines that are written before the files are read from their ends are not shown, so the stream isn't live yet.
    await reading;
    this.becomeLive();
    if (!gapless) this.sink.gap?.({ kind: 'unread' });
    this.follower.setConnected(true);
  }

  /** Returns all lines of a chunk or, if the files are read, wakes the follower and returns only the service's own lines. */
  private async linesOf(chunk: Buffer): Promise<string[]> {
    if (this.follower.reads && this.app.linux && volatileLog.test(chunk.toString('latin1')))
      await this.follower.giveUp();
    if (!this.follower.reads) return this.lines.push(chunk);
    this.follower.wake();
    return this.statusLines.read(chunk);
  }

  /** Passes lines to the sink and waits for it. @returns why the stream is about to end, if the service says so */
  private async pass(
    lines: readonly string[],
    signal: AbortSignal,
    scope?: AbortScope<Outcome>,
  ): Promise<ServiceEnd | undefined> {
    const batch: string[] = [];
    let end: ServiceEnd | undefined;
    for (const line of lines) {
      const said = serviceLineOf(line);
      if (said?.kind === 'heartbeat') {
        this.show({ kind: 'idle', minutes: said.minutes });
        if (scope && askAfterMinutes.includes(said.minutes)) void this.endIfAppStopped(scope);
        continue;
      }
      if (line !== '') this.becomeLive();
      // Only the last line counts, because an app can write such a line and continue.
      if (line !== '') end = said?.kind === 'end' ? said : undefined;
      const shown = this.follower.reads ? said?.kind === 'welcome' : this.replay.isNew(line, said?.kind);
      if (shown) batch.push(line);
    }
    signal.throwIfAborted();
    if (batch.length > 0) await unlessAborted(Promise.resolve(this.sink.lines(batch)), signal);
    return end;
  }

  /** Checks the app's state, because a stopped app's SCM site keeps sending heartbeats forever. */
  private async endIfAppStopped(scope: AbortScope<Outcome>): Promise<void> {
    try {
      const reason = whyNot(await getFunctionApp(this.c, this.app.id, scope.signal));
      if (reason) scope.abortFor(reason);
    } catch {
      // This is checked again later, and the stream reports its own problems.
    }
  }

  private becomeLive(): void {
    this.wasLive = true;
    this.tokensRenewed = false;
    if (this.shown?.kind !== 'live') this.show({ kind: 'live' });
  }

  private show(state: LogStreamState): void {
    this.shown = state;
    this.sink.state(state);
  }

  private get mostAttempts(): number {
    return this.wasLive ? attemptsLater : attemptsAtFirst;
  }

  private backoff(attempt: number): number {
    const longest = Math.min(this.timing.backoff * 2 ** (attempt - 1), this.timing.longestBackoff);
    return Math.round(longest * (0.75 + Math.random() / 4));
  }
}

/** KuduLite lists the files that it follows. If LogFiles has no log for today, they are in this folder, which can't be read. */
const volatileLog = /^\/appsvctmp\/volatile\//m;
