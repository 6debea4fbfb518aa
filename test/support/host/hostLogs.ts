import fs from 'node:fs';
import path from 'node:path';

/**
 * Files that VS Code keeps under <user data>/logs: extension hosts have a folder `exthost<N>` each, N growing with
 * every window and reload.
 */
export function logFiles(data: string): string[] {
  const folder = path.join(data, 'logs');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log'))
    .sort()
    .map((file) => path.join(folder, file));
}

/** The logs of all extension hosts themselves, in a remote (code-server) or a desktop window. */
export function extensionHostLog(data: string): string {
  return read(logFiles(data).filter((file) => /[/\\](?:remote)?exthost\.log$/.test(file)));
}

/** The whole text of a log output channel (`createOutputChannel(name, { log: true })`), over all hosts. */
export function logChannel(data: string, channel: string, extensionId = 'keyless.keyless'): string {
  return read(logFiles(data).filter((file) => file.endsWith(path.join(extensionId, `${channel}.log`))));
}

function read(files: string[]): string {
  return files.map((file) => fs.readFileSync(file, 'utf8')).join('');
}
