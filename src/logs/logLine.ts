import { functionOfCategory } from '../azure/logs/insightsLines';
import { objectOf, parseJson, stringOf } from '../azure/core/json';

/** Log levels of the Functions host, from least to most severe. */
export const logLevels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Timestamps = 'utc' | 'local';

/** What the start of an entry's first line says. */
export interface LineHead {
  /** Whether the line starts with a time, so that the lines after it without one belong to it. */
  readonly timed: boolean;
  readonly level?: LogLevel;
  readonly fn?: string;
}

/**
 * The time of the host's log files (azure-functions-host FileLogger.cs), of containers (nine fractional digits and Z,
 * in older ones `Z:`, azure-functions-host#8456), or of an app's own logger (a blank instead of T).
 */
const start = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z?:?)(\s+)/;
/** The host's `[Level,Function] text`, where the function is missing in the function's own file. */
const hostBracket = /^\[([a-z]+)(?:,([^\]]+))?\](?=\s|$)/i;
/** Matches most lines, which have only a level and are shown unchanged in UTC. Testing it allocates nothing. */
const plain =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?\s+\[(?:Trace|Debug|Information|Warning|Error)\](?=\s|$)/;
/** The host's own messages. In-process apps leave out `Functions.`, and names may contain blanks (dotnet-worker#777). */
const ofFunction =
  /\b(?:Executing|Executed) '(?:Functions\.)?([^']+)' \((?:Reason=|Succeeded|Failed)|\bfunction 'Functions\.([^']+)'|\bException while executing function: (?:Functions\.)?(.+?)(?: -+>|$)|\bfunction: Functions\.(\S+)/;
/** Sorts out most lines, at less expense. */
const mentionsFunction = /\b(?:Executing|Executed|function)\b/;

/** Undefined for a continuation line, such as one of a stack trace or of text with line breaks. */
export function headOf(line: string): LineHead | undefined {
  const named = mentionsFunction.test(line) ? ofFunction.exec(line) : null;
  const fn = named?.slice(1).find(Boolean);
  if (fn === undefined && plain.test(line))
    return plainHeads.get(line.slice(line.indexOf('[') + 1, line.indexOf(']')));
  const time = start.exec(line);
  const head = levelAt(time ? line.slice(time[0].length) : line.trimStart());
  if (!head && (!time || isIndented(time))) return undefined;
  const name = head?.fn ?? fn;
  return {
    timed: time !== null && !isIndented(time),
    ...(head && { level: head.level }),
    ...(name === undefined ? {} : { fn: name }),
  };
}

const plainHeads: ReadonlyMap<string, LineHead> = new Map(
  logLevels.map((level) => [level, { timed: true, level }]),
);

/** A container's time stands before every line, so one that continues an entry, as in a stack trace, is only indented. */
function isIndented([, , zone = '', gap = '']: RegExpExecArray): boolean {
  return zone.startsWith('Z') && gap.length > 2;
}

/** Leading groups in brackets, as gunicorn writes them: `[time] [process ID] [LEVEL]` (gunicorn#3320). */
const brackets = /^(?:\[[^\]]*\]\s*){1,4}/;
/** `ERROR - Container …` of App Service (azure-docs#113640), and `LEVEL:name:text` and `- name - LEVEL - text` of Python. */
const upperCase = /^(?:- [\w.]+ - )?(TRACE|VERBOSE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)(?=[\s:]|$)/;
/** .NET's console logger, `fail: Category[ID]`; also the simple format of Node.js loggers. */
const consoleLogger = /^(trce|dbug|debug|info|warn|warning|fail|error|crit): (?:(.+?)\[\d+\])?/;
/** The trace listener of App Service on Windows. */
const traceListener = /^PID\[\d+\] ([A-Za-z]+)\b/;

/** The level, and the function if it's named, of a text in one of the forms that public logs show. */
function levelAt(text: string): { readonly level: LogLevel; readonly fn?: string | undefined } | undefined {
  const groups = brackets.exec(text)?.[0];
  if (groups !== undefined) return inBrackets(groups) ?? levelAt(text.slice(groups.length));
  if (text.startsWith('{')) return inJson(text);
  const [, word, category] =
    consoleLogger.exec(text) ?? upperCase.exec(text) ?? traceListener.exec(text) ?? [];
  const level = levelOf(word);
  return level && { level, fn: functionOfCategory(category) };
}

function inBrackets(text: string): ReturnType<typeof levelAt> {
  for (const [, inner = '', fn] of text.matchAll(/\[([^\],]*)(?:,([^\]]*))?\]/g)) {
    // Serilog writes the time and the level in the same brackets.
    const level = levelOf(inner.slice(inner.lastIndexOf(' ') + 1));
    if (level) return { level, fn: fn?.startsWith(' ') ? undefined : fn };
  }
  return undefined;
}

const levelKeys: ReadonlySet<string> = new Set(['loglevel', 'level', 'levelname', 'severity', '@l']);

/** A line of a JSON console logger (dotnet-worker#1856). */
function inJson(text: string): ReturnType<typeof levelAt> {
  const line = objectOf(parseJson(text));
  const key = Object.keys(line).find((name) => levelKeys.has(name.toLowerCase()));
  const level = key === undefined ? undefined : levelOf(stringOf(line[key]));
  return level && { level, fn: functionOfCategory(stringOf(line['Category'])) };
}

const failure =
  /^(?:\d{4}-\d\d-\d\d\S+)?\s*(?:Unhandled exception\b|Traceback \(most recent call last\)|[\w.]*(?:Error|Exception)(?::|$))/i;

/** Whether a line without a level reports an error by its text. */
export function looksLikeFailure(line: string): boolean {
  return failure.test(line.slice(0, 500));
}

/**
 * Formats a line for display: the time as requested, and level and function in separate brackets, because VS Code's log
 * grammar colors `[Warning]` but not `[Warning,ReadSecret]`.
 */
export function renderLine(line: string, timestamps: Timestamps): string {
  if (timestamps === 'utc' && plain.test(line)) return line;
  const match = start.exec(line);
  // An app's own logger may use any time zone.
  if (match?.[1]?.[10] !== 'T') return line;
  const [whole, stamp = '', zone = '', gap = ''] = match;
  const time = timestamps === 'local' ? localTime(stamp) : `${stamp}${zone}`;
  const text = line.slice(whole.length);
  const [bracket = '', word, fn] = hostBracket.exec(text) ?? [];
  if (!levelOf(word)) return `${time}${gap}${text}`;
  // The grammar knows this level only in uppercase.
  const level = word === 'Critical' ? 'CRITICAL' : word;
  return `${time}${gap}[${level}]${fn ? ` [${fn}]` : ''}${text.slice(bracket.length)}`;
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

/** Every level's own name and the abbreviations of .NET's console logger, Serilog, Python, and Java. */
const namesOf: Readonly<Record<LogLevel, readonly string[]>> = {
  Trace: ['trace', 'verbose', 'trce', 'vrb'],
  Debug: ['debug', 'dbug', 'dbg'],
  Information: ['information', 'info', 'inf'],
  Warning: ['warning', 'warn', 'wrn'],
  Error: ['error', 'fail', 'err'],
  Critical: ['critical', 'fatal', 'crit', 'ftl'],
};
const levelNames: ReadonlyMap<string, LogLevel> = new Map(
  logLevels.flatMap((level) => namesOf[level].map((name) => [name, level])),
);

function levelOf(word: string | undefined): LogLevel | undefined {
  return word === undefined ? undefined : levelNames.get(word.toLowerCase());
}
