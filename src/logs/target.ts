import * as vscode from 'vscode';
import type { LogStreamState } from '../azure/logs/logState';
import type { AppTarget, FunctionTarget, SiteFileTarget } from '../inventory/targets';
import { plainLine } from '../ui/text';
import type { LogFilter } from './logBuffer';
import type { LogSource } from './source';

/** An app, one of its functions, or a file of its site. */
export type LogTarget = AppTarget | FunctionTarget | SiteFileTarget;

/** A running or ended stream, as shown in the status bar and the tree. */
export interface LogStreamInfo {
  /** Account, tenant, resource ID and function name or file, in lowercase. */
  readonly key: string;
  /** The app or slot, and the function if only one is streamed. */
  readonly target: LogTarget;
  readonly name: string;
  readonly state: LogStreamState;
  /** The state in a sentence. */
  readonly words: string;
  readonly running: boolean;
  /** Where the log is read from. Undefined until the source is chosen. */
  readonly source: LogSource | undefined;
  readonly paused: boolean;
  readonly filter: LogFilter;
}

/** Identifies a target's stream. */
export function streamKey(target: LogTarget): string {
  const { accountId, tenantId } = target.connection;
  const fn = 'fn' in target ? `/functions/${target.fn.name}` : '';
  const file = 'path' in target ? `/files/${target.path}` : '';
  return `${accountId}/${tenantId}${target.app.id}${fn}${file}`.toLowerCase();
}

/** The title of a channel. @param name a {@link LogStreamInfo.name} */
export function channelTitle(name: string): string {
  return vscode.l10n.t('{0} (log stream)', name);
}

/** The name of a target's channel. */
export function channelName(target: LogTarget): string {
  if ('fn' in target) return plainLine(`${target.app.name} / ${target.fn.name}`);
  if ('path' in target) return plainLine(`${target.app.name} / ${target.path.replace(/^LogFiles\//, '')}`);
  return plainLine(target.app.name);
}
