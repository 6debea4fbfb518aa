import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { Attempt } from './attempt';
import type { Connection } from './connection';
import { AzureError, errorOfAnswer, isAbort } from './errors';
import { explain, isTlsFailure } from './explain';
import { LineDecoder, Replay, serviceLineOf } from './logLines';
import type { FunctionApp } from './model';
import { retryAfter } from './pipeline';
import { callScm } from './scm';
import { getFunctionApp } from './sites';
import { pause, unlessAborted } from './wait';

export type LogStreamState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** Bytes arrive. */
  | { readonly kind: 'live' }
  /** Connected, and the service says that nothing was logged for so long. */
  | { readonly kind: 'idle'; readonly minutes: number }
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: string;
    }
  /** It ended by itself and will not come back. */
  | { readonly kind: 'ended'; readonly reason: string; readonly nextStep?: string }
  /** `signal` was aborted. */
  | { readonly kind: 'stopped' };

export interface LogStreamOptions {
  /**
   * Folder below LogFiles, e.g. `application/functions/function/ReadSecret`; Linux sites ignore it. The service makes a
   * folder that is not there and then stays silent (LogStreamManager.cs): give only names that are known.
   */
  readonly path?: string;
  /** Only lines that hold this text (the service compares without case). */
  readonly filter?: string;
  readonly timing?: Partial<LogStreamTiming>;
}

/** All in milliseconds. */
export interface LogStreamTiming {
  /** No byte for so long: the connection is dead (the service sends a heartbeat after 60 s of silence). */
  readonly silence: number;
  /** No first byte for so long after the head: the service greets at once, so something keeps the bytes back. */
  readonly firstByte: number;
  /** No head for so long; a cold SCM site takes its time. */
  readonly connect: number;
  /** First wait before a reconnect; doubles up to `longestBackoff`. */
  readonly backoff: number;
  readonly longestBackoff: number;
}

const defaultTiming: LogStreamTiming = {
  silence: 150_000,
  firstByte: 30_000,
  connect: 60_000,
  backoff: 1000,
  longestBackoff: 30_000,
};

/** Attempts in a row: more once the stream has been live, since the person's network may be what is gone. */
const attemptsAtFirst = 5;
const attemptsLater = 30;
/** A connection that lived for so long counts as a success, and the next attempt as the first. */
const soundConnection = 10_000;

export interface LogStreamSink {
  /** Whole lines without their ends, safe to show. The socket is not read on until it resolves. */
  lines(batch: readonly string[]): void | Promise<void>;
  state(state: LogStreamState): void;
}

/**
 * Streams an app's log until `signal` is aborted or the stream ends for good; reconnects by itself. Never rejects;
 * answers with the last state (`ended` or `stopped`), of which the sink was told too. No timer and no socket stays.
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

type Ended = Extract<LogStreamState, { kind: 'ended' }>;
/** How one connection came to its end. */
type Outcome =
  | Ended
  | { readonly kind: 'again'; readonly reason: string; readonly delayMs?: number; readonly most?: number };

class LogStream {
  private readonly timing: LogStreamTiming;
  private readonly lines = new LineDecoder();
  private readonly replay = new Replay();
  private shown: LogStreamState | undefined;
  private wasLive = false;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: LogStreamOptions,
    private readonly sink: LogStreamSink,
    private readonly signal: AbortSignal,
  ) {
    this.timing = { ...defaultTiming, ...options.timing };
  }

  async run(): Promise<LogStreamState> {
    try {
      return await this.keepConnected();
    } catch (error) {
      if (this.signal.aborted) return { kind: 'stopped' };
      const { reason, nextStep } = explain(error);
      return { kind: 'ended', reason, ...(nextStep === undefined ? {} : { nextStep }) };
    }
  }

  private async keepConnected(): Promise<LogStreamState> {
    for (let attempt = 1; ; attempt++) {
      this.show({ kind: 'connecting', attempt });
      const unsupported = attempt === 1 ? await this.whyUnsupported() : undefined;
      if (unsupported) return unsupported;
      const started = Date.now();
      const outcome = await this.connect();
      if (this.signal.aborted) return { kind: 'stopped' };
      if (outcome.kind === 'ended') return outcome;
      if (this.wasLive && Date.now() - started >= soundConnection) attempt = 0;
      const most = outcome.most ?? (this.wasLive ? attemptsLater : attemptsAtFirst);
      if (attempt >= most) return gaveUp(outcome.reason, attempt);
      const delayMs = outcome.delayMs ?? this.backoff(attempt);
      this.show({ kind: 'reconnecting', attempt: attempt + 1, delayMs, reason: outcome.reason });
      await pause(delayMs, this.signal);
    }
  }

  private async whyUnsupported(): Promise<Ended | undefined> {
    if (!this.app.linux) return undefined;
    const sku = this.app.sku ?? (await getFunctionApp(this.c, this.app.id, this.signal)).sku;
    if (sku !== 'Dynamic' && sku !== 'FlexConsumption') return undefined;
    const plan = sku === 'Dynamic' ? 'Linux Consumption' : 'Flex Consumption';
    return {
      kind: 'ended',
      reason: `Azure has no log stream for apps on the ${plan} plan.`,
      nextStep: 'Open the app in the portal and use Application Insights (Live Metrics, or Logs) instead.',
    };
  }

  /** One connection, from the request to its end. */
  private async connect(): Promise<Outcome> {
    const attempt = new Attempt(this.signal);
    try {
      const response = await callScm(this.c, this.app, {
        method: 'GET',
        path: `/api/logstream${this.options.path ? `/${this.options.path}` : ''}`,
        ...(this.options.filter === undefined ? {} : { query: { filter: this.options.filter } }),
        // Front ends compress text, and hold it back while they do.
        // No socket is kept for another request, so that none is left when the stream is stopped.
        headers: { 'Accept-Encoding': 'identity', Connection: 'close' },
        signal: attempt.signal,
        timeout: this.timing.connect,
        streamed: [200],
        once: true,
      });
      if (response.status !== 200) return outcomeOfRefusal(response);
      return await this.read(response, attempt);
    } catch (error) {
      const outcome = this.outcomeOfFailure(error, attempt);
      await this.pass(this.lines.end(), this.signal);
      return outcome;
    } finally {
      attempt.end();
    }
  }

  private async read(response: PipelineResponse, attempt: Attempt): Promise<Outcome> {
    let endText: string | undefined;
    let chunks = 0;
    this.replay.begin();
    attempt.expectWithin(
      this.timing.firstByte,
      'Connected, but nothing arrives. A proxy may be holding the stream back.',
    );
    for await (const chunk of response.readableStreamBody ?? []) {
      attempt.expectNothing();
      if (chunks++ === 0) this.becomeLive();
      endText = (await this.pass(this.lines.push(Buffer.from(chunk)), attempt.signal)) ?? endText;
      attempt.expectWithin(this.timing.silence, 'The connection fell silent.');
    }
    attempt.expectNothing();
    endText = (await this.pass(this.lines.end(), attempt.signal)) ?? endText;
    if (endText !== undefined) return { kind: 'again', reason: endText, delayMs: this.timing.backoff };
    return { kind: 'again', reason: 'The service closed the stream.' };
  }

  /** Hands lines to the sink and waits for it. @returns why the stream is about to end, if the service says so */
  private async pass(lines: readonly string[], signal: AbortSignal): Promise<string | undefined> {
    const batch: string[] = [];
    let end: string | undefined;
    for (const line of lines) {
      const said = serviceLineOf(line);
      if (said?.kind === 'heartbeat') {
        this.show({ kind: 'idle', minutes: said.minutes });
        continue;
      }
      if (line !== '') this.becomeLive();
      // Only the last words count: an app can write such a line and go on.
      if (line !== '') end = said?.kind === 'end' ? said.reason : undefined;
      if (this.replay.isNew(line, said?.kind)) batch.push(line);
    }
    if (batch.length > 0) await unlessAborted(Promise.resolve(this.sink.lines(batch)), signal);
    return end;
  }

  private outcomeOfFailure(error: unknown, attempt: Attempt): Outcome {
    if (attempt.silence !== undefined) return { kind: 'again', reason: attempt.silence };
    if (this.signal.aborted) throw error;
    const code = error instanceof AzureError ? error.code : undefined;
    const { reason, nextStep } = explain(error);
    const lasting =
      error instanceof AzureError &&
      (error.status !== undefined || !networkCodes.has(code ?? '') || isTlsFailure(error));
    // A cut inside a body comes without a code of the network.
    if (!lasting || (isAbort(error) && this.wasLive)) {
      return { kind: 'again', reason, ...(code === 'ENOTFOUND' && !this.wasLive ? { most: 2 } : {}) };
    }
    return { kind: 'ended', reason, ...(nextStep === undefined ? {} : { nextStep }) };
  }

  private becomeLive(): void {
    this.wasLive = true;
    this.show({ kind: 'live' });
  }

  private show(state: LogStreamState): void {
    if (state.kind === 'live' && this.shown?.kind === 'live') return;
    this.shown = state;
    this.sink.state(state);
  }

  private backoff(attempt: number): number {
    const longest = Math.min(this.timing.backoff * 2 ** (attempt - 1), this.timing.longestBackoff);
    return Math.round(longest * (0.75 + Math.random() / 4));
  }
}

const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'REQUEST_SEND_ERROR',
]);

/** Statuses that pass: a cold site or host, a throttled one, and a site that is just being changed. */
function outcomeOfRefusal(response: PipelineResponse): Outcome {
  const error = errorOfAnswer(response);
  const { reason, nextStep } = explain(error);
  if (response.status >= 500 || [408, 409, 429].includes(response.status)) {
    const delayMs = retryAfter(response);
    return {
      kind: 'again',
      reason,
      ...(delayMs === undefined ? {} : { delayMs: Math.min(delayMs, 120_000) }),
    };
  }
  return { kind: 'ended', reason, ...(nextStep === undefined ? {} : { nextStep }) };
}

function gaveUp(reason: string, attempts: number): Ended {
  return {
    kind: 'ended',
    reason: `${reason} Gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}.`,
    nextStep: 'Check the connection and that the app is running, then start streaming again.',
  };
}
