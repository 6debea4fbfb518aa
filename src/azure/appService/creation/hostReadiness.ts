import { pause } from '../../core/clock';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { FunctionApp } from '../../core/model';
import { isHealthy, lacksRole, readHostStatus } from '../hosting/hostStatus';

/** All in milliseconds. */
export interface HostTiming {
  /** The interval between two questions. */
  readonly poll: number;
  /** How long to wait. A role assignment takes up to ten minutes to take effect. */
  readonly limit: number;
}

const defaultTiming: HostTiming = { poll: 3000, limit: 10 * 60 * 1000 };

/** What a new app's host waits for: for itself to start, or for the role on its storage account to take effect. */
export type HostWait = 'start' | 'storage';

/** `unknown`: this account may not ask. */
export type HostEnd = 'running' | 'failing' | 'silent' | 'unknown';

/**
 * Waits until the Functions host of a new app answers that it runs.
 * @param report called whenever what is waited for changes
 * @returns `failing` if the host reports an error of its own, `silent` if it didn't run within the time
 */
export async function waitForHost(
  c: Connection,
  app: Pick<FunctionApp, 'id'>,
  report: (wait: HostWait) => void,
  signal?: AbortSignal,
  { poll, limit }: HostTiming = defaultTiming,
): Promise<HostEnd> {
  let last: HostWait | undefined;
  for (let waited = 0; waited <= limit; waited += poll) {
    const state = await stateOf(c, app, signal);
    if (state !== 'start' && state !== 'storage') return state;
    if (state !== last) report((last = state));
    await pause(c, poll, signal);
  }
  return 'silent';
}

async function stateOf(
  c: Connection,
  app: Pick<FunctionApp, 'id'>,
  signal: AbortSignal | undefined,
): Promise<HostWait | Exclude<HostEnd, 'silent'>> {
  try {
    const status = await readHostStatus(c, app, signal);
    if (!status.hasErrors) return isHealthy(status) ? 'running' : 'start';
    return lacksRole(status) ? 'storage' : 'failing';
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    // Until the host has started, Resource Manager answers 400 (azure-cli#20892), and its front ends 404, 502 or 503.
    return error.status === 401 || error.status === 403 ? 'unknown' : 'start';
  }
}
