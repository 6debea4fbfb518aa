import type { LogStreamState } from '../azure/logState';
import type { AppTarget, FunctionTarget } from '../ui/targets';
import { plainLine } from '../ui/text';
import type { LogFilter } from './logBuffer';
import type { LogSource } from './source';

export type LogTarget = AppTarget | FunctionTarget;

/** One stream, running or ended, as status bar and tree show it. */
export interface LogStreamInfo {
  /** Account, tenant, resource ID and function name, in lower case. */
  readonly key: string;
  /** App or slot, and the function if only one is streamed. */
  readonly target: LogTarget;
  readonly name: string;
  readonly state: LogStreamState;
  /** The state as a sentence. */
  readonly words: string;
  readonly running: boolean;
  /** Where it is read from; undefined until that is chosen. */
  readonly source: LogSource | undefined;
  readonly paused: boolean;
  readonly filter: LogFilter;
}

/** Identifies a target's stream. */
export function streamKey(target: LogTarget): string {
  const { accountId, tenantId } = target.connection;
  const fn = 'fn' in target ? `/functions/${target.fn.name}` : '';
  return `${accountId}/${tenantId}${target.app.id}${fn}`.toLowerCase();
}

/** The name of its channel. */
export function nameOf(target: LogTarget): string {
  return plainLine('fn' in target ? `${target.app.name} / ${target.fn.name}` : target.app.name);
}
