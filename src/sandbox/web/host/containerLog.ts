import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../context';
import type { Site } from '../../world/world';
import type { LogLevel } from './hostJson';

/** The app's own name for the folder of {@link volatileLogsOf} (KuduLite LogStreamManager.cs). */
export const volatileLogs = '/appsvctmp/volatile/logs/runtime';

const maxBytes = 5 * 1024 * 1024;

/**
 * Where a Linux app's container stores what it prints: beside the app's home, so `/api/vfs` can't reach it.
 */
export function volatileLogsOf(site: Site): string {
  return `${site.homeFolder}.volatile`;
}

/**
 * `container.log` of a Linux app: what the host prints, in the format of .NET's console logger, with a
 * timestamp on each line (public logs of such apps; that the host prints the same as it logs to files, and
 * the categories, are inferred).
 */
export class ContainerLog {
  readonly #file: string;

  constructor(
    private readonly site: Site,
    private readonly clock: Clock,
  ) {
    this.#file = path.join(volatileLogsOf(site), 'container.log');
  }

  /** An error loses lines but doesn't stop the host. */
  append(level: LogLevel, message: string, functionName: string | undefined): void {
    const category = functionName === undefined ? 'Host.General' : `Function.${functionName}`;
    const time = new Date(this.clock.now()).toISOString().replace('Z', '0000Z');
    const lines = [
      `${names[level]}: ${category}[0]`,
      ...message.split(/\r?\n/).map((line) => `      ${line}`),
    ];
    try {
      fs.mkdirSync(volatileLogsOf(this.site), { recursive: true });
      if ((fs.statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes)
        fs.truncateSync(this.#file);
      fs.appendFileSync(this.#file, lines.map((line) => `${time} ${line}\n`).join(''));
    } catch {
      // The disk is full, or the app is being deleted.
    }
  }
}

const names: Readonly<Record<LogLevel, string>> = {
  Trace: 'trce',
  Debug: 'dbug',
  Information: 'info',
  Warning: 'warn',
  Error: 'fail',
  Critical: 'crit',
  None: 'none',
};
