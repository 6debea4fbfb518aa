import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import type { InsightsAnswer, InsightsSource } from './insights';
import { findInsights, literal, queryInsights } from './insights';
import type { InsightsRow } from './insightsLines';
import { insightsColumns, linesOf, rowOf } from './insightsLines';
import type { PollResult } from './logPoll';
import { pollLog } from './logPoll';
import type { LogStreamSink, LogStreamState } from './logState';
import type { FunctionApp } from '../core/model';

export interface InsightsLogOptions {
  /** Show only what this function logs. */
  readonly fn?: string;
  /** Show only what contains this text, case-insensitively. */
  readonly text?: string;
  readonly timing?: Partial<InsightsTiming>;
}

/** All in milliseconds. */
interface InsightsTiming {
  readonly poll: number;
  /** How far back the first query goes. */
  readonly lookBack: number;
  /** How far before the newest row each query starts, because earlier rows can arrive later. */
  readonly overlap: number;
}

/** Ingestion takes "a few minutes" (Azure Monitor, "Log data ingestion time"). */
const defaultTiming: InsightsTiming = { poll: 10_000, lookBack: 5 * 60_000, overlap: 5 * 60_000 };

const pageSize = 1000;

export interface InsightsSink extends LogStreamSink {
  /** Shows the user a note about the lines that follow. */
  note(text: string): void;
}

/**
 * Shows what an app logs to Application Insights by polling it, until `signal` is aborted or it can't continue.
 * Like {@link openLogStream}, it never rejects and returns the last state, which is also passed to the sink.
 */
export async function openInsightsLog(
  c: Connection,
  app: FunctionApp,
  options: InsightsLogOptions,
  sink: InsightsSink,
  signal: AbortSignal,
): Promise<LogStreamState> {
  return await new InsightsLog(c, app, options, sink, signal).run();
}

class InsightsLog {
  private readonly timing: InsightsTiming;
  /** When the newest item so far was logged, in epoch milliseconds. */
  private watermark: number;
  /** The times of the items within the overlap, by ID. */
  private readonly seen = new Map<string, number>();
  private readonly instances = new Set<string>();
  private toldDelay = false;
  private isIncomplete = false;
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

  run(): Promise<LogStreamState> {
    let source: InsightsSource | undefined;
    const look = async (): Promise<PollResult> => {
      const found = source ?? (await findInsights(this.c, this.app, this.signal));
      if (found === undefined) return noInsights();
      if (found === 'hidden') return hiddenInsights();
      source = found;
      return await this.readNew(source);
    };
    return pollLog(look, this.timing.poll, this.sink, this.signal, this.c.clock);
  }

  /** Reads everything new since the last query, page by page. */
  private async readNew(source: InsightsSource): Promise<PollResult> {
    const from = new Date(this.watermark - this.timing.overlap).toISOString();
    this.polls++;
    let news = false;
    let after: InsightsRow | undefined;
    for (;;) {
      const query = newRows(source, this.options, from, after);
      const answer = await queryInsights(this.c, source.appId, query, this.signal);
      this.noteIncomplete(answer);
      const rows = answer.rows.map(rowOf).filter((row) => row !== undefined);
      const fresh = rows.filter(({ itemId }) => !this.seen.has(itemId));
      await this.take(fresh);
      news ||= fresh.length > 0;
      after = rows.at(-1);
      if (answer.rows.length < pageSize || !after) break;
    }
    const oldest = this.watermark - this.timing.overlap;
    for (const [id, time] of this.seen) if (time < oldest) this.seen.delete(id);
    return news ? 'news' : 'nothing';
  }

  private async take(rows: readonly InsightsRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.noteInstances(rows);
    const lines = rows.flatMap((row) => linesOf(row, this.mark(row)));
    await this.sink.lines(lines);
    for (const row of rows) {
      this.seen.set(row.itemId, row.time);
      this.watermark = Math.max(this.watermark, row.time);
    }
    if (this.polls > 1) this.noteDelay(rows);
  }

  /** Marks where lines may be missing, once until an answer is complete again. */
  private noteIncomplete({ incomplete }: InsightsAnswer): void {
    if (incomplete !== undefined && !this.isIncomplete)
      this.sink.note(
        l10n.t(
          'Application Insights returned only some of the entries, so lines may be missing here: {0}',
          incomplete,
        ),
      );
    this.isIncomplete = incomplete !== undefined;
  }

  private noteInstances(rows: readonly InsightsRow[]): void {
    const before = this.instances.size;
    for (const { instance } of rows) if (instance) this.instances.add(instance);
    if (before < 2 && this.instances.size > 1)
      this.sink.note(
        l10n.t('The app runs on several instances. Each line starts with the instance that logged it.'),
      );
  }

  private mark({ instance }: InsightsRow): string {
    return this.instances.size > 1 && instance ? `<${instance.replace(/[^\w.-]/g, '').slice(0, 8)}> ` : '';
  }

  private noteDelay(rows: readonly InsightsRow[]): void {
    if (this.toldDelay) return;
    this.toldDelay = true;
    const seconds = Math.round(
      (Date.now() - rows.reduce((latest, { time }) => Math.max(latest, time), 0)) / 1000,
    );
    this.sink.note(l10n.t('The newest of these lines took {0} s to arrive here.', Math.max(0, seconds)));
  }
}

/**
 * The query for the next page of rows.
 * @param after the last row so far
 */
export function newRows(
  { roleNames }: InsightsSource,
  { fn, text }: InsightsLogOptions,
  from: string,
  after?: InsightsRow,
): string {
  return [
    'union traces, exceptions',
    `| where timestamp >= todatetime(${literal(from)}) and cloud_RoleName in~ (${roleNames.map(literal).join(', ')})`,
    ...(fn === undefined ? [] : [ofFunction(fn)]),
    ...(text === undefined
      ? []
      : [`| where message contains ${literal(text)} or outerMessage contains ${literal(text)}`]),
    ...(after === undefined ? [] : [afterRow(after)]),
    `| project ${insightsColumns}`,
    `| order by timestamp asc, itemId asc | take ${pageSize}`,
  ].join('\n');
}

/** A filter for the rows of one function, whichever column names it; see {@link linesOf}. */
function ofFunction(fn: string): string {
  const named = (column: string) => `${column} =~ ${literal(fn)}`;
  const categories = [`Function.${fn}`, `Function.${fn}.User`].map(literal).join(', ');
  return `| where ${named('operation_Name')} or ${named('tostring(customDimensions.AzureFunctions_FunctionName)')} or tostring(customDimensions.Category) in~ (${categories})`;
}

/** A filter for the rows after this one, ordered by time and ID. */
function afterRow({ timestamp, itemId }: InsightsRow): string {
  const time = `todatetime(${literal(timestamp)})`;
  return `| where timestamp > ${time} or (timestamp == ${time} and strcmp(itemId, ${literal(itemId)}) > 0)`;
}

function noInsights(): PollResult {
  return {
    kind: 'ended',
    cause: 'notFound',
    reason: l10n.t("The app doesn't log to an Application Insights resource that you can access."),
    nextStep: l10n.t(
      'Turn on Application Insights for the app in the Azure portal (this adds the setting APPLICATIONINSIGHTS_CONNECTION_STRING), or ask for the Reader role on the Application Insights resource.',
    ),
  };
}

function hiddenInsights(): PollResult {
  return {
    kind: 'ended',
    cause: 'notFound',
    reason: l10n.t(
      "The app logs to Application Insights, but its connection string is a Key Vault reference, so Keyless can't tell which resource it is.",
    ),
    nextStep: l10n.t(
      'Add the tag "hidden-link: /app-insights-resource-id" with the ID of the Application Insights resource to the app, or put the connection string itself into the app setting. It only allows sending telemetry.',
    ),
  };
}
