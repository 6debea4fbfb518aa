import fs from 'node:fs';
import path from 'node:path';

/**
 * The log files under <user data>/logs. Each extension host has a folder `exthost<N>`, and N increases with every window
 * and reload.
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

/** The extension hosts' own logs, from a remote (code-server) or a desktop window. */
export function extensionHostLog(data: string): string {
  return read(logFiles(data).filter((file) => /[/\\](?:remote)?exthost\.log$/.test(file)));
}

/** The full text of a log output channel (`createOutputChannel(name, { log: true })`) in all hosts. */
export function logChannel(data: string, channel: string, extensionId = 'keyless.keyless'): string {
  return read(logFiles(data).filter((file) => file.endsWith(path.join(extensionId, `${channel}.log`))));
}

function read(files: string[]): string {
  return files.map((file) => fs.readFileSync(file, 'utf8')).join('');
}
