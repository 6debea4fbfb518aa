import { LineStore } from './lineStore';
import type { LogLevel } from './logLine';
import { headOf, logLevels, renderLine } from './logLine';

/** All that are set must hold. */
export interface LogFilter {
  /** Part of the entry, without case. */
  readonly text?: string;
  /** This level or a graver one. */
  readonly level?: LogLevel;
  /** Name of a function. */
  readonly fn?: string;
}

/** What an addition means for whoever shows the buffer. */
export interface Addition {
  /** Lines to show after the others. */
  readonly append: readonly string[];
  /** The oldest half was dropped: show everything anew. */
  readonly halved: boolean;
}

/**
 * An entry is a line and those that go on with it, such as a stack trace: these are linked, one to the next. What is
 * said of it stands in the mark of its first line: these bits, its level, and its function as a place in `names`.
 */
const shownBit = 1;
/** A line of Keyless itself: never filtered. */
const noteBit = 2;
/** Begins with a time: lines without one belong to it. */
const timedBit = 4;
/** Not the first line of an entry. */
const restBit = 8;
const levelAt = 4;
const nameAt = 8;
const mostNames = 0xffff;

/** The last entry of a file, which the file's next line may go on with. */
interface OpenEntry {
  first: number;
  last: number;
  lines: number;
}

/** Lines of an entry at most; text that never shows a time would become one entry without end. */
const longestEntry = 300;
/** Bytes that are kept at most, however many lines are allowed. */
const mostBytes = 32 * 1024 * 1024;

/** The last lines of a log as they are shown, with times in UTC, and which of them pass a filter. */
export class LogBuffer {
  private readonly store = new LineStore();
  /** By file: lines of several come between each other. */
  private readonly open = new Map<string, OpenEntry>();
  /** The first stands for no function. */
  private readonly names: string[] = [''];
  private readonly placeOf = new Map<string, number>();
  /** The entry that began last. */
  private newest = 0;
  private lineCount = 0;
  private bytes = 0;
  private current: LogFilter = {};
  private wanted = wantedOf({});
  /** Lines that were dropped. */
  dropped = 0;

  /** @param limit lines that are kept at most; then the older half goes */
  constructor(public limit: number) {}

  /** Names of the functions that the lines tell of. */
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
   * Lines of the app.
   * @param file where they stand, as far as that is known
   */
  add(lines: readonly string[], file = ''): Addition {
    const append: string[] = [];
    for (const line of lines) this.take(line, file, append);
    return { append, halved: this.halve() };
  }

  /** A line of Keyless. */
  note(line: string): Addition {
    this.open.clear();
    this.keep(line, noteBit | timedBit | shownBit | (logLevels.indexOf('Information') << levelAt));
    return { append: [line], halved: this.halve() };
  }

  /**
   * What passes the filter, each line with a line feed.
   * @param rendered otherwise than lines are kept
   */
  text(rendered?: (line: string) => string): string {
    let text = '';
    /** Lines that are to be added, as long as one follows the other. */
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

  /** @param append gets the lines that are to be shown now */
  private take(raw: string, file: string, append: string[]): void {
    const head = headOf(raw);
    const line = renderLine(raw, 'utc');
    const before = this.open.get(file);
    if (head === undefined && before && this.goesOn(before, line)) {
      this.goOn(before, line, append);
      return;
    }
    let mark = logLevels.indexOf(head?.level ?? 'Information') << levelAt;
    if (head !== undefined) mark |= timedBit;
    if (head?.fn !== undefined) mark |= this.place(head.fn) << nameAt;
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

  private goesOn({ first, lines }: OpenEntry, line: string): boolean {
    if (lines >= longestEntry) return false;
    const timed = (this.store.mark(first) & timedBit) !== 0;
    return timed || /^(\s|at |Caused by:|Traceback )/.test(line);
  }

  private keep(line: string, mark: number): number {
    const id = this.store.add(line, mark);
    if ((mark & restBit) === 0) this.newest = id;
    this.lineCount++;
    this.bytes += this.store.size(id);
    return id;
  }

  /** Of a function's name in `names`; 0 where there are too many of them. */
  private place(name: string): number {
    const known = this.placeOf.get(name);
    if (known !== undefined) return known;
    if (this.names.length > mostNames) return 0;
    this.placeOf.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** Whether level and function of an entry are wanted. */
  private mayPass(mark: number): boolean {
    if (mark & noteBit) return true;
    const { level, fn } = this.wanted;
    if (((mark >>> levelAt) & 0xf) < level) return false;
    return fn === undefined || this.names[mark >>> nameAt]?.toLowerCase() === fn;
  }

  private hasText(mark: number, line: string): boolean {
    const { text } = this.wanted;
    return text === '' || (mark & noteBit) !== 0 || line.toLowerCase().includes(text);
  }

  /** From the oldest on. @param visit gets an entry's first line and its mark; answers false to end it */
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
      // The newest entry stays, however long it is.
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

/** A filter in the form in which lines are held against it. */
function wantedOf({ text = '', level, fn }: LogFilter) {
  return {
    text: text.toLowerCase(),
    level: level === undefined ? 0 : logLevels.indexOf(level),
    fn: fn?.toLowerCase(),
  };
}
