import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

const extensions = new Set(['.txt', '.log', '.htm']);
const chunkBytes = 256 * 1024;
/** File events can be missed; a look around this often finds what they did not tell. */
const pollMs = 500;
/** Between an event and the reading, so that a busy writer costs one look a few milliseconds, not one a line. */
const settleMs = 10;

/**
 * Follows every `*.txt`, `*.log`, `*.htm` below a folder, as Kudu does (LogStreamManager.cs): of files that are there
 * already, what is appended; a file that comes later from its start; a truncated file from its start; a deleted one is
 * forgotten. A renamed one is, too: under its new name nothing is heard of it until it changes, and then all of it.
 */
export class FileTail {
  readonly #offsets = new Map<string, number>();
  /** Which file a name stood for: a rename is told by it. */
  readonly #identities = new Map<string, string>();
  /** Sizes of renamed files that have not changed since. */
  readonly #renamed = new Map<string, number>();
  #watcher: fs.FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;
  #pumping = false;
  #again = false;
  #stopped = false;

  /**
   * @param emit gets raw bytes of one file at a time, and holds the tail back until its promise resolves
   * @param gone told when the folder itself is no longer there
   */
  constructor(
    private readonly folder: string,
    private readonly emit: (bytes: Buffer, file: string) => Promise<void>,
    private readonly gone: () => void,
  ) {}

  /** Files that are followed now. */
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
      // Then polling has to do.
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
        this.#forgetWhatIsGone(found);
        for (const { file, size } of found) if (await this.#read(file, size)) this.#again = true;
      } while (this.#again && !this.#stopped);
    } finally {
      this.#pumping = false;
    }
  }

  #forgetWhatIsGone(found: LogFile[]): void {
    const present = new Map(found.map(({ file, identity }) => [file, identity]));
    const gone = new Set<string>();
    for (const [file, identity] of this.#identities) {
      if (present.get(file) === identity) continue; // else gone, or another file has taken the name since
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
  /** Stays with the file when it is renamed. With the time of birth: inodes are given out again at once. */
  identity: string;
}

/** Log files below a folder with their sizes; links are not followed. */
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
