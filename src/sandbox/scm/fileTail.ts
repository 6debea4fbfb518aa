import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

const extensions = new Set(['.txt', '.log', '.htm']);
const chunkBytes = 256 * 1024;
/** File events can get lost; polling this often finds what they missed. */
const pollMs = 500;
/**
 * The delay between an event and reading, so that a busy writer causes one read every few milliseconds, not
 * one for each line.
 */
const settleMs = 10;

/**
 * Follows every `*.txt`, `*.log` and `*.htm` file below a folder, as Kudu does (LogStreamManager.cs):
 * existing files from their end, new and truncated files from their start. A deleted file is forgotten, and
 * so is a renamed one: nothing is read under its new name until it changes, and then all of it.
 */
export class FileTail {
  readonly #offsets = new Map<string, number>();
  /** Which file a name referred to, to detect renames. */
  readonly #identities = new Map<string, string>();
  /** Sizes of renamed files that haven't changed since. */
  readonly #renamed = new Map<string, number>();
  #watcher: fs.FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;
  #pumping = false;
  #again = false;
  #stopped = false;

  /**
   * @param emit receives raw bytes of one file at a time; the tail waits until its promise resolves
   * @param gone called when the folder itself no longer exists
   */
  constructor(
    private readonly folder: string,
    private readonly emit: (bytes: Buffer, file: string) => Promise<void>,
    private readonly gone: () => void,
  ) {}

  /** The files that are being followed. */
  get files(): string[] {
    return [...this.#offsets.keys()];
  }

  start(): void {
    for (const { file, size, identity } of listLogFiles(this.folder)) {
      this.#offsets.set(file, size);
      this.#identities.set(file, identity);
    }
    try {
      this.#watcher = fs.watch(this.folder, { recursive: true, persistent: false }, () => {
        this.#wake();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Polling alone has to do.
    }
    this.#poll = setInterval(() => {
      void this.#pump();
    }, pollMs).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    this.#watcher?.close();
  }

  #wake(): void {
    if (this.#stopped || this.#settle !== undefined) return;
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      void this.#pump();
    }, settleMs).unref();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    if (!fs.existsSync(this.folder)) {
      this.gone();
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        const found = listLogFiles(this.folder);
        this.#dropMissing(found);
        for (const { file, size } of found) if (await this.#read(file, size)) this.#again = true;
      } while (this.#again && !this.#stopped);
    } finally {
      this.#pumping = false;
    }
  }

  #dropMissing(found: LogFile[]): void {
    const present = new Map(found.map(({ file, identity }) => [file, identity]));
    const gone = new Set<string>();
    for (const [file, identity] of this.#identities) {
      // Otherwise the file is gone, or another file has its name now.
      if (present.get(file) === identity) continue;
      gone.add(identity);
      for (const map of [this.#offsets, this.#identities, this.#renamed]) map.delete(file);
    }
    for (const { file, size, identity } of found) {
      if (!this.#identities.has(file) && gone.has(identity)) this.#renamed.set(file, size);
      this.#identities.set(file, identity);
    }
  }

  /** @returns whether there was more than one chunk to read */
  async #read(file: string, size: number): Promise<boolean> {
    if (this.#renamed.get(file) === size) return false;
    this.#renamed.delete(file);
    let offset = this.#offsets.get(file) ?? 0;
    if (offset > size) offset = 0;
    this.#offsets.set(file, offset);
    if (offset === size || this.#stopped) return false;
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) return false;
    try {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafe(Math.min(chunkBytes, size - offset)),
        0,
        undefined,
        offset,
      );
      this.#offsets.set(file, offset + bytesRead);
      if (bytesRead > 0) await this.emit(buffer.subarray(0, bytesRead), file);
      return offset + bytesRead < size;
    } catch {
      return false;
    } finally {
      await handle.close();
    }
  }
}

export interface LogFile {
  file: string;
  size: number;
  mtimeMs: number;
  /** Stays the same when the file is renamed. Includes the birth time because inodes are reused at once. */
  identity: string;
}

/** Lists the log files below a folder with their sizes; links aren't followed. */
export function listLogFiles(folder: string): LogFile[] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return listLogFiles(file);
    if (!entry.isFile() || !extensions.has(path.extname(entry.name).toLowerCase())) return [];
    const stat = fs.statSync(file, { throwIfNoEntry: false, bigint: true });
    return stat === undefined
      ? []
      : [
          {
            file,
            size: Number(stat.size),
            mtimeMs: Number(stat.mtimeMs),
            identity: `${stat.ino} ${stat.birthtimeNs}`,
          },
        ];
  });
}
