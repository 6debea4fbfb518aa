import fs from 'node:fs';
import { logFiles } from '../support/host/hostLogs';
import { until } from '../support/until';

/**
 * Reads what is written to an output channel's file, as it is written: at 30 MB VS Code begins a new file and keeps only
 * one old one, so the end of a busy channel does not tell what was in it.
 */
export class ChannelFile {
  private handle: number;
  private offset: number;
  private rest = '';
  private readonly timer: NodeJS.Timeout;

  /** @param onLines whole lines, as they arrive; lines that exist already are skipped */
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
    // Asked before the last bytes are read: a file that has another name by now does not grow any more.
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

/** The file of a plain output channel, once VS Code has made it. @param data VS Code's user data */
export function channelFileOf(data: string, channel: string): Promise<string> {
  return until(() => logFiles(data).find((file) => file.endsWith(`-${channel}.log`)), {
    what: `the file of the channel ${channel}`,
  });
}

/** Which numbered lines a channel has shown: none left out, none twice but where it is shown anew. */
export class NumberedLines {
  readonly seen = new Set<number>();
  twice = 0;
  private last = -1;

  take(lines: readonly string[]): void {
    for (const line of lines) {
      // With these words of LogChannel begins what takes the place of all that was shown before.
      if (line.includes(' earlier lines are no longer shown here')) this.last = -1;
      const number = Number(/ line (\d+) of the bench/.exec(line)?.[1] ?? NaN);
      if (!(number >= 0)) continue;
      if (number <= this.last) this.twice++;
      this.last = Math.max(this.last, number);
      this.seen.add(number);
    }
  }
}
