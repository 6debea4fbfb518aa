import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { getResourceJson } from './resources';
import { pause } from '../core/clock';

/** How an operation on a resource ended: the resource is ready, it doesn't exist, or the operation failed. */
export type OperationEnd = 'ready' | 'absent' | 'failed';

/** All in milliseconds. */
export interface OperationTiming {
  /** The interval between two checks. */
  readonly poll: number;
  /** How long a request may still be on its way to the service. */
  readonly grace: number;
}

const defaultTiming: OperationTiming = { poll: 2000, grace: 20_000 };

/**
 * Waits for the end of an operation whose URL is no longer known by watching the resource itself: whether it exists, and
 * its `provisioningState`.
 * @returns `wanted`, or another end if there is no longer any sign of an operation
 * @throws AzureError if the resource can't be read
 */
export async function waitForEnd(
  c: Connection,
  id: string,
  wanted: 'ready' | 'absent',
  signal?: AbortSignal,
  { poll, grace }: OperationTiming = defaultTiming,
): Promise<OperationEnd> {
  const clock = c.clock;
  const begun = clock.now();
  for (;;) {
    const state = await stateOf(c, id, signal);
    if (state === wanted || state === 'failed') return state;
    if (state !== 'running' && clock.now() - begun >= grace) return state;
    await pause(c, poll, signal);
  }
}

async function stateOf(
  c: Connection,
  id: string,
  signal: AbortSignal | undefined,
): Promise<OperationEnd | 'running'> {
  try {
    const { properties } = objectOf(await getResourceJson(c, id, signal));
    const state = stringOf(objectOf(properties)['provisioningState'])?.toLowerCase() ?? 'succeeded';
    if (state === 'succeeded') return 'ready';
    return state === 'failed' || state === 'canceled' ? 'failed' : 'running';
  } catch (error) {
    if (isAbsence(error)) return 'absent';
    throw error;
  }
}

/** Whether a resource exists. @throws AzureError if that can't be determined */
export async function isThere(c: Connection, id: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await getResourceJson(c, id, signal);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof AzureError && error.status === 404;
}
