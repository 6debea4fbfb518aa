import * as l10n from '@vscode/l10n';
import type { JsonObject } from '../core/json';
import { listOf, objectOf, parseJson, stringOf } from '../core/json';
import { neutralize } from './logLines';

/** A row of `traces` or `exceptions`. */
export interface InsightsRow {
  readonly itemId: string;
  /** In the service's own format, for the next query. */
  readonly timestamp: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly instance: string;
  /** The unchanged columns. */
  readonly columns: JsonObject;
}

/** The columns that {@link rowOf} and {@link linesOf} read. */
export const insightsColumns =
  'timestamp, itemId, itemType, itemCount, severityLevel, message, type, outerMessage, details, operation_Name, cloud_RoleInstance, customDimensions';

/** Undefined for a row without a time or ID. */
export function rowOf(columns: JsonObject): InsightsRow | undefined {
  const timestamp = stringOf(columns['timestamp']);
  const itemId = stringOf(columns['itemId']);
  const time = Date.parse(timestamp ?? '');
  if (timestamp === undefined || itemId === undefined || Number.isNaN(time)) return undefined;
  return { itemId, timestamp, time, instance: stringOf(columns['cloud_RoleInstance']) ?? '', columns };
}

/**
 * Formats a row like the Functions host does in its log files, so that both read and filter the same way: first a line
 * with the time, level and function, then its continuation lines. The lines are safe to show.
 * @param mark precedes the text to tell instances apart
 */
export function linesOf({ time, columns }: InsightsRow, mark = ''): string[] {
  const dimensions = objectOf(jsonOf(columns['customDimensions']));
  const level = stringOf(dimensions['LogLevel']) ?? severities[Number(columns['severityLevel'])];
  // Isolated workers have only the first (dotnet-worker#1540). The last may be the name of a request or an orchestration.
  const fn =
    stringOf(dimensions['AzureFunctions_FunctionName']) ??
    functionOfCategory(stringOf(dimensions['Category'])) ??
    stringOf(columns['operation_Name']);
  const count = Number(columns['itemCount']);
  const text = columns['itemType'] === 'exception' ? exceptionOf(columns) : stringOf(columns['message']);
  const [first = '', ...rest] = (text ?? '').split(/\r\n|\n|\r/).map(neutralize);
  const stamp = new Date(time).toISOString().slice(0, 23);
  const brackets = `[${level ?? 'Information'}${fn ? `,${neutralize(fn).replaceAll(']', '_')}` : ''}]`;
  const line = `${stamp} ${brackets} ${mark}${first}`;
  return [count > 1 ? l10n.t('{0} (1 of {1}, sampled by Application Insights)', line, count) : line, ...rest];
}

/** The function that the host logs for, if the category is `Function.<name>` or `Function.<name>.User`. */
export function functionOfCategory(category: string | undefined): string | undefined {
  return /^Function\.(.+?)(?:\.User)?$/.exec(category ?? '')?.[1];
}

const severities: readonly (string | undefined)[] = ['Trace', 'Information', 'Warning', 'Error', 'Critical'];

function exceptionOf(columns: JsonObject): string {
  const head = [stringOf(columns['type']), stringOf(columns['outerMessage'])].filter(Boolean).join(': ');
  const stacks = listOf(jsonOf(columns['details'])).map((detail) => stackOf(objectOf(detail)));
  return [head, ...stacks].filter(Boolean).join('\n');
}

function stackOf(detail: JsonObject): string {
  const raw = stringOf(detail['rawStack']);
  if (raw !== undefined) return raw;
  return listOf(detail['parsedStack'])
    .map((frame) => {
      const { method, fileName, line } = objectOf(frame);
      const file = stringOf(fileName);
      const place = file === undefined ? '' : ` in ${file}:line ${Number(line)}`;
      return `   at ${stringOf(method) ?? '?'}${place}`;
    })
    .join('\n');
}

/** Dynamic columns are returned as JSON text or as parsed JSON. */
function jsonOf(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}
