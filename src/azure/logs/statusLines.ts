const longestWord = 1024;

/**
 * Extracts the service's own status lines from a log stream and ignores app output. It reads only the complete lines in
 * the last bytes of each chunk, because the service writes status lines only when nothing else is being sent.
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
