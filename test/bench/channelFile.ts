import fs from 'node:fs';
import { logFiles } from '../support/host/hostLogs';
import { until } from '../support/until';

/**
 * Follows an output channel's file as it's written. At 30 MB, VS Code starts a new file and keeps only one old one, so the
 * contents of a busy channel can't be read at the end.
 */
export class ChannelFile {
  private handle: number;
  private offset: number;
  private rest = '';
  private readonly timer: NodeJS.Timeout;

  /** @param onLines gets whole lines as they are written, but not those that exist already */
  constructor(
    private readonly file: string,
    private readonly onLines: (lines: readonly string[]) => void,
  ) {
    this.handle = fs.openSync(file, 'r');
    this.offset = fs.fstatSync(this.handle).size;
    this.timer = setInterval(() => {
      this.look();
    }, 5);
  }

  close(): void {
    clearInterval(this.timer);
    fs.closeSync(this.handle);
  }

  private look(): void {
    // Checked before reading the last bytes, because a file that was renamed doesn't grow any more.
    const now = fs.statSync(this.file, { throwIfNoEntry: false });
    this.read();
    if (!now || now.ino === fs.fstatSync(this.handle).ino) return;
    fs.closeSync(this.handle);
    this.handle = fs.openSync(this.file, 'r');
    this.offset = 0;
    this.read();
  }

  private read(): void {
    const size = fs.fstatSync(this.handle).size;
    if (size <= this.offset) return;
    const bytes = Buffer.alloc(size - this.offset);
    fs.readSync(this.handle, bytes, 0, bytes.length, this.offset);
    this.offset = size;
    const lines = (this.rest + bytes.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    this.onLines(lines);
  }
}

/** The file of a plain output channel, once VS Code has created it. @param data VS Code's user data folder */
export function channelFileOf(data: string, channel: string): Promise<string> {
  return until(() => logFiles(data).find((file) => file.endsWith(`-${channel}.log`)), {
    what: `the file of the channel ${channel}`,
  });
}

/** Counts which numbered lines a channel has shown and which it has shown twice, apart from rewrites. */
export class NumberedLines {
  readonly seen = new Set<number>();
  twice = 0;
  private last = -1;

  take(lines: readonly string[]): void {
    for (const line of lines) {
      // LogChannel starts a rewrite of everything with this text.
      if (line.includes(' earlier lines are no longer shown here')) this.last = -1;
      const number = Number(/ line (\d+) of the bench/.exec(line)?.[1] ?? NaN);
      if (!(number >= 0)) continue;
      if (number <= this.last) this.twice++;
      this.last = Math.max(this.last, number);
      this.seen.add(number);
    }
  }
}
