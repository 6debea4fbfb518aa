import type { LogFile } from './logFiles';
import { LineDecoder } from './logLines';

/** A log file that is read on as it grows. */
export interface Followed {
  path: string;
  /** Bytes that were read. */
  offset: number;
  /** The last of them: where others stand in their place it is not the same file any more. */
  seam: Buffer;
  /** The first bytes, as far as they are known: two that begin alike may be one that was renamed. */
  head: Buffer;
  readonly lines: LineDecoder;
  /** As was heard last. */
  size: number;
  modified: number;
  created: number;
  /** The file has changed while its time of creation stayed: so the time tells files apart. */
  createdHolds: boolean;
  etag?: string;
  /** When it grew last. */
  grew: number;
  /** Since when looks have found it neither where it was nor elsewhere; 0 if they do. */
  missing: number;
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
  };
}

/** Keeps what is to be known of the bytes that follow; as copies, so that a few do not keep a large chunk. */
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

/** The file is not missed any more. */
export function foundAt(file: Followed, path: string): Followed {
  return Object.assign(file, { path, missing: 0 });
}

/** Keeps what a listing tells of a followed file that is not missed. */
export function note(file: Followed, now: LogFile | undefined): void {
  foundAt(file, file.path);
  if (!now) return;
  if (now.modified !== file.modified) file.createdHolds = now.created === file.created && now.created !== 0;
  Object.assign(file, { size: now.size, modified: now.modified, created: now.created });
}

/**
 * Follows a file to its new name without a look, where a listing leaves no doubt: one of its size and times is elsewhere.
 * @returns whether it has another name
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

/** Whether a look at the file itself is due. */
export function isChanged(file: Followed, now: LogFile | undefined): boolean {
  return now?.size !== file.offset || now.modified !== file.modified;
}

/**
 * Whether what a listing names may be a followed file under another name, or a copy of it.
 * @param instead what has the file's name now; the same file, cut short, if it was made at the same time
 */
export function mayBe(file: Followed, other: LogFile, instead: LogFile | undefined, copy = false): boolean {
  if (other.path === file.path || !isLongEnough(file, other)) return false;
  const moved = file.createdHolds && instead?.created !== file.created && !copy;
  return !moved || other.created === file.created;
}

/** Whether all that was read of a file may stand in the other, of the same folder. */
export function isLongEnough(file: Followed, other: LogFile): boolean {
  return folderOf(other.path) === folderOf(file.path) && other.size >= file.offset && file.offset > 0;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Where the last lines begin. */
export function startOfLast(count: number, bytes: Buffer): number {
  let at = bytes.length - 1;
  for (let lines = 1; at > 0; lines++) {
    at = bytes.lastIndexOf(10, at - 1);
    if (at >= 0 && lines === count) return at + 1;
  }
  return 0;
}
