import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer, isAbort } from '../core/errors';
import { explain } from '../explain/explain';
import type { FunctionApp } from '../core/model';
import { createPipeline } from '../core/pipeline';
import { failureOf } from '../core/request';
import { touchScmFile } from './scm';
import { getHostKeys } from './sites';
import { pause } from '../core/clock';
import { unlessAborted } from '../core/wait';

export interface DebugModeOptions {
  /** Asks, at most once, whether the app's master key may be used because the SCM site denies access. */
  readonly mayUseHostKey: () => Promise<boolean>;
  /** Called whenever the way of notifying the host changes, or the reason why it failed. */
  readonly onResult?: (result: DebugModeResult) => void;
  readonly everyMs?: number;
}

export type DebugModeResult =
  { readonly how: 'scm' | 'hostStatus' } | { readonly how: 'none'; readonly reason: string };

/** Debug mode ends 15 minutes after the last notification (DebugStateProvider.cs). */
const defaultEvery = 5 * 60_000;
/** The file that the host watches (ScriptConstants.cs, DebugManager.cs). */
const sentinel = 'LogFiles/Application/Functions/Host/debug_sentinel';

/**
 * Keeps the Functions host writing its log files until `signal` is aborted. Never rejects, and clears its timer.
 * This keeps the app from going idle, so tell the user wherever it's used.
 */
export async function keepDebugMode(
  c: Connection,
  app: FunctionApp,
  options: DebugModeOptions,
  signal: AbortSignal,
): Promise<void> {
  const consent = once(options.mayUseHostKey);
  let lastResult: string | undefined;
  try {
    for (;;) {
      const result = await notifyHost(c, app, consent, signal);
      if (JSON.stringify(result) !== lastResult) options.onResult?.(result);
      lastResult = JSON.stringify(result);
      await pause(c, options.everyMs ?? defaultEvery, signal);
    }
  } catch (error) {
    if (!isAbort(error)) options.onResult?.({ how: 'none', reason: explain(error).reason });
  }
}

async function notifyHost(
  c: Connection,
  app: FunctionApp,
  consent: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<DebugModeResult> {
  try {
    await touchScmFile(c, app, sentinel, signal);
    return { how: 'scm' };
  } catch (error) {
    if (isAbort(error)) throw error;
    const { reason } = explain(error);
    // If the SCM site didn't respond at all, the app's own host is unlikely to be reachable either.
    const refused = error instanceof AzureError && error.status !== undefined;
    if (!refused || !(await unlessAborted(consent(), signal))) return { how: 'none', reason };
  }
  try {
    await askHostStatus(c, app, signal);
    return { how: 'hostStatus' };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { how: 'none', reason: explain(error).reason };
  }
}

/** `GET /admin/host/status` also starts debug mode (EnableDebugModeFilter.cs) but needs the master key. */
async function askHostStatus(c: Connection, app: FunctionApp, signal: AbortSignal): Promise<void> {
  const { masterKey } = await getHostKeys(c, app, signal);
  if (masterKey === undefined)
    throw new AzureError(l10n.t("The app didn't return a master key."), { code: 'NoMasterKey' });
  try {
    const request = createPipelineRequest({
      url: `https://${app.defaultHostName}/admin/host/status`,
      headers: createHttpHeaders({ 'x-functions-key': masterKey }),
      abortSignal: signal,
    });
    const response = await createPipeline(c, { kind: 'site' }).sendRequest(c.http, request);
    if (response.status >= 300) throw errorOfAnswer(response);
  } catch (error) {
    throw failureOf(error, signal);
  }
}

function once(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => (answer ??= ask());
}
