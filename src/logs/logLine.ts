/** Log levels of the Functions host, from least to most severe. */
export const logLevels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Timestamps = 'utc' | 'local';

/** What the start of an entry's first line says. */
export interface LineHead {
  readonly level?: LogLevel;
  readonly fn?: string;
}

/**
 * `yyyy-MM-ddTHH:mm:ss.fff [Level,Function] text` (azure-functions-host FileLogger.cs). Container logs have nine
 * fractional digits and a Z but no level.
 */
const start =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z?)(\s+)(?:\[([a-z]+)(?:,([^\]\s]+))?\](?=\s|$))?/i;
/** Matches most lines, which have only a level and are shown unchanged in UTC. Testing it allocates nothing. */
const plain =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?\s+\[(?:Trace|Debug|Information|Warning|Error)\](?=\s|$)/;
const ofFunction = /\b(?:Executing|Executed|function) 'Functions\.([\w-]+)'/;

/** Undefined for a continuation line, such as one of a stack trace or of text with line breaks. */
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
 * Formats a line for display: the time as requested, and level and function in separate brackets, because VS Code's log
 * grammar colors `[Warning]` but not `[Warning,ReadSecret]`.
 */
export function renderLine(line: string, timestamps: Timestamps): string {
  if (timestamps === 'utc' && plain.test(line)) return line;
  const match = start.exec(line);
  if (!match) return line;
  const [whole, stamp = '', zone = '', gap = '', word, fn] = match;
  const time = timestamps === 'local' ? localTime(stamp) : `${stamp}${zone}`;
  // The grammar knows this level only in uppercase.
  const level = word === 'Critical' ? 'CRITICAL' : word;
  const brackets = level === undefined ? '' : `[${level}]${fn ? ` [${fn}]` : ''}`;
  return `${time}${gap}${brackets}${line.slice(whole.length)}`;
}

/** Converts `yyyy-MM-ddTHH:mm:ss.fff` in UTC to local time with offset. Returns anything else unchanged. */
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
