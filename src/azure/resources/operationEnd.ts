import type { Connection } from '../core/connection';
import { AzureError, isAbsence } from '../core/errors';
import * as l10n from '@vscode/l10n';
import type { JsonObject } from '../core/json';
import { isObject, objectOf, stringOf } from '../core/json';
import { untilOperationEnds } from '../core/limits/operation';
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
 * @throws AzureError if the resource can't be read; `OperationPending`
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
  return await untilOperationEnds(c, id, signal, async (within) => {
    for (;;) {
      const state = await stateOf(c, id, within);
      if (state === wanted || state === 'failed') return state;
      if (state !== 'running' && clock.now() - begun >= grace) return state;
      await pause(c, poll, within);
    }
  });
}

async function stateOf(
  c: Connection,
  id: string,
  signal: AbortSignal | undefined,
): Promise<OperationEnd | 'running'> {
  try {
    const { provisioningState } = await propertiesOf(c, id, signal);
    // Types without the state, such as sites, are ready when they exist.
    const state = stringOf(provisioningState)?.toLowerCase() ?? 'succeeded';
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
    await propertiesOf(c, id, signal);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** @throws AzureError unless the answer is a resource: any other answer doesn't say that it exists, or is ready */
async function propertiesOf(c: Connection, id: string, signal: AbortSignal | undefined): Promise<JsonObject> {
  const json = objectOf(await getResourceJson(c, id, signal));
  const properties = json['properties'];
  if (isObject(properties) && stringOf(json['id']) !== undefined) return properties;
  throw new AzureError(l10n.t("The response isn't a resource."), { code: 'BadAnswer' });
}
