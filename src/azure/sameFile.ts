import type { Followed } from './followedFile';
import type { LogFile, Piece } from './logFiles';

type Read = (path: string, from: number, to: number, signal: AbortSignal) => Promise<Piece>;

/** Tells whether a file is one that was read before, by the bytes that were read of that. */
export class SameFile {
  constructor(private readonly read: Read) {}

  /** @throws AzureError, AbortError */
  async is(file: Followed, other: LogFile, signal: AbortSignal): Promise<boolean> {
    if (file.seam.length === 0) return other.modified === file.modified;
    const piece = await this.read(other.path, file.offset - file.seam.length, file.offset, signal);
    return piece.kind === 'bytes' && Buffer.concat(piece.chunks).equals(file.seam);
  }
}
