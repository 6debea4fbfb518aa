import { withTimeout } from '../core/abortScope';
import type { Clock } from '../core/clock';
import type { Connection } from '../core/connection';
import type { Followed } from './followedFile';
import {
  beginsAlike,
  followedFrom,
  foundAt,
  grow,
  isChanged,
  isLongEnough,
  mayBe,
  note,
  renameUnread,
  seamBytes,
  startOfLast,
} from './followedFile';
import type { LogFile, LogRoot, Piece } from './logFiles';
import { cutAfter, listLogFiles, readPiece } from './logFiles';
import { LogOutlet } from './logOutlet';
import type { LogStreamSink } from './logState';
import type { FunctionApp } from '../core/model';
import { all } from '../core/wait';

export interface LogRecordOptions {
  readonly roots: readonly LogRoot[];
  /** Only lines that hold this text, without regard to case. */
  readonly filter?: string | undefined;
  /** How many lines of each file that is there already are shown. */
  readonly replay: number;
  readonly clock: Clock;
}

const replayBytes = 8192;
/** A file that is not found for so long is gone. */
const missingMs = 8000;
const mostGone = 50;
const suspectLooks = 3;
/** A file that begins like another is a copy of it only if so much of it is the same. */
const copyBytes = 1024;
const chunkBytes = 512 * 1024;
/** Where the service has no ranges, a file comes whole anyway. */
const wholeBytes = 64 * 1024 * 1024;
/** So many files are known by their last bytes from the beginning; the others from when they grow. */
const knownAtFirst = 8;
/** A file that grew within this time is looked at without a listing. */
const hotMs = 60_000;
const quietMs = 4500;
const readLimitMs = 30_000;

/**
 * What stands in an app's log files, each line once and in order of its file. What was read of a file is its offset, so
 * that nothing depends on when and how often it is looked at. A file is itself as long as the bytes before the offset
 * are: by these it is found again under another name, and told from what took its place.
 */
export class LogRecord {
  private readonly files: Followed[] = [];
  /** Copies of followed files, and when they were made: of use when the original is cut short. */
  private copies = new Map<string, number>();
  /** Looks at paths whose file begins like one that is followed. */
  private readonly suspects = new Map<string, number>();
  /** Files that were given up, the last one first: one that turns up after all is read on, not again. */
  private gone: Followed[] = [];
  private readonly outlet: LogOutlet;
  private handedOver = 0;
  /** Looks have failed since the last one that did not: what is gone now may have held lines. */
  blind = false;
  /** Bytes that the last look cost, where the service sends whole files. */
  wholeRead = 0;
  private whole = false;

  private constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly options: LogRecordOptions,
    private readonly sink: LogStreamSink,
  ) {
    this.outlet = new LogOutlet(sink, options.filter);
  }

  /** Begins at the end of the files that are there. @throws AzureError where they can't be read */
  static async begin(
    c: Connection,
    app: FunctionApp,
    options: LogRecordOptions,
    sink: LogStreamSink,
    signal: AbortSignal,
  ): Promise<LogRecord> {
    const record = new LogRecord(c, app, options, sink);
    const listing = await record.list(signal);
    const newest = listing.filter(({ rolled }) => !rolled).sort((a, b) => b.modified - a.modified);
    record.files.push(
      ...(await Promise.all(newest.map((file, index) => record.atEndOf(file, index < knownAtFirst, signal)))),
    );
    for (const file of listing) if (file.rolled) record.copies.set(file.path, file.created);
    return record;
  }

  /**
   * Hands over what was written since the last look.
   * @param thorough with a listing: finds new and renamed files, and those that have not grown for long
   * @returns whether there was anything
   */
  async readOn(thorough: boolean, signal: AbortSignal): Promise<boolean> {
    this.wholeRead = 0;
    const before = this.handedOver;
    const now = this.options.clock.now();
    const hot = this.files.filter(({ grew }) => now - grew < hotMs);
    const [lost, early] = await all([
      this.readAll(hot, signal),
      thorough ? this.list(signal) : Promise.resolve(undefined),
    ]);
    const listing = lost.length > 0 ? await this.list(signal) : early;
    if (listing) await this.reconcile(listing, lost, hot, signal);
    if (listing && !this.unsettled) this.blind = false;
    return this.handedOver !== before || this.unsettled;
  }

  /** Files are missed, and may turn up with the next look. */
  get unsettled(): boolean {
    return this.suspects.size > 0 || this.files.some(({ missing }) => missing > 0);
  }

  /** Shows lines without an end: all, or those of files that have not grown for some seconds. */
  async flush(which: 'all' | 'quiet', signal: AbortSignal): Promise<void> {
    const now = this.options.clock.now();
    for (const file of this.files)
      if (which === 'all' || now - file.grew >= quietMs)
        await this.outlet.pass(file.lines.end(), file.path, signal);
  }

  private list(signal: AbortSignal): Promise<LogFile[]> {
    return withTimeout(this.options.clock, readLimitMs, signal, (within) =>
      listLogFiles(this.c, this.app, this.options.roots, within),
    );
  }

  private piece(path: string, from: number, to: number, signal: AbortSignal, etag?: string): Promise<Piece> {
    return withTimeout(this.options.clock, readLimitMs, signal, (within) =>
      readPiece(this.c, this.app, path, { from, to, etag }, within),
    );
  }

  /** Reads files on. @returns those that are no longer where they were */
  private async readAll(files: readonly Followed[], signal: AbortSignal): Promise<Followed[]> {
    const there = await all(files.map((file) => this.read(file, signal)));
    return files.filter((_, index) => !there[index]);
  }

  /** Reads a file to its end. @returns false if another stands in its place, or none */
  private async read(file: Followed, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const back = file.seam.length === 0 ? Math.min(file.offset, seamBytes) : file.seam.length;
      const to = file.offset + (this.whole ? wholeBytes : chunkBytes);
      const piece = await this.piece(file.path, file.offset - back, to, signal, file.etag);
      if (piece.kind === 'unchanged') return true;
      if (piece.kind === 'gone') return false;
      if (piece.kind === 'shorter') return file.offset === 0;
      const { chunks, total } = piece;
      const { first: seam, rest: fresh } = cutAfter(chunks, back);
      if (seam.length < back || (file.seam.length > 0 && !seam.equals(file.seam))) return false;
      if (!piece.ranged && back < file.offset) this.noteWhole(file, piece.etag, total);
      if (file.offset === 0 && fresh.length > 0 && (await this.isSuspect(file, fresh, signal))) return false;
      await this.take(file, fresh, seam, total, signal);
      if (file.offset >= total || fresh.length === 0) return true;
    }
  }

  /**
   * Between a listing and a look names may change: what seems new may be a file that is followed already. So one that
   * begins like another has to be there still with later looks.
   */
  private async isSuspect(file: Followed, chunks: Buffer[], signal: AbortSignal): Promise<boolean> {
    const looks = this.suspects.get(file.path) ?? 0;
    this.suspects.delete(file.path);
    const { first } = cutAfter(chunks, seamBytes);
    const alike = this.files.filter((other) => other !== file && beginsAlike(other, file.path, first));
    if (alike.length === 0) return false;
    const elsewhere = await this.readAll(alike, signal);
    if (looks >= suspectLooks && elsewhere.length === 0) return false;
    this.suspects.set(file.path, looks + 1);
    return true;
  }

  /** With ranges the tag is of no use; see {@link readPiece}. */
  private noteWhole(file: Followed, etag: string | undefined, total: number): void {
    this.whole = true;
    this.wholeRead += total;
    if (etag !== undefined) file.etag = etag;
  }

  private async take(
    file: Followed,
    fresh: readonly Buffer[],
    before: Buffer,
    total: number,
    signal: AbortSignal,
  ): Promise<void> {
    file.size = total;
    if (file.seam.length === 0) file.seam = before;
    for (const chunk of fresh) {
      grow(file, chunk);
      file.grew = this.options.clock.now();
      this.handedOver += chunk.length;
      await this.outlet.pass(file.lines.push(chunk), file.path, signal);
    }
  }

  /**
   * Finds out what became of files, and what is new.
   * @param lost followed ones that are not where they were
   * @param seen looked at just now
   */
  private async reconcile(
    listing: readonly LogFile[],
    lost: readonly Followed[],
    seen: readonly Followed[],
    signal: AbortSignal,
  ): Promise<void> {
    const byPath = new Map(listing.map((file) => [file.path, file]));
    const moved = new Set(this.files.filter((file) => renameUnread(file, listing)));
    const changed = this.files.filter(
      (file) =>
        !lost.includes(file) &&
        (moved.has(file) || !seen.includes(file)) &&
        isChanged(file, byPath.get(file.path)),
    );
    const away = new Set([
      ...lost.filter((file) => !moved.has(file)),
      ...(await this.readAll(changed, signal)),
    ]);
    const settled = new Set(this.files.filter((file) => !away.has(file)).map(({ path }) => path));
    const free = listing.filter(({ path }) => !settled.has(path));
    for (const file of away)
      if (await this.findAgain(file, free, byPath.get(file.path), signal)) away.delete(file);
    for (const file of away) await this.giveUp(file, signal);
    const present = new Set(this.files.map(({ path }) => path));
    for (const path of this.suspects.keys()) if (!byPath.has(path)) this.suspects.delete(path);
    for (const [path, created] of this.copies)
      if (byPath.get(path)?.created !== created || present.has(path)) this.copies.delete(path);
    for (const file of this.files) if (!away.has(file)) note(file, byPath.get(file.path));
    for (const found of free) {
      const missing = [...away].some((file) => this.files.includes(file) && mayBe(file, found, undefined));
      if (!missing && !present.has(found.path)) await this.welcome(found, signal);
    }
  }

  /** Goes on with a file under its new name. @param instead what has its name now */
  private async findAgain(
    file: Followed,
    free: LogFile[],
    instead: LogFile | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const candidate of free.filter((other) => mayBe(file, other, instead))) {
      if (!(await this.isSame(file, candidate, signal))) continue;
      free.splice(free.indexOf(candidate), 1);
      foundAt(file, candidate.path);
      if (await this.read(file, signal)) return true;
    }
    return false;
  }

  /** A file that is in no listing for some time: names may change between a listing and a look. */
  private async giveUp(file: Followed, signal: AbortSignal): Promise<void> {
    const now = this.options.clock.now();
    if (file.missing === 0) file.missing = now;
    if (now - file.missing < missingMs && file.offset > 0) return;
    this.files.splice(this.files.indexOf(file), 1);
    if (file.seam.length > 0) this.gone = [file, ...this.gone].slice(0, mostGone);
    await this.outlet.pass(file.lines.end(), file.path, signal);
    if (file.size > file.offset || this.blind) this.sink.gap?.({ kind: 'purged', file: file.path });
  }

  private async isSame(file: Followed, other: LogFile, signal: AbortSignal): Promise<boolean> {
    if (file.seam.length === 0) return other.modified === file.modified;
    const piece = await this.piece(other.path, file.offset - file.seam.length, file.offset, signal);
    return piece.kind === 'bytes' && Buffer.concat(piece.chunks).equals(file.seam);
  }

  /** Follows a new file from its start, unless it is a copy of one that is followed. */
  private async welcome(found: LogFile, signal: AbortSignal): Promise<void> {
    if (this.copies.has(found.path)) return;
    if (found.rolled || (await this.isCopy(found, signal))) {
      this.copies.set(found.path, found.created);
      return;
    }
    const file = (await this.returned(found, signal)) ?? followedFrom(found, 0);
    file.grew = this.options.clock.now();
    this.files.push(file);
    if (!(await this.read(file, signal))) this.files.splice(this.files.indexOf(file), 1);
  }

  /** A file that was given up and is found after all. */
  private async returned(found: LogFile, signal: AbortSignal): Promise<Followed | undefined> {
    for (const file of this.gone) {
      if (!isLongEnough(file, found) || !(await this.isSame(file, found, signal))) continue;
      this.gone.splice(this.gone.indexOf(file), 1);
      return foundAt(file, found.path);
    }
    return undefined;
  }

  private async isCopy(found: LogFile, signal: AbortSignal): Promise<boolean> {
    for (const file of this.files) {
      const known = file.offset >= copyBytes && file.seam.length > 0;
      if (known && mayBe(file, found, undefined, true) && (await this.isSame(file, found, signal)))
        return true;
    }
    return false;
  }

  private async atEndOf(file: LogFile, closely: boolean, signal: AbortSignal): Promise<Followed> {
    const { path, size } = file;
    if (!closely || size === 0) return followedFrom(file, size);
    const { replay } = this.options;
    const from = Math.max(0, size - (replay > 0 ? replayBytes : seamBytes));
    const piece = await this.piece(path, from, size, signal);
    if (piece.kind !== 'bytes') return followedFrom(file, size);
    const bytes = Buffer.concat(piece.chunks);
    const start = replay > 0 ? startOfLast(replay, bytes) : bytes.length;
    const seam = Buffer.from(bytes.subarray(Math.max(0, start - seamBytes), start));
    const head = await this.piece(path, 0, Math.min(size, seamBytes), signal);
    const followed = followedFrom(file, from + start, seam);
    if (head.kind === 'bytes') followed.head = Buffer.concat(head.chunks);
    return followed;
  }
}
