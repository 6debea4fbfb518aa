import { thresholdLine } from './logLines';
import type { LogGap, LogStreamSink } from './logState';
import { unlessAborted } from '../core/wait';

/** Passes the lines of several files to a sink, one file at a time, and waits for the sink. */
export class LogOutlet {
  private turn: Promise<void> = Promise.resolve();
  private readonly wanted: string | undefined;

  /** @param filter passes only lines that contain this text, case-insensitively */
  constructor(
    private readonly sink: LogStreamSink,
    filter: string | undefined,
  ) {
    this.wanted = filter?.toLowerCase();
  }

  /** Also reports where the host dropped lines. @throws AbortError */
  pass(lines: readonly string[], file: string, signal: AbortSignal): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const before = this.turn;
    const passing = (async () => {
      await before.catch(() => undefined);
      for (let from = 0; from < lines.length;) {
        const end = lines.findIndex((line, index) => index >= from && thresholdLine.test(line));
        const to = end < 0 ? lines.length : end + 1;
        const batch = this.filtered(lines.slice(from, to));
        signal.throwIfAborted();
        if (batch.length > 0) await unlessAborted(Promise.resolve(this.sink.lines(batch, file)), signal);
        if (end >= 0) this.sink.gap?.({ kind: 'threshold', file });
        from = to;
      }
    })();
    this.turn = passing;
    return passing;
  }

  /** Passes the last lines of a file, and reports what is missing after them. @throws AbortError */
  async endWith(kind: LogGap['kind'], lines: readonly string[], file: string, signal: AbortSignal) {
    await this.pass(lines, file, signal);
    this.sink.gap?.({ kind, file });
  }

  private filtered(lines: readonly string[]): readonly string[] {
    const { wanted } = this;
    return wanted ? lines.filter((line) => line.toLowerCase().includes(wanted)) : lines;
  }
}
