import type { Connection } from './connection';
import { AzureError } from './errors';
import { explain } from './explain';
import type { InsightsSource } from './insights';
import { findInsights, literal, queryInsights } from './insights';
import type { InsightsRow } from './insightsLines';
import { insightsColumns, linesOf, rowOf } from './insightsLines';
import type { LogStreamCause, LogStreamSink, LogStreamState } from './logState';
import type { FunctionApp } from './model';
import { pause } from './wait';

export interface InsightsLogOptions {
  /** Only what this function logs. */
  readonly fn?: string;
  readonly timing?: Partial<InsightsTiming>;
}

/** All in milliseconds. */
export interface InsightsTiming {
  readonly poll: number;
  /** How far before now the first query looks. */
  readonly lookBack: number;
  /** How far before the newest line each query looks again: what was logged earlier may arrive later. */
  readonly overlap: number;
}

/** As told by {@link openInsightsLog}: ingestion takes "a few minutes" (Azure Monitor, "Log data ingestion time"). */
const defaultTiming: InsightsTiming = { poll: 10_000, lookBack: 5 * 60_000, overlap: 5 * 60_000 };

const pageSize = 1000;
const longestBackoff = 60_000;
const mostFailures = 30;

export interface InsightsSink extends LogStreamSink {
  /** What a person should know of the lines that follow. */
  note(text: string): void;
}

/**
 * Shows what an app writes to Application Insights, by asking again and again, until `signal` is aborted or it can't go on.
 * Like {@link openLogStream}: never rejects, answers with the last state, of which the sink was told too.
 */
export async function openInsightsLog(
  c: Connection,
  app: FunctionApp,
  options: InsightsLogOptions,
  sink: InsightsSink,
  signal: AbortSignal,
): Promise<LogStreamState> {
  const last = await new InsightsLog(c, app, options, sink, signal).run();
  sink.state(last);
  return last;
}

class InsightsLog {
  private readonly timing: InsightsTiming;
  /** When the newest item that was seen was logged, epoch milliseconds. */
  private watermark: number;
  /** Items within the overlap, by ID, with their time. */
  private readonly seen = new Map<string, number>();
  private readonly instances = new Set<string>();
  private lastNews = Date.now();
  private toldDelay = false;
  private polls = 0;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: InsightsLogOptions,
    private readonly sink: InsightsSink,
    private readonly signal: AbortSignal,
  ) {
    this.timing = { ...defaultTiming, ...options.timing };
    this.watermark = Date.now() - this.timing.lookBack + this.timing.overlap;
  }

  async run(): Promise<LogStreamState> {
    try {
      return await this.keepAsking();
    } catch (error) {
      if (this.signal.aborted) return { kind: 'stopped' };
      return { kind: 'ended', cause: causeOf(error), ...explain(error) };
    }
  }

  private async keepAsking(): Promise<LogStreamState> {
    this.sink.state({ kind: 'connecting', attempt: 1, of: mostFailures });
    let source: InsightsSource | undefined;
    for (let failures = 0; ;) {
      try {
        source ??= await findInsights(this.c, this.app, this.signal);
        if (!source) return noInsights;
        await this.poll(source);
        failures = 0;
      } catch (error) {
        if (this.signal.aborted || !isPassing(error) || ++failures >= mostFailures) throw error;
        const delayMs = Math.min(this.timing.poll * 2 ** (failures - 1), longestBackoff);
        const { reason } = explain(error);
        this.sink.state({
          kind: 'reconnecting',
          attempt: failures + 1,
          of: mostFailures,
          delayMs,
          cause: causeOf(error),
          expected: false,
          reason,
        });
        await pause(delayMs, this.signal);
        continue;
      }
      await pause(this.timing.poll, this.signal);
    }
  }

  /** Everything new since the last time, page by page. */
  private async poll(source: InsightsSource): Promise<void> {
    const from = new Date(this.watermark - this.timing.overlap).toISOString();
    this.polls++;
    let after: InsightsRow | undefined;
    for (;;) {
      const answer = await queryInsights(this.c, source.appId, this.query(source, from, after), this.signal);
      const rows = answer.map(rowOf).filter((row) => row !== undefined);
      await this.take(rows.filter(({ itemId }) => !this.seen.has(itemId)));
      after = rows.at(-1);
      if (answer.length < pageSize || !after) break;
    }
    const oldest = this.watermark - this.timing.overlap;
    for (const [id, time] of this.seen) if (time < oldest) this.seen.delete(id);
    const minutes = Math.floor((Date.now() - this.lastNews) / 60_000);
    this.sink.state(minutes > 0 ? { kind: 'idle', minutes } : { kind: 'live' });
  }

  private query({ roleName }: InsightsSource, from: string, after: InsightsRow | undefined): string {
    const { fn } = this.options;
    return [
      'union traces, exceptions',
      `| where timestamp >= todatetime(${literal(from)}) and cloud_RoleName =~ ${literal(roleName)}`,
      ...(fn === undefined ? [] : [`| where operation_Name =~ ${literal(fn)}`]),
      ...(after === undefined ? [] : [afterRow(after)]),
      `| project ${insightsColumns}`,
      `| order by timestamp asc, itemId asc | take ${pageSize}`,
    ].join('\n');
  }

  private async take(rows: readonly InsightsRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.lastNews = Date.now();
    this.noteInstances(rows);
    const lines = rows.flatMap((row) => linesOf(row, this.mark(row)));
    await this.sink.lines(lines);
    for (const row of rows) {
      this.seen.set(row.itemId, row.time);
      this.watermark = Math.max(this.watermark, row.time);
    }
    if (this.polls > 1) this.noteDelay(rows);
  }

  private noteInstances(rows: readonly InsightsRow[]): void {
    const before = this.instances.size;
    for (const { instance } of rows) if (instance) this.instances.add(instance);
    if (before < 2 && this.instances.size > 1)
      this.sink.note('The app runs on several instances: each line begins with the one that it is from.');
  }

  private mark({ instance }: InsightsRow): string {
    return this.instances.size > 1 && instance ? `<${instance.replace(/[^\w.-]/g, '').slice(0, 8)}> ` : '';
  }

  private noteDelay(rows: readonly InsightsRow[]): void {
    if (this.toldDelay) return;
    this.toldDelay = true;
    const seconds = Math.round((Date.now() - Math.max(...rows.map(({ time }) => time))) / 1000);
    this.sink.note(`The newest of these lines was logged ${Math.max(0, seconds)} s before it arrived here.`);
  }
}

/** Rows after this one, in the order of time and ID. */
function afterRow({ timestamp, itemId }: InsightsRow): string {
  const time = `todatetime(${literal(timestamp)})`;
  return `| where timestamp > ${time} or (timestamp == ${time} and strcmp(itemId, ${literal(itemId)}) > 0)`;
}

function causeOf(error: unknown): LogStreamCause {
  const status = error instanceof AzureError ? (error.status ?? 0) : 0;
  if (status === 403) return 'forbidden';
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unavailable' : status > 0 ? 'failed' : 'cut';
}

/** Whether asking again later can help: no answer, throttled, or a fault of the service. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AzureError) || error.words) return false;
  return error.status === undefined || error.status === 429 || error.status >= 500;
}

const noInsights: LogStreamState = {
  kind: 'ended',
  cause: 'notFound',
  reason: 'The app sends its log to no Application Insights component that you can see.',
  nextStep:
    'Turn Application Insights on for the app in the portal (the setting APPLICATIONINSIGHTS_CONNECTION_STRING), or ask for the role Reader on the component.',
};
