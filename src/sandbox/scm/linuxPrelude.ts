import { open } from 'node:fs/promises';
import path from 'node:path';
import { volatileLogs } from '../web/host/containerLog';
import type { Site } from '../world/world';
import { nameInApp } from './paths';

const tailLines = 10;
const tailBytes = 64 * 1024;

/**
 * What KuduLite sends between its welcome and the live lines: the last ten lines of each file, with `?` for
 * every non-ASCII byte (LogStreamManager.cs). Files below LogFiles are listed with their URL.
 */
export async function linuxPrelude(site: Site, origin: string, files: string[]): Promise<string> {
  const parts = ['\nStarting Log Tail -n 10 of existing logs ----\n'];
  for (const file of files) {
    const lines = await lastLines(file);
    parts.push(`\n${titleOf(site, origin, file)}\n`, ...lines.map((line) => `${line}\n`), '\n');
  }
  parts.push('\nEnding Log Tail of existing logs ---\n', '\nStarting Live Log Stream ---\n');
  return parts.join('');
}

function titleOf(site: Site, origin: string, file: string): string {
  const parts = path.relative(site.homeFolder, file).split(path.sep);
  if (parts[0] === '..') return `${volatileLogs}/${path.basename(file)} `;
  return `${nameInApp(site, file)}  (${origin}/api/vfs/${parts.map(encodeURIComponent).join('/')})`;
}

async function lastLines(file: string): Promise<string[]> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer
      .toString('latin1', 0, bytesRead)
      .replace(/[\u0080-\u00ff]/g, '?')
      .split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-tailLines);
  } finally {
    await handle.close();
  }
}
