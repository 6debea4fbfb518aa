import type { Clock } from '../core/clock';
import type { Connection } from '../core/connection';
import type { Followed } from './followedFile';
import {
  beginsAlike,
  followedFrom,
  foundAt,
  GoneFiles,
  grow,
  hasSameFiles,
  isChanged,
  isLongEnough,
  isLongGone,
  isUnread,
  mayBe,
  note,
  renameUnread,
  sawAll,
  seamBytes,
} from './followedFile';
import { LogFileReader } from './logFileReader';
import type { LogFile, LogRoot } from './logFiles';
import { cutAfter } from './logFiles';
import { LogOutlet } from './logOutlet';
import type { LogStreamSink } from './logState';
import { mostWholeMegabytes } from './logState';
import type { FunctionApp } from '../core/model';
import { settleAll } from '../core/wait';

export interface LogRecordOptions {
  readonly roots: readonly LogRoot[];
  /** Show only lines that contain this text, case-insensitively. */
  readonly filter?: string | undefined;
  /** How many lines of each existing file are shown. */
  readonly replay: number;
  readonly clock: Clock;
}

const suspectLooks = 3;
/** A file counts as a copy of another only if at least this many bytes are the same. */
const copyBytes = 1024;
const chunkBytes = 512 * 1024;
/** If the service doesn't support ranges, it sends the file from its start each time. */
const wholeBytes = 8 * 1024 * 1024;
/** The last bytes of this many files are read at the start; those of the others when they grow. */
const knownAtFirst = 8;
/** A file that grew within this time is read without waiting for a listing. */
const hotMs = 60_000;
const quietMs = 4500;

/**
 * Passes on every line in an app's log files exactly once, in the order of its file. How much was read of a file is kept
 * as an offset, so timing and frequency of reads don't matter. A file is identified by the bytes before that offset, which
 * also find it under a new name and reveal that another file took its place.
 */
export class LogRecord {
  private readonly files: Followed[] = [];
  /** Copies of followed files and their creation times, to recognize them after the original was truncated. */
  private copies = new Map<string, number>();
  /** The number of checks, by path, of files that start like one that is followed. */
  private readonly suspects = new Map<string, number>();
  private readonly gone: GoneFiles;
  private readonly outlet: LogOutlet;
  private handedOver = 0;

  private constructor(
    readonly reader: LogFileReader,
    private readonly options: LogRecordOptions,
    sink: LogStreamSink,
  ) {
    this.outlet = new LogOutlet(sink, options.filter);
    this.gone = new GoneFiles(options.clock, this.outlet);
  }

  /** Starts at the end of the existing files. @throws AzureError if they can't be read */
  static async begin(
    c: Connection,
    app: FunctionApp,
    options: LogRecordOptions,
    sink: LogStreamSink,
    signal: AbortSignal,
  ): Promise<LogRecord> {
    const { roots, clock, replay } = options;
    const reader = new LogFileReader(c, app, roots, clock);
    const record = new LogRecord(reader, options, sink);
    const listing = await reader.list(signal);
    const newest = listing.filter(({ rolled }) => !rolled).sort((a, b) => b.modified - a.modified);
    const files = await Promise.all(
      newest.map((file, index) => reader.atEndOf(file, { closely: index < knownAtFirst, replay }, signal)),
    );
    for (const file of files) record.files.push(file);
    for (const file of listing) if (file.rolled) record.copies.set(file.path, file.created);
    return record;
  }

  /**
   * Passes on everything that was written since the last read.
   * @param thorough also lists the folders, to find new and renamed files and those that haven't grown for a while
   * @returns whether there was anything new
   */
  async readOn(thorough: boolean, signal: AbortSignal): Promise<boolean> {
    this.reader.wholeRead = 0;
    const before = this.handedOver;
    const now = this.options.clock.now();
    const hot = this.files.filter(({ grew }) => now - grew < hotMs);
    const [lost, early] = await settleAll([
      this.readAll(hot, signal),
      thorough ? this.reader.list(signal) : Promise.resolve(undefined),
    ]);
    const listing = lost.length > 0 ? await this.reader.list(signal) : early;
    if (listing) await this.reconcile(listing, lost, hot, signal);
    return this.handedOver !== before || this.unsettled;
  }

  /** Called when reads failed: a file that is deleted before it's read again may have contained unread lines. */
  noteFailure(): void {
    for (const file of this.files) file.unseen = true;
  }

  /** Whether files are missing that may reappear with the next read. */
  get unsettled(): boolean {
    return this.suspects.size > 0 || this.gone.unsettled || this.files.some(({ missing }) => missing > 0);
  }

  /** Passes on incomplete last lines: all, or those of files that haven't grown for a few seconds. */
  async flush(which: 'all' | 'quiet', signal: AbortSignal): Promise<void> {
    const now = this.options.clock.now();
    for (const file of this.files)
      if (which === 'all' || now - file.grew >= quietMs)
        await this.outlet.pass(file.lines.end(), file.path, signal);
    if (which === 'all') await this.gone.reportLost('all', signal);
  }

  /** Reads the new bytes of files. @returns the files that are no longer at their path */
  private async readAll(files: readonly Followed[], signal: AbortSignal): Promise<Followed[]> {
    const there = await settleAll(files.map((file) => this.read(file, signal)));
    return files.filter((_, index) => !there[index]);
  }

  /** Reads a file to its end. @returns false if another file is at its path, or none */
  private async read(file: Followed, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const back = file.seam.length === 0 ? Math.min(file.offset, seamBytes) : file.seam.length;
      const [from, to] = [file.offset - back, file.offset + (this.reader.whole ? wholeBytes : chunkBytes)];
      const piece = await this.reader.piece(file.path, from, to, signal, file.etag);
      if (piece.kind === 'unchanged') return sawAll(file);
      if (piece.kind === 'gone') return false;
      if (piece.kind === 'shorter') return file.offset === 0;
      if (piece.kind === 'tooLarge') return await this.leaveOut(file, signal);
      const { chunks, total } = piece;
      const { first: seam, rest: fresh } = cutAfter(chunks, back);
      if (seam.length < back || (file.seam.length > 0 && !seam.equals(file.seam))) return false;
      if (file.offset === 0 && fresh.length > 0 && (await this.isSuspect(file, fresh, signal))) return false;
      await this.take(file, fresh, seam, total, signal);
      if (file.offset < total && fresh.length > 0) continue;
      // Not for ranges; see readPiece. Nor before the end, because the rest would then seem unchanged.
      if (from > 0 && !piece.ranged && piece.etag !== undefined) file.etag = piece.etag;
      return sawAll(file);
    }
  }

  /**
   * Names can change between a listing and a read, so a file that seems new may already be followed. A file that starts
   * like another one is therefore followed only if it's still there in later checks.
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

  /** Says once that the rest of a file isn't shown: the service would send all of the file for each line. */
  private async leaveOut(file: Followed, signal: AbortSignal): Promise<true> {
    if (!file.leftOut) await this.outlet.endWith('tooLarge', file.lines.end(), file.path, signal);
    file.leftOut = true;
    return sawAll(file);
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
   * Finds renamed, deleted and new files.
   * @param lost followed files that are no longer at their path
   * @param seen files that were just read
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
    // While files are renamed faster than they can be read, a missing one may just have moved.
    const isMoving = away.size > 0 && !hasSameFiles(listing, await this.reader.list(signal));
    for (const file of away) await this.giveUp(file, isMoving, signal);
    const present = new Set(this.files.map(({ path }) => path));
    for (const path of this.suspects.keys()) if (!byPath.has(path)) this.suspects.delete(path);
    for (const [path, created] of this.copies)
      if (byPath.get(path)?.created !== created || present.has(path)) this.copies.delete(path);
    for (const file of this.files) if (!away.has(file)) note(file, byPath.get(file.path));
    for (const found of free) {
      const missing = [...away].some((file) => this.files.includes(file) && mayBe(file, found, undefined));
      if (!missing && !present.has(found.path)) await this.welcome(found, signal);
    }
    await this.gone.reportLost('settled', signal);
  }

  /** Continues a file under its new name. @param instead the file that has its name now */
  private async findAgain(
    file: Followed,
    free: LogFile[],
    instead: LogFile | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const candidate of free.filter((other) => mayBe(file, other, instead))) {
      if (!(await this.reader.isSame(file, candidate, signal))) continue;
      free.splice(free.indexOf(candidate), 1);
      foundAt(file, candidate.path);
      if (await this.read(file, signal)) return true;
    }
    return false;
  }

  /** Drops a missing file, but only after some time, because names can change between a listing and a read. */
  private async giveUp(file: Followed, isMoving: boolean, signal: AbortSignal): Promise<void> {
    if ((!isLongGone(file, this.options.clock.now()) || isMoving) && file.offset > 0) return;
    this.files.splice(this.files.indexOf(file), 1);
    await this.gone.add(file, signal);
  }

  /** Follows a new file from its start, unless it's a copy of one that is already followed. */
  private async welcome(found: LogFile, signal: AbortSignal): Promise<void> {
    if (this.copies.has(found.path)) return;
    if (found.rolled || (await this.isCopy(found, signal))) {
      this.copies.set(found.path, found.created);
      return;
    }
    const tooLarge = this.reader.whole && found.size > mostWholeMegabytes * 1024 * 1024;
    const file = (await this.returned(found, signal)) ?? followedFrom(found, tooLarge ? found.size : 0);
    file.grew = this.options.clock.now();
    this.files.push(file);
    if (!(await this.read(file, signal))) this.files.splice(this.files.indexOf(file), 1);
  }

  /** The file, if it was given up earlier and has now reappeared. */
  private async returned(found: LogFile, signal: AbortSignal): Promise<Followed | undefined> {
    const file = await this.gone.takeOut(
      async (one) =>
        isUnread(one, found) || (isLongEnough(one, found) && (await this.reader.isSame(one, found, signal))),
    );
    return file && foundAt(file, found.path);
  }

  private async isCopy(found: LogFile, signal: AbortSignal): Promise<boolean> {
    for (const file of this.files) {
      const known = file.offset >= copyBytes && file.seam.length > 0;
      if (known && mayBe(file, found, undefined, true) && (await this.reader.isSame(file, found, signal)))
        return true;
    }
    return false;
  }
}
