import * as vscode from 'vscode';
import type { LogStreamState } from '../azure/logStream';
import type { AppTarget, FunctionTarget } from '../ui/targets';

/** One stream, running or ended, as status bar and tree show it. */
export interface LogStreamInfo {
  /** `streamKey` of the target. */
  readonly key: string;
  /** App or slot, and the function if only one is streamed. */
  readonly target: AppTarget | FunctionTarget;
  readonly state: LogStreamState;
}

/** Identifies a stream: resource ID and function name, in lower case, under its account and tenant. */
export function streamKey(target: AppTarget | FunctionTarget): string {
  const { accountId, tenantId } = target.connection;
  const fn = 'fn' in target ? `/functions/${target.fn.name}` : '';
  return `${accountId}/${tenantId}${target.app.id}${fn}`.toLowerCase();
}

export declare class LogStreams implements vscode.Disposable {
  /** A stream started, changed its state, or was forgotten. */
  readonly onDidChange: vscode.Event<LogStreamInfo>;
  readonly list: readonly LogStreamInfo[];
  get(target: AppTarget | FunctionTarget): LogStreamInfo | undefined;
  dispose(): void;
}
