import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from './lifetime';

const prefix = 'keyless-sandbox-';

/**
 * A new folder (0700) for what a run keeps on disk: the CA's certificate and the apps' home folders. Removes folders of
 * runs that were killed before they could do so themselves.
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

/** Writes a file that others wait for: 0600, and never seen half written. */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  fs.writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' }); // whatever somebody else put there is not followed
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
      // Another user's, or one that is being made or removed right now: not ours to touch.
    }
  }
}
