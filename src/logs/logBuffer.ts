import { LineStore } from './lineStore';
import type { LineHead, LogLevel } from './logLine';
import { headOf, logLevels, looksLikeFailure, renderLine } from './logLine';

/** An entry passes if it matches all criteria that are set. */
export interface LogFilter {
  /** Text that the entry contains, ignoring case. */
  readonly text?: string;
  /** This level and above. */
  readonly level?: LogLevel;
  /** Name of a function. */
  readonly fn?: string;
}

/** How an addition changes what a view of the buffer shows. */
export interface Addition {
  /** Lines to append to the view. */
  readonly append: readonly string[];
  /** The oldest half was dropped, so the view has to be rewritten. */
  readonly halved: boolean;
}

/**
 * An entry is a line and its continuation lines, such as a stack trace, each linked to the next. The mark of its first
 * line describes the entry: these bits, its level, and its function as an index into `names`.
 */
const shownBit = 1;
/** A line from Keyless itself, which is never filtered out. */
const noteBit = 2;
/** Starts with a time, so that lines without one belong to it. */
const timedBit = 4;
/** A continuation line of an entry. */
const restBit = 8;
const levelAt = 4;
const nameAt = 8;
const mostNames = 0xffff;
const levelMask = 0xf << levelAt;
/** The level and the function of an entry, without the other bits. */
const kindMask = ~((1 << levelAt) - 1);
const errorLevel = logLevels.indexOf('Error');
/** The level of lines before the first one that names a level. They pass every filter, because any could be an error. */
const unknownLevel = 0xf;

/** The last entry of a file, which the file's next line may continue. */
interface OpenEntry {
  first: number;
  last: number;
  lines: number;
}

/** The maximum number of lines in an entry. Otherwise, text without times would become one endless entry. */
const longestEntry = 300;
/** The maximum number of bytes to keep, no matter how many lines are allowed. */
const mostBytes = 32 * 1024 * 1024;

/** The last lines of a log, with times in UTC, and which of them pass the filter. */
export class LogBuffer {
  private readonly store = new LineStore();
  /** By file, because lines from several files are interleaved. */
  private readonly open = new Map<string, OpenEntry>();
  /** The first entry means no function. */
  private readonly names: string[] = [''];
  private readonly placeOf = new Map<string, number>();
  /** The entry that started last. */
  private newest = 0;
  private lineCount = 0;
  private bytes = 0;
  private current: LogFilter = {};
  private wanted = wantedOf({});
  /** How many lines were dropped. */
  dropped = 0;

  /** @param limit the maximum number of lines; when it's exceeded, the older half is dropped */
  constructor(public limit: number) {}

  /** Names of the functions that appear in the lines. */
  get functions(): string[] {
    const places = new Set<number>();
    this.eachEntry((_, mark) => places.add(mark >>> nameAt));
    places.delete(0);
    return [...places].map((place) => this.names[place] ?? '').sort();
  }

  get filter(): LogFilter {
    return this.current;
  }

  set filter(filter: LogFilter) {
    this.current = filter;
    this.wanted = wantedOf(filter);
    this.eachEntry((entry, mark) => {
      const passes = this.mayPass(mark) && this.linesOf(entry).some((line) => this.hasText(mark, line));
      this.store.setMark(entry, passes ? mark | shownBit : mark & ~shownBit);
    });
  }

  /**
   * Adds lines from the app.
   * @param file the file they come from, if known
   */
  add(lines: readonly string[], file = ''): Addition {
    const append: string[] = [];
    for (const line of lines) this.take(line, file, append);
    return { append, halved: this.halve() };
  }

  /** Adds a line from Keyless. */
  note(line: string): Addition {
    // What follows is a new entry, of the same level and function if it names none.
    for (const entry of this.open.values()) entry.lines = longestEntry;
    this.keep(line, noteBit | timedBit | shownBit | (logLevels.indexOf('Information') << levelAt));
    return { append: [line], halved: this.halve() };
  }

  /**
   * The lines that pass the filter, each with a line feed.
   * @param rendered converts a line from the form in which it's kept
   */
  text(rendered?: (line: string) => string): string {
    let text = '';
    /** A range of consecutive lines that are still to be added. */
    let from = 0;
    let to = 0;
    this.eachEntry((entry, mark) => {
      for (let id = mark & shownBit ? entry : 0; id !== 0; id = this.store.linked(id)) {
        if (rendered) text += `${rendered(this.store.line(id))}\n`;
        else if (id === to) to++;
        else {
          text += this.store.text(from, to);
          [from, to] = [id, id + 1];
        }
      }
    });
    return text + this.store.text(from, to);
  }

  clear(): void {
    this.store.clear();
    this.open.clear();
    this.names.length = 1;
    this.placeOf.clear();
    this.lineCount = this.bytes = this.dropped = 0;
  }

  /** @param append receives the lines to show now */
  private take(raw: string, file: string, append: string[]): void {
    const head = headOf(raw);
    const line = renderLine(raw, 'utc');
    const before = this.open.get(file);
    if (before && this.goesOn(before, line, head)) {
      this.goOn(before, line, append);
      return;
    }
    let mark = this.kindOf(line, head, before);
    if (head?.timed) mark |= timedBit;
    if (this.mayPass(mark) && this.hasText(mark, line)) {
      mark |= shownBit;
      append.push(line);
    }
    const id = this.keep(line, mark);
    if (before) Object.assign(before, { first: id, last: id, lines: 1 });
    else this.open.set(file, { first: id, last: id, lines: 1 });
  }

  private goOn(entry: OpenEntry, line: string, append: string[]): void {
    const id = this.keep(line, restBit);
    this.store.link(entry.last, id);
    entry.last = id;
    entry.lines++;
    const mark = this.store.mark(entry.first);
    if (mark & shownBit) append.push(line);
    else if (this.mayPass(mark) && this.hasText(mark, line)) {
      this.store.setMark(entry.first, mark | shownBit);
      append.push(...this.linesOf(entry.first));
    }
  }

  /** Whether a line continues an entry. One that reports something more severe never does. */
  private goesOn({ first, lines }: OpenEntry, line: string, head: LineHead | undefined): boolean {
    if (lines >= longestEntry || head?.timed) return false;
    const mark = this.store.mark(first);
    if (levelIn(line, head) > levelOf(mark)) return false;
    return (mark & timedBit) !== 0 || /^(\s|at |Caused by:|Traceback )/.test(line);
  }

  /** The level and function of a new entry. What its first line doesn't name is that of the entry before. */
  private kindOf(line: string, head: LineHead | undefined, before: OpenEntry | undefined): number {
    const own = head?.fn === undefined ? 0 : this.place(head.fn) << nameAt;
    if (head?.level !== undefined) return (logLevels.indexOf(head.level) << levelAt) | own;
    const earlier = before ? this.store.mark(before.first) & kindMask : unknownLevel << levelAt;
    const level = Math.max(levelOf(earlier), levelIn(line, head));
    return (level << levelAt) | (own || earlier & ~levelMask);
  }

  private keep(line: string, mark: number): number {
    const id = this.store.add(line, mark);
    if ((mark & restBit) === 0) this.newest = id;
    this.lineCount++;
    this.bytes += this.store.size(id);
    return id;
  }

  /** The index of a function in `names`, or 0 if there are too many functions. */
  private place(name: string): number {
    const known = this.placeOf.get(name);
    if (known !== undefined) return known;
    if (this.names.length > mostNames) return 0;
    this.placeOf.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** Whether an entry's level and function pass the filter. */
  private mayPass(mark: number): boolean {
    if (mark & noteBit) return true;
    const { level, fn } = this.wanted;
    if (levelOf(mark) < level) return false;
    if (fn === undefined) return true;
    // An error that names no function may be this one's.
    if (mark >>> nameAt === 0) return levelOf(mark) >= errorLevel;
    return this.names[mark >>> nameAt]?.toLowerCase() === fn;
  }

  private hasText(mark: number, line: string): boolean {
    const { text } = this.wanted;
    return text === '' || (mark & noteBit) !== 0 || line.toLowerCase().includes(text);
  }

  /** Visits all entries, oldest first. @param visit gets an entry's first line and its mark; returns false to stop */
  private eachEntry(visit: (entry: number, mark: number) => unknown): void {
    for (let id = this.store.first; id < this.store.end; id++) {
      const mark = this.store.mark(id);
      if ((mark & restBit) === 0 && visit(id, mark) === false) return;
    }
  }

  private linesOf(entry: number): string[] {
    const lines: string[] = [];
    for (let id = entry; id !== 0; id = this.store.linked(id)) lines.push(this.store.line(id));
    return lines;
  }

  private halve(): boolean {
    if (this.lineCount <= this.limit && this.bytes <= mostBytes) return false;
    const { store } = this;
    let first = store.end;
    this.eachEntry((entry) => {
      first = entry;
      if (this.lineCount <= this.limit / 2 && this.bytes <= mostBytes / 2) return false;
      // Keep the newest entry, no matter how long it is.
      if (entry === this.newest) return false;
      for (let id = entry; id !== 0; id = store.linked(id)) {
        this.lineCount--;
        this.dropped++;
        this.bytes -= store.size(id);
      }
      return true;
    });
    store.dropBefore(first);
    for (const [file, entry] of this.open) if (entry.first < first) this.open.delete(file);
    return true;
  }
}

/** A filter in the form that entries are compared with. */
function wantedOf({ text = '', level, fn }: LogFilter) {
  return {
    text: text.toLowerCase(),
    level: level === undefined ? 0 : logLevels.indexOf(level),
    fn: fn?.toLowerCase(),
  };
}

function levelOf(mark: number): number {
  return (mark & levelMask) >>> levelAt;
}

/** The level that a line names or, by its text, has; -1 if neither. */
function levelIn(line: string, head: LineHead | undefined): number {
  if (head?.level !== undefined) return logLevels.indexOf(head.level);
  return looksLikeFailure(line) ? errorLevel : -1;
}
