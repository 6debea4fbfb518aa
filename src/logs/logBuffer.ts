import type { LogLevel } from './logLine';
import { headOf, logLevels } from './logLine';

/** All that are set must hold. */
export interface LogFilter {
  /** Part of the entry, without case. */
  readonly text?: string;
  /** This level or a graver one. */
  readonly level?: LogLevel;
  /** Name of a function. */
  readonly fn?: string;
}

/** One entry of a log: its first line and those that go on with it, such as a stack trace. */
interface Entry {
  readonly lines: string[];
  readonly level: LogLevel;
  readonly fn: string | undefined;
  /** A line of Keyless itself: never filtered. */
  readonly note: boolean;
  /** Begins with a time: lines without one belong to it. */
  readonly timed: boolean;
  shown: boolean;
}

/** What an addition means for whoever shows the buffer. */
export interface Addition {
  /** Lines to show after the others. */
  readonly append: readonly string[];
  /** The oldest half was dropped: show everything anew. */
  readonly halved: boolean;
}

/** Lines of an entry at most; text that never shows a time would become one entry without end. */
const longestEntry = 300;
/** Characters that are kept at most, however many lines are allowed. */
const mostCharacters = 32 * 1024 * 1024;

/** The last lines of a log, and which of them pass a filter. */
export class LogBuffer {
  private entries: Entry[] = [];
  /** The last entry of each file: lines of several come between each other. */
  private readonly lastOf = new Map<string, Entry>();
  private lineCount = 0;
  private characters = 0;
  private current: LogFilter = {};
  /** Lines that were dropped. */
  dropped = 0;

  /** @param limit lines that are kept at most; then the older half goes */
  constructor(public limit: number) {}

  /** Names of the functions that the lines tell of. */
  get functions(): string[] {
    return [...new Set(this.entries.flatMap(({ fn }) => (fn === undefined ? [] : [fn])))].sort();
  }

  get filter(): LogFilter {
    return this.current;
  }

  set filter(filter: LogFilter) {
    this.current = filter;
    for (const entry of this.entries) entry.shown = this.passes(entry);
  }

  /**
   * Lines of the app.
   * @param file where they stand, as far as that is known
   */
  add(lines: readonly string[], file = ''): Addition {
    const append: string[] = [];
    for (const line of lines) append.push(...this.take(line, file));
    return { append, halved: this.halve() };
  }

  /** A line of Keyless. */
  note(line: string): Addition {
    this.lastOf.clear();
    this.keep({ lines: [line], level: 'Information', fn: undefined, note: true, timed: true, shown: true });
    return { append: [line], halved: this.halve() };
  }

  /** What passes the filter. */
  shown(): string[] {
    return this.entries.flatMap(({ lines, shown }) => (shown ? lines : []));
  }

  clear(): void {
    this.entries = [];
    this.lastOf.clear();
    this.lineCount = this.characters = this.dropped = 0;
  }

  /** @returns lines that are to be shown now */
  private take(line: string, file: string): readonly string[] {
    const head = headOf(line);
    const last = this.lastOf.get(file);
    if (head === undefined && last && goesOn(last, line)) {
      last.lines.push(line);
      this.lineCount++;
      this.characters += line.length;
      if (last.shown) return [line];
      last.shown = this.passes(last);
      return last.shown ? last.lines : [];
    }
    const entry = {
      lines: [line],
      level: head?.level ?? 'Information',
      fn: head?.fn,
      note: false,
      timed: head !== undefined,
      shown: false,
    };
    this.keep(entry);
    this.lastOf.set(file, entry);
    entry.shown = this.passes(entry);
    return entry.shown ? entry.lines : [];
  }

  private keep(entry: Entry): void {
    this.entries.push(entry);
    this.lineCount++;
    this.characters += entry.lines[0]?.length ?? 0;
  }

  private passes({ lines, level, fn, note }: Entry): boolean {
    if (note) return true;
    const { text, level: least, fn: wanted } = this.current;
    if (least !== undefined && logLevels.indexOf(level) < logLevels.indexOf(least)) return false;
    if (wanted !== undefined && fn?.toLowerCase() !== wanted.toLowerCase()) return false;
    return !text || lines.some((line) => line.toLowerCase().includes(text.toLowerCase()));
  }

  private halve(): boolean {
    if (this.lineCount <= this.limit && this.characters <= mostCharacters) return false;
    let from = 0;
    while (this.lineCount > this.limit / 2 || this.characters > mostCharacters / 2) {
      const entry = this.entries[from];
      if (!entry || from === this.entries.length - 1) break;
      from++;
      this.lineCount -= entry.lines.length;
      this.dropped += entry.lines.length;
      for (const line of entry.lines) this.characters -= line.length;
    }
    this.entries = this.entries.slice(from);
    this.lastOf.clear();
    return true;
  }
}

function goesOn(entry: Entry, line: string): boolean {
  if (entry.lines.length >= longestEntry) return false;
  return entry.timed || /^(\s|at |Caused by:|Traceback )/.test(line);
}
