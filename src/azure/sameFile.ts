import type { Followed } from './followedFile';
import { beginsAlike, seamBytes } from './followedFile';
import type { LogFile, Piece } from './logFiles';

type Read = (path: string, from: number, to: number, signal: AbortSignal) => Promise<Piece>;

/** Tells whether a file is one that was read before, by the bytes that were read of that. */
export class SameFile {
  /** Where many files were renamed, each one's first bytes are read once, and not once for each other. */
  private readonly heads = new Map<string, Buffer>();

  constructor(private readonly read: Read) {}

  /** Names may have changed. */
  lookAnew(): void {
    this.heads.clear();
  }

  /** @throws AzureError, AbortError */
  async is(file: Followed, other: LogFile, signal: AbortSignal): Promise<boolean> {
    if (file.seam.length === 0) return other.modified === file.modified;
    if (file.head.length > 0 && !beginsAlike(file, other.path, await this.headOf(other, signal)))
      return false;
    const piece = await this.read(other.path, file.offset - file.seam.length, file.offset, signal);
    return piece.kind === 'bytes' && Buffer.concat(piece.chunks).equals(file.seam);
  }

  private async headOf({ path }: LogFile, signal: AbortSignal): Promise<Buffer> {
    const known = this.heads.get(path);
    if (known) return known;
    const piece = await this.read(path, 0, seamBytes, signal);
    const head = piece.kind === 'bytes' ? Buffer.concat(piece.chunks) : Buffer.alloc(0);
    this.heads.set(path, head);
    return head;
  }
}
