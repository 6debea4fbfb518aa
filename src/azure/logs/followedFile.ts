import type { Clock } from '../core/clock';
import type { LogOutlet } from './logOutlet';
import type { LogFile } from './logFiles';
import { LineDecoder } from './logLines';

/** A log file that is read as it grows. */
export interface Followed {
  path: string;
  /** The number of bytes read so far. */
  offset: number;
  /** The last bytes that were read. If other bytes are in their place, it's no longer the same file. */
  seam: Buffer;
  /** The first bytes, as far as known. Two files with the same start may be one that was renamed. */
  head: Buffer;
  readonly lines: LineDecoder;
  /** Size and times as last listed. */
  size: number;
  modified: number;
  created: number;
  /** Whether the creation time stayed the same when the file changed, so that it can be used to tell files apart. */
  createdHolds: boolean;
  etag?: string;
  /** When the file last grew. */
  grew: number;
  /** Since when the file hasn't been found anywhere; 0 if it has. */
  missing: number;
  /** Since when its unread lines are probably lost, which hasn't been reported yet; 0 if they aren't. */
  lost: number;
  /** Whether its last lines are left out, because it's too large where the service sends entire files. */
  leftOut?: true;
  /** Whether reads have failed since all of it was read. */
  unseen: boolean;
}

export const seamBytes = 128;

export function followedFrom(
  { path, size, modified, created }: LogFile,
  offset: number,
  seam = Buffer.alloc(0),
): Followed {
  return {
    ...{ path, offset, seam, size, modified, created },
    head: Buffer.alloc(0),
    lines: new LineDecoder(),
    createdHolds: false,
    grew: -Infinity,
    missing: 0,
    lost: 0,
    unseen: false,
  };
}

/** Updates the offset, seam and head after a chunk. Copies the bytes, so that they don't keep a large chunk in memory. */
export function grow(file: Followed, chunk: Buffer): void {
  if (file.offset < seamBytes && file.head.length === file.offset)
    file.head = Buffer.concat([file.head, chunk.subarray(0, seamBytes - file.offset)]);
  file.offset += chunk.length;
  file.seam = Buffer.from(Buffer.concat([file.seam, chunk.subarray(-seamBytes)]).subarray(-seamBytes));
}

export function beginsAlike(file: Followed, path: string, bytes: Buffer): boolean {
  const length = Math.min(file.head.length, bytes.length);
  return (
    length > 0 &&
    folderOf(path) === folderOf(file.path) &&
    file.head.subarray(0, length).equals(bytes.subarray(0, length))
  );
}

/** Marks a file as found at a path. */
export function foundAt(file: Followed, path: string): Followed {
  return Object.assign(file, { path, missing: 0, lost: 0 });
}

export function sawAll(file: Followed): true {
  file.unseen = false;
  return true;
}

/** A file that hasn't been found for this long is considered deleted. */
const missingMs = 8000;

/** Notes that a file wasn't found. @returns whether that has lasted for some time */
export function isLongGone(file: Followed, now: number): boolean {
  if (file.missing === 0) file.missing = now;
  return now - file.missing >= missingMs;
}

/** Whether both listings have the same files under the same names. */
export function hasSameFiles(one: readonly LogFile[], other: readonly LogFile[]): boolean {
  const namesOf = (files: readonly LogFile[]) =>
    files.map(({ path, created }) => `${path} ${created}`).sort();
  return namesOf(one).join('\n') === namesOf(other).join('\n');
}

/** Updates a followed file that isn't missing from a listing. */
export function note(file: Followed, now: LogFile | undefined): void {
  foundAt(file, file.path);
  if (!now) return;
  if (now.size <= file.offset) sawAll(file);
  if (now.modified !== file.modified) file.createdHolds = now.created === file.created && now.created !== 0;
  Object.assign(file, { size: now.size, modified: now.modified, created: now.created });
}

/**
 * Follows a renamed file without reading it, if exactly one file in the listing has its size and times.
 * @returns whether the file was renamed
 */
export function renameUnread(file: Followed, listing: readonly LogFile[]): boolean {
  const same = listing.filter(
    (other) =>
      folderOf(other.path) === folderOf(file.path) &&
      other.size === file.offset &&
      other.modified === file.modified &&
      other.created === file.created,
  );
  const [only] = same;
  if (!only || same.length > 1 || file.offset === 0 || only.path === file.path) return false;
  foundAt(file, only.path);
  return true;
}

/** Whether the file has to be read. */
export function isChanged(file: Followed, now: LogFile | undefined): boolean {
  return now?.size !== file.offset || now.modified !== file.modified;
}

/**
 * Whether a listed file could be a followed file under another name, or a copy of it.
 * @param instead the file that now has the followed file's name. With the same creation time, it's that file, truncated
 */
export function mayBe(file: Followed, other: LogFile, instead: LogFile | undefined, copy = false): boolean {
  if (other.path === file.path || !isLongEnough(file, other)) return false;
  const moved = file.createdHolds && instead?.created !== file.created && !copy;
  return !moved || other.created === file.created;
}

/** Whether another file in the same folder is long enough to contain everything that was read of a file. */
export function isLongEnough(file: Followed, other: LogFile): boolean {
  return folderOf(other.path) === folderOf(file.path) && other.size >= file.offset && file.offset > 0;
}

/** Whether a listed file is one that couldn't be read before it was renamed. A rename keeps both. */
export function isUnread(file: Followed, other: LogFile): boolean {
  return (
    file.offset === 0 &&
    folderOf(other.path) === folderOf(file.path) &&
    other.created === file.created &&
    other.size >= file.size
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The position where the last `count` lines begin. */
export function startOfLast(count: number, bytes: Buffer): number {
  let at = bytes.length - 1;
  for (let lines = 1; at > 0; lines++) {
    at = bytes.lastIndexOf(10, at - 1);
    if (at >= 0 && lines === count) return at + 1;
  }
  return 0;
}

const mostGone = 50;
/**
 * A file whose name changes fast can reappear so long after it was given up. Only then its unread lines are reported as
 * missing.
 */
const reappearsMs = 20_000;

/** Files that were given up, latest first. If one reappears, reading resumes where it stopped. */
export class GoneFiles {
  private files: readonly Followed[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly outlet: LogOutlet,
  ) {}

  /** Whether a file's lines may be missing, which isn't reported yet. */
  get unsettled(): boolean {
    return this.files.some(({ lost }) => lost > 0);
  }

  async add(file: Followed, signal: AbortSignal): Promise<void> {
    file.missing = 0;
    if ((file.size > file.offset && !file.leftOut) || file.unseen) file.lost = this.clock.now();
    else await this.outlet.pass(file.lines.end(), file.path, signal);
    const all = [file, ...this.files];
    this.files = all.filter(({ seam, offset }) => seam.length > 0 || offset === 0).slice(0, mostGone);
    await this.report(
      all.filter((each) => !this.files.includes(each)),
      signal,
    );
  }

  /** Takes out the first file that `is` accepts. */
  async takeOut(is: (file: Followed) => Promise<boolean>): Promise<Followed | undefined> {
    for (const file of this.files) {
      if (!(await is(file))) continue;
      this.files = this.files.filter((other) => other !== file);
      return file;
    }
    return undefined;
  }

  /** Reports missing lines: all, or those of files that no longer reappear. */
  async reportLost(which: 'all' | 'settled', signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.report(
      this.files.filter(({ lost }) => which === 'all' || now - lost >= reappearsMs),
      signal,
    );
  }

  private async report(files: readonly Followed[], signal: AbortSignal): Promise<void> {
    for (const file of files.filter(({ lost }) => lost > 0)) {
      file.lost = 0;
      await this.outlet.endWith('purged', file.lines.end(), file.path, signal);
    }
  }
}
