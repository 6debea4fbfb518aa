import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../context';

const maximumLinesPerFlush = 250;
const maximumFileBytes = 5 * 1024 * 1024;
const retentionMs = 24 * 60 * 60 * 1000;

/**
 * Writes lines to rolling files in a folder as the Functions host does (azure-functions-host FileWriter.cs):
 * buffered, at most 250 lines a flush, followed by one line that says so; a file over 5 MiB is followed by a
 * new one, and creating it deletes files that haven't been written to for a day.
 */
export class FileWriter {
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #file: string | undefined;

  /** @param instanceId its first 10 characters become part of the file name */
  constructor(
    private readonly folder: string,
    private readonly instanceId: string,
    private readonly clock: Clock,
    private readonly flushMs: () => number,
  ) {}

  append(line: string): void {
    if (this.#lines.length > maximumLinesPerFlush) return;
    this.#lines.push(this.#lines.length === maximumLinesPerFlush ? 'Log output threshold exceeded.' : line);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, this.flushMs()).unref();
  }

  /**
   * Writes what is buffered now. Errors (a full disk, a file where the folder should be) lose lines but don't
   * stop the host.
   */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const content = `${this.#lines.join('\r\n')}\r\n`;
    this.#lines = [];
    try {
      if (this.#file === undefined || !fs.existsSync(this.#file))
        this.#file = this.#currentFile() ?? this.#newFile();
      fs.appendFileSync(this.#file, content);
      if (fs.statSync(this.#file).size > maximumFileBytes) this.#file = this.#newFile();
    } catch {
      this.#file = undefined;
    }
  }

  #currentFile(): string | undefined {
    const suffix = `-${this.instanceId.slice(0, 10)}.log`;
    return this.#logFiles()
      .filter((file) => file.name.endsWith(suffix) && file.size <= maximumFileBytes)
      .sort((left, right) => right.mtimeMs - left.mtimeMs)[0]?.path;
  }

  #newFile(): string {
    fs.mkdirSync(this.folder, { recursive: true });
    const now = this.clock.now();
    for (const file of this.#logFiles())
      if (now - file.mtimeMs > retentionMs) fs.rmSync(file.path, { force: true });
    const time = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
    const suffix = `${this.instanceId.slice(0, 10)}.log`;
    let file = path.join(this.folder, `${time}Z-${suffix}`);
    // Two files within a second: the real host would keep using the first one, beyond its size limit.
    for (let second = 1; fs.existsSync(file); second += 1) {
      file = path.join(
        this.folder,
        `${new Date(now + second * 1000).toISOString().slice(0, 19).replaceAll(':', '-')}Z-${suffix}`,
      );
    }
    fs.closeSync(fs.openSync(file, 'a'));
    return file;
  }

  #logFiles(): { name: string; path: string; size: number; mtimeMs: number }[] {
    try {
      return fs
        .readdirSync(this.folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => {
          const file = path.join(this.folder, name);
          const { size, mtimeMs } = fs.statSync(file);
          return { name, path: file, size, mtimeMs };
        });
    } catch {
      return [];
    }
  }
}
