/** Levels of the Functions host, least first. */
export const logLevels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Timestamps = 'utc' | 'local';

/** What the beginning of an entry's first line says. */
export interface LineHead {
  readonly level?: LogLevel;
  readonly fn?: string;
}

/**
 * `yyyy-MM-ddTHH:mm:ss.fff [Level,Function] text` (azure-functions-host FileLogger.cs); container logs have nine digits
 * and a Z, and no level.
 */
const start =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z?)(\s+)(?:\[([a-z]+)(?:,([^\]\s]+))?\](?=\s|$))?/i;
/** Most lines: with a level alone, and shown in UTC as they are. Held against without leaving anything to collect. */
const plain =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?\s+\[(?:Trace|Debug|Information|Warning|Error)\](?=\s|$)/;
const ofFunction = /\b(?:Executing|Executed|function) 'Functions\.([\w-]+)'/;

/** Undefined for a line that goes on with what the one before began: of a stack trace, of text with line breaks. */
export function headOf(line: string): LineHead | undefined {
  const fn = line.includes("'Functions.") ? ofFunction.exec(line)?.[1] : undefined;
  if (fn === undefined && plain.test(line))
    return plainHeads.get(line.slice(line.indexOf('[') + 1, line.indexOf(']')));
  const match = start.exec(line);
  if (!match) return undefined;
  const level = levelOf(match[4]);
  const name = match[5] ?? fn;
  return { ...(level === undefined ? {} : { level }), ...(name ? { fn: name } : {}) };
}

const plainHeads: ReadonlyMap<string, LineHead> = new Map(logLevels.map((level) => [level, { level }]));

/**
 * A line as it is shown: its time as asked for, and level and function in brackets of their own, which VS Code's
 * grammar for logs knows (it colours `[Warning]` but not `[Warning,ReadSecret]`).
 */
export function renderLine(line: string, timestamps: Timestamps): string {
  if (timestamps === 'utc' && plain.test(line)) return line;
  const match = start.exec(line);
  if (!match) return line;
  const [whole, stamp = '', zone = '', gap = '', word, fn] = match;
  const time = timestamps === 'local' ? localTime(stamp) : `${stamp}${zone}`;
  // The grammar has no `Critical` but this.
  const level = word === 'Critical' ? 'CRITICAL' : word;
  const brackets = level === undefined ? '' : `[${level}]${fn ? ` [${fn}]` : ''}`;
  return `${time}${gap}${brackets}${line.slice(whole.length)}`;
}

/** `yyyy-MM-ddTHH:mm:ss.fff` in UTC as this machine's time with its offset; as it is where it is no time. */
function localTime(stamp: string): string {
  const time = new Date(`${stamp}Z`);
  if (Number.isNaN(time.getTime())) return stamp;
  const offset = -time.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map(twoDigits);
  const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, 19);
  return `${local}${stamp.slice(19)}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const otherNames: Readonly<Record<string, LogLevel>> = {
  verbose: 'Trace',
  info: 'Information',
  warn: 'Warning',
  fatal: 'Critical',
};

function levelOf(word: string | undefined): LogLevel | undefined {
  const name = word?.toLowerCase() ?? '';
  return logLevels.find((level) => level.toLowerCase() === name) ?? otherNames[name];
}
