import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../context';
import type { Site } from '../../world/world';
import type { LogLevel } from './hostJson';

/** How the app itself names the folder of {@link volatileLogsOf} (KuduLite LogStreamManager.cs). */
export const volatileLogs = '/appsvctmp/volatile/logs/runtime';

const mostBytes = 5 * 1024 * 1024;

/** Where a Linux app's container keeps what it prints: beside the app's home, so out of reach of `/api/vfs`. */
export function volatileLogsOf(site: Site): string {
  return `${site.homeFolder}.volatile`;
}

/**
 * `container.log` of a Linux app: what the host prints, in the form of .NET's console logger, each line with its time
 * (public logs of such apps; that the host prints what it logs to files, and the categories, are inferred).
 */
export class ContainerLog {
  readonly #file: string;

  constructor(
    private readonly site: Site,
    private readonly clock: Clock,
  ) {
    this.#file = path.join(volatileLogsOf(site), 'container.log');
  }

  /** Failures lose lines, not the host. */
  append(level: LogLevel, message: string, functionName: string | undefined): void {
    const category = functionName === undefined ? 'Host.General' : `Function.${functionName}`;
    const time = new Date(this.clock.now()).toISOString().replace('Z', '0000Z');
    const lines = [
      `${names[level]}: ${category}[0]`,
      ...message.split(/\r?\n/).map((line) => `      ${line}`),
    ];
    try {
      fs.mkdirSync(volatileLogsOf(this.site), { recursive: true });
      if ((fs.statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) > mostBytes)
        fs.truncateSync(this.#file);
      fs.appendFileSync(this.#file, lines.map((line) => `${time} ${line}\n`).join(''));
    } catch {
      // A full disk, or the app is being deleted.
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
