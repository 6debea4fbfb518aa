import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from './lifetime';

const prefix = 'keyless-sandbox-';

/**
 * Creates a folder (0700) for what a run stores on disk: the CA's certificate and the apps' home folders.
 * Removes the folders of runs that were killed before they could do so themselves.
 */
export function createRunFolder(): string {
  removeLeftovers();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  fs.chmodSync(folder, 0o700);
  fs.writeFileSync(path.join(folder, 'pid'), process.pid.toString(), { mode: 0o600 });
  return folder;
}

export function removeRunFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Writes a file that others wait for: with mode 0600, and never visible half-written. */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  // 'wx' doesn't follow a link that someone else put there.
  fs.writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
  fs.renameSync(temporary, file);
}

function removeLeftovers(): void {
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = path.join(os.tmpdir(), name);
    try {
      const { uid } = fs.lstatSync(folder);
      const pid = Number(fs.readFileSync(path.join(folder, 'pid'), 'utf8'));
      if (uid === os.userInfo().uid && pid > 0 && !isAlive(pid)) removeRunFolder(folder);
    } catch {
      // Belongs to another user, or is being created or removed right now: leave it alone.
    }
  }
}
