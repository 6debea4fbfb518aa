import { withTimeout } from '../core/abortScope';
import type { Clock } from '../core/clock';
import type { Connection } from '../core/connection';
import type { FunctionApp } from '../core/model';
import { settleAll } from '../core/wait';
import type { Followed } from './followedFile';
import { followedFrom, seamBytes, startOfLast } from './followedFile';
import type { LogFile, LogRoot, Piece } from './logFiles';
import { listLogFiles, readPiece } from './logFiles';

const replayBytes = 8192;
const readLimitMs = 30_000;

/** Lists and reads an app's log files. Every request has a time limit. */
export class LogFileReader {
  /** Whether the service sends entire files. */
  whole = false;
  /** How many bytes of such files were received since it was last set to 0. */
  wholeRead = 0;

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly roots: readonly LogRoot[],
    private readonly clock: Clock,
  ) {}

  list(signal: AbortSignal): Promise<LogFile[]> {
    return withTimeout(this.clock, readLimitMs, signal, (within) =>
      listLogFiles(this.c, this.app, this.roots, within),
    );
  }

  async piece(path: string, from: number, to: number, signal: AbortSignal, etag?: string): Promise<Piece> {
    const piece = await withTimeout(this.clock, readLimitMs, signal, (within) =>
      readPiece(this.c, this.app, path, { from, to, etag }, within),
    );
    if (piece.kind === 'tooLarge') this.whole = true;
    if (piece.kind === 'bytes' && !piece.ranged && from > 0) {
      this.whole = true;
      this.wholeRead += piece.received;
    }
    return piece;
  }

  /** Whether this file of the listing is the followed one. */
  async isSame(file: Followed, other: LogFile, signal: AbortSignal): Promise<boolean> {
    if (file.seam.length === 0) return other.modified === file.modified;
    const piece = await this.piece(other.path, file.offset - file.seam.length, file.offset, signal);
    return piece.kind === 'bytes' && Buffer.concat(piece.chunks).equals(file.seam);
  }

  /** Follows a file from its end. @param replay how many of its last lines are shown */
  async atEndOf(
    file: LogFile,
    { closely, replay }: { closely: boolean; replay: number },
    signal: AbortSignal,
  ): Promise<Followed> {
    const { path, size } = file;
    if (!closely || size === 0) return followedFrom(file, size);
    const from = Math.max(0, size - (replay > 0 ? replayBytes : seamBytes));
    const [piece, head] = await settleAll([
      this.piece(path, from, size, signal),
      this.piece(path, 0, Math.min(size, seamBytes), signal),
    ]);
    if (piece.kind !== 'bytes') return followedFrom(file, size);
    const bytes = Buffer.concat(piece.chunks);
    const start = replay > 0 ? startOfLast(replay, bytes) : bytes.length;
    const seam = Buffer.from(bytes.subarray(Math.max(0, start - seamBytes), start));
    const followed = followedFrom(file, from + start, seam);
    if (head.kind === 'bytes') followed.head = Buffer.concat(head.chunks);
    return followed;
  }
}
