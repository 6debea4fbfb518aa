import { pause } from '../../azure/core/clock';
import type { Connection } from '../../azure/core/connection';
import { AzureError, isAbort, isAbsence } from '../../azure/core/errors';
import { readKeyedResource, writeKeyAccess } from '../../azure/resources/keySwitch';
import { getFunctionApp } from '../../azure/appService/sites';
import type { Change } from '../../changes/change';
import type { BadLook } from '../replace/watchHost';
import { lookAtHost, workingFunctions } from '../replace/watchHost';

/** Keys that are being turned off, and the apps that are watched meanwhile. It contains names and IDs only. */
export interface KeySwitching {
  readonly resourceId: string;
  readonly watched: readonly WatchedApp[];
  /** Epoch milliseconds until which the apps are watched. */
  readonly until: number;
  /** Whether the keys are off. */
  readonly isOff: boolean;
}

/** An app whose host was healthy before. */
export interface WatchedApp {
  readonly appId: string;
  /** Names of its functions that worked. */
  readonly functions: readonly string[];
}

/** How turning off keys ended. */
export type Switched =
  | { readonly kind: 'off' }
  /** The keys still work. */
  | { readonly kind: 'notOff'; readonly error: unknown }
  /** The keys are off, and the apps weren't watched to the end: the person canceled, or the answer was lost. */
  | { readonly kind: 'unwatched' }
  /** An app failed without the keys, so they work again. */
  | { readonly kind: 'back'; readonly appId: string; readonly error: unknown }
  /** An app failed, and the keys are off: they are deleted for good, or `why` prevents that they work again. */
  | {
      readonly kind: 'failing';
      readonly appId: string;
      readonly error: unknown;
      readonly why?: unknown;
    };

export interface SwitchEvents {
  readonly changed: (change: Change) => void;
  /** Called when the keys are off. */
  readonly turnedOff: (switching: KeySwitching) => Promise<void>;
  /** Called after each look. `left`: milliseconds that the apps are still watched. */
  readonly looked: (left: number) => void;
}

/** All in milliseconds. */
export interface KeyWatchTiming {
  /** How long the apps are watched. That storage refuses keys within 10 minutes is inferred. */
  readonly length: number;
  /** The interval between two looks. */
  readonly poll: number;
  /** How long a host may report an error, or lack functions, before that counts. */
  readonly failing: number;
  /** How long a host may not answer, because it may be restarting for another reason. */
  readonly silent: number;
}

/** The sandbox refuses keys at once. */
function keyWatchTiming({ cloud }: Pick<Connection, 'cloud'>): KeyWatchTiming {
  return cloud.local
    ? { length: 60_000, poll: 5_000, failing: 15_000, silent: 45_000 }
    : { length: 15 * 60_000, poll: 30_000, failing: 90_000, silent: 300_000 };
}

/** The apps among these whose host is healthy, so that it shows if they need the keys. @throws only when canceled */
export async function healthyApps(
  c: Connection,
  appIds: readonly string[],
  signal: AbortSignal,
): Promise<WatchedApp[]> {
  const all = await Promise.all(appIds.map((appId) => watchedApp(c, appId, signal)));
  return all.filter((one) => one !== undefined);
}

async function watchedApp(
  c: Connection,
  appId: string,
  signal: AbortSignal,
): Promise<WatchedApp | undefined> {
  try {
    const app = await getFunctionApp(c, appId, signal);
    const functions = await workingFunctions(c, app, signal);
    return (await lookAtHost(c, app, functions, signal)) ? undefined : { appId, functions };
  } catch (error) {
    if (error instanceof AzureError) return undefined;
    throw error;
  }
}

/**
 * Turns off the keys of a resource and watches the apps. If one fails that was healthy before, turns the keys on again,
 * unless Azure deletes them for good. Goes on where an earlier run stopped.
 */
export async function turnOffKeys(
  c: Connection,
  switching: KeySwitching,
  events: SwitchEvents,
  signal: AbortSignal,
  timing = keyWatchTiming(c),
): Promise<Switched> {
  const { resourceId } = switching;
  const now = () => c.clock.now();
  // A window that closed right after the request left no time, and one that closed later may have left too little to notice.
  let until = Math.max(switching.until || now() + timing.length, now() + timing.silent + timing.poll);
  if (!switching.isOff) {
    try {
      const resource = await readKeyedResource(c, resourceId, signal);
      await writeKeyAccess(c, resource, false, signal);
    } catch (error) {
      if (!(await isOffNevertheless(c, resourceId))) return { kind: 'notOff', error };
      events.changed({ kind: 'turnOffKeys', resourceId });
      return { kind: 'unwatched' };
    }
    until = now() + timing.length;
    events.changed({ kind: 'turnOffKeys', resourceId });
    await events.turnedOff({ ...switching, until, isOff: true });
  }
  let failure: Failure | undefined;
  try {
    failure = await watchApps(c, { ...switching, until }, events, signal, timing);
  } catch (error) {
    if (isAbort(error)) return { kind: 'unwatched' };
    throw error;
  }
  return failure ? await putBack(c, resourceId, failure, events) : { kind: 'off' };
}

/** A request that failed or was canceled may have reached the service. */
async function isOffNevertheless(c: Connection, resourceId: string): Promise<boolean> {
  try {
    return !(await readKeyedResource(c, resourceId)).keysWork;
  } catch {
    return false;
  }
}

interface Failure {
  readonly appId: string;
  readonly error: unknown;
}

/** @returns the first app that fails for long enough */
async function watchApps(
  c: Connection,
  { watched, until }: KeySwitching,
  { looked }: SwitchEvents,
  signal: AbortSignal,
  { poll, failing, silent }: KeyWatchTiming,
): Promise<Failure | undefined> {
  const bad = new Map<string, { failing: number; silent: number }>();
  if (watched.length === 0) return undefined;
  for (let left = until - c.clock.now(); ; left -= poll) {
    for (const one of watched) {
      const { appId } = one;
      const look = await lookAtApp(c, one, signal);
      const before = bad.get(appId) ?? { failing: 0, silent: 0 };
      const now = {
        failing: look?.counts ? before.failing + poll : 0,
        silent: look && !look.counts ? before.silent + poll : 0,
      };
      bad.set(appId, now);
      if (look && (now.failing > failing || now.silent > silent)) return { appId, error: look.problem };
    }
    looked(Math.max(left, 0));
    if (left <= 0) return undefined;
    await pause(c, Math.min(poll, left), signal);
  }
}

/** An app that was deleted meanwhile doesn't need the keys. */
async function lookAtApp(
  c: Connection,
  { appId, functions }: WatchedApp,
  signal: AbortSignal,
): Promise<BadLook | undefined> {
  try {
    return await lookAtHost(c, await getFunctionApp(c, appId, signal), functions, signal);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (error instanceof AzureError) return { problem: error, counts: false };
    throw error;
  }
}

/** Takes no signal: canceling must not leave an app without the keys that it needs. */
async function putBack(
  c: Connection,
  resourceId: string,
  { appId, error }: Failure,
  { changed }: SwitchEvents,
): Promise<Switched> {
  try {
    const resource = await readKeyedResource(c, resourceId);
    if (resource.keySwitch.deletesKeys) return { kind: 'failing', appId, error };
    await writeKeyAccess(c, resource, true);
    changed({ kind: 'turnOnKeys', resourceId });
    return { kind: 'back', appId, error };
  } catch (why) {
    return { kind: 'failing', appId, error, why };
  }
}
