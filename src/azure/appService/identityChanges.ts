import { sameId } from '../core/armId';
import { pause } from '../core/clock';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import type { Later } from '../core/queue';
import { checkTwice, inTurn, startingOver } from '../core/queue';
import { callResourceManager } from '../core/request';
import { settleAll } from '../core/wait';
import { existenceOf } from '../directory/identityExists';
import { isBeingUpdated } from './hosting/containerApp';
import type { AppRead } from './hosting/readApp';
import { readApp, versionOfApp } from './hosting/readApp';
import { isContainerApp } from './siteKind';
import { identityIn, identityLost, identityNotReady, identityStays, siteOf } from './siteModel';

/** An app, and the identities that it is known to have, so that they're looked up while it's read. */
export type KnownApp = Pick<FunctionApp, 'id'> & Partial<Pick<FunctionApp, 'identity'>>;

export interface IdentityChange {
  /** If absent, it stays on or off. */
  readonly systemAssigned?: boolean;
  /** ARM IDs of user-assigned identities. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** Follows a change to identities. */
export interface IdentityWatch {
  /** Gets the app as it was read right before each attempt, and is awaited before the write. */
  readonly onRead?: (before: FunctionApp) => Promise<void>;
  /**
   * Gets the checks that the change wasn't lost. They are then no longer waited for if the service's answer already shows
   * the change, so the caller must show their failure.
   */
  readonly later?: Later;
}

/**
 * Changes an app's identities with a PATCH of only `identity`, and returns the resulting app. The service gives sites an ETag,
 * but nothing documents an `If-Match` for them (WebApps.json), so this reads right before the write and again after it.
 * The PATCH lists every user-assigned identity, kept ones as `{}` and removed ones as null, because sources disagree on
 * whether the service removes those that are left out. It refuses to keep one that was deleted
 * (Azure/azure-libraries-for-net#839), so those are left out.
 * @throws AzureError, `IdentityLost` if someone else's write overwrote ours
 */
export async function changeIdentity(
  c: Connection,
  app: KnownApp,
  change: IdentityChange,
  signal?: AbortSignal,
  { onRead, later }: IdentityWatch = {},
): Promise<FunctionApp> {
  // The request is based on what was read, so it would undo another change in between.
  const read = async () => {
    const ids = (app.identity?.userAssigned ?? []).map(({ resourceId }) => resourceId);
    const [now, exist] = await settleAll([readApp(c, app.id, signal), existenceOf(c, ids, signal)]);
    await onRead?.(now.app);
    return { ...now, exist };
  };
  return await inTurn(c, `${app.id}/identity`, (hold) => {
    const checkLater = (check: Promise<unknown>) => {
      hold(check);
      later?.(check);
    };
    const write = (now: IdentitiesRead) => patchIdentity(c, now, change, signal, later && checkLater);
    return startingOver(c, signal, read, write);
  });
}

/** The app, and which of the identities that it was known to have exist. */
type IdentitiesRead = AppRead & { readonly exist: ReadonlyMap<string, boolean> };

async function patchIdentity(
  c: Connection,
  { app: now, json, exist }: IdentitiesRead,
  change: IdentityChange,
  signal: AbortSignal | undefined,
  later: Later | undefined,
): Promise<FunctionApp> {
  const identity = identityIn(json);
  const had = Object.keys(objectOf(identity['userAssignedIdentities']));
  const isRemoved = (id: string) => (change.remove ?? []).some((other) => sameId(other, id));
  const added = (change.add ?? []).filter((id) => !had.some((other) => sameId(other, id)));
  const removed = had.filter(isRemoved);
  const hasSystem = /systemassigned/i.test(stringOf(identity['type']) ?? '');
  const systemAssigned = change.systemAssigned ?? hasSystem;
  if (
    systemAssigned === hasSystem &&
    added.length === 0 &&
    removed.length === 0 &&
    (!systemAssigned || now.identity.systemAssigned)
  )
    return now;
  const others = had.filter((id) => !isRemoved(id));
  // One that seemed to be gone is looked up again, because only what was read after the app may leave it out.
  const unsure = others.filter((id) => exist.get(id.toLowerCase()) !== true);
  const all = new Map([...exist, ...(await existenceOf(c, unsure, signal))]);
  const kept = [...others.filter((id) => all.get(id.toLowerCase())), ...added];
  const type =
    [...(systemAssigned ? ['SystemAssigned'] : []), ...(kept.length > 0 ? ['UserAssigned'] : [])].join(
      isContainerApp(now) ? ',' : ', ',
    ) || 'None';
  const map = [...kept.map((id) => [id, {}] as const), ...removed.map((id) => [id, null] as const)];
  const { body } = await callResourceManager(c, {
    method: 'PATCH',
    path: now.id,
    apiVersion: versionOfApp(now.id),
    body: {
      // Without the type UserAssigned, no map is needed to remove all of them (recorded for both types).
      identity: { type, ...(kept.length > 0 ? { userAssignedIdentities: Object.fromEntries(map) } : {}) },
    },
    once: true,
    signal,
  });
  const check = (until: AbortSignal | undefined) =>
    checkTwice(c, () => waitForIdentity(c, now.id, change, until));
  const patched = isContainerApp(now) ? undefined : siteOf(c, objectOf(body));
  if (!later || !patched || !shows(patched, change)) return await check(signal);
  later(check(undefined));
  return patched;
}

function shows(
  { identity }: FunctionApp,
  { systemAssigned, add = [], remove = [] }: IdentityChange,
): boolean {
  const has = (id: string) => identity.userAssigned.some(({ resourceId }) => sameId(resourceId, id));
  const isOn = Boolean(identity.systemAssigned);
  return add.every(has) && !remove.some(has) && isOn === (systemAssigned ?? isOn);
}

/**
 * The maximum waits for a new principal, and for user-assigned ones. Usually the PATCH's response already has them. A
 * change to a container app is slow; az waits as long for it (`POLLING_TIMEOUT`).
 */
const principalPatience = 60_000;
const assignedPatience = 10_000;
const updatePatience = 600_000;

/** @throws AzureError `IdentityLost`, `IdentityStays`, or `IdentityNotReady` */
async function waitForIdentity(
  c: Connection,
  id: string,
  change: IdentityChange,
  signal: AbortSignal | undefined,
): Promise<FunctionApp> {
  const { systemAssigned, add = [], remove = [] } = change;
  for (let wait = 500, waited = 0; ; waited += wait, wait = Math.min(wait * 2, 5000)) {
    const { app, json } = await readApp(c, id, signal);
    const identity = identityIn(json);
    const has = (one: string) => app.identity.userAssigned.some(({ resourceId }) => sameId(resourceId, one));
    const left = remove.find(has);
    const isDone = shows(app, change);
    const isBusy = isContainerApp(app) && isBeingUpdated(json, !isDone);
    if (isDone && !isBusy) return app;
    if (waited > assignedPatience && !isBusy && !add.every(has)) throw identityLost(app.name);
    if (waited > (isBusy ? updatePatience : principalPatience)) {
      if (isBusy) throw identityNotReady();
      if (left !== undefined) throw identityStays(left);
      const isComing = systemAssigned === true && /systemassigned/i.test(stringOf(identity['type']) ?? '');
      throw isComing ? identityNotReady() : identityLost(app.name);
    }
    await pause(c, wait, signal);
  }
}
