import fs from 'node:fs';
import path from 'node:path';
import type { SandboxReady } from './sandbox';

/** The folder on this machine where a sandbox keeps an app's `LogFiles`. */
export function logFilesOf(ready: SandboxReady, app: string): string {
  const work = path.dirname(ready.caCertificateFile);
  const folders = fs.readdirSync(work, { recursive: true, encoding: 'utf8' });
  const found = folders.find((folder) => folder.endsWith(path.join(app, 'LogFiles')));
  if (!found) throw new Error(`${app} has no LogFiles.`);
  return path.join(work, found);
}
