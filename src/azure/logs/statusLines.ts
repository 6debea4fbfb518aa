const longestWord = 1024;

/**
 * Hears what the service itself says in a stream whose other bytes are of no interest: the whole lines in the last
 * bytes of each chunk. Its words come alone or at the end, since it says them when nothing else is sent.
 */
export class StatusLineReader {
  private rest = '';

  read(chunk: Buffer): string[] {
    const cut = chunk.length > longestWord;
    const text = chunk.subarray(-longestWord).toString('latin1');
    const lines = ((cut ? '' : this.rest) + text).split(/\r?\n/);
    this.rest = (lines.pop() ?? '').slice(-longestWord);
    return cut ? lines.slice(1) : lines;
  }

  reset(): void {
    this.rest = '';
  }
}
