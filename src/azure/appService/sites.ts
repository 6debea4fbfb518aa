import * as l10n from '@vscode/l10n';
import { sameId } from '../core/armId';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringMapOf, stringOf } from '../core/json';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { checkTwice, inTurn, startingOver } from '../core/queue';
import { callResourceManager, listResourceManager, objectsOf, rowsOf } from '../core/request';
import { existenceOf } from '../directory/identityExists';
import { isBeingUpdated } from './hosting/containerApp';
import { requireFeature } from './hosting/features';
import type { AppRead } from './hosting/readApp';
import { readApp, versionOfApp } from './hosting/readApp';
import { isContainerApp, isOnContainerApps } from './siteKind';
import { functionOf, identityIn, identityLost, identityNotReady, identityStays, siteOf } from './siteModel';
import { pause } from '../core/clock';
import { settleAll } from '../core/wait';

const apiVersion = apiVersions.web;

/** A function app or slot, read from the service itself. @throws AzureError */
export async function getFunctionApp(c: Connection, id: string, signal?: AbortSignal): Promise<FunctionApp> {
  return (await readApp(c, id, signal)).app;
}

/**
 * Deletes an app with its slots, or only a slot, including its settings, files and system-assigned identity. Its plan is
 * deleted with the last app on it. Succeeds if the app is already gone. @throws AzureError
 */
export async function deleteFunctionApp(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  requireFeature({ id, kind: '', name: id.slice(id.lastIndexOf('/') + 1) }, 'lifecycle');
  const query = { deleteMetrics: 'true', deleteEmptyServerFarm: 'true' };
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion, query, signal });
}

/** The app's deployment slots. A slot has none, nor has an app on Container Apps (functions-overview.md). @throws AzureError */
export async function listSlots(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionApp[]> {
  if (isOnContainerApps(app)) return [];
  const items = await listResourceManager(c, { path: `${app.id}/slots`, apiVersion, signal });
  return rowsOf(items, (item) => siteOf(c, item));
}

/**
 * The app's functions. Resource Manager gets them from the app's own host, which may be cold. So this retries after a 502
 * or 503, a response that isn't a list, or one with only the host's placeholder. @throws AzureError
 */
export async function listFunctions(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionInfo[]> {
  requireFeature(app, 'functions');
  for (let attempt = 1; ; attempt++) {
    try {
      const items = await listResourceManager(c, { path: `${app.id}/functions`, apiVersion, signal });
      const functions = objectsOf(items).flatMap((item) => functionOf(item) ?? []);
      if (functions.length > 0 || items.length === 0) return functions;
      if (attempt === 3) throw hostNotReady();
    } catch (error) {
      if (attempt === 3 || !isColdStart(error)) throw error;
    }
    await pause(c, coldStartPauses[attempt - 1] ?? 0, signal);
  }
}

/** A host can stay like this (azure-functions-host#10169), and its app may have functions nevertheless. */
function hostNotReady(): AzureError {
  return new AzureError(l10n.t("The app's host hasn't loaded the app yet."), {
    code: 'HostNotReady',
    explanation: {
      reason: l10n.t("The app's host hasn't loaded the app yet, so its functions aren't known."),
      nextStep: l10n.t('Try again in a minute. If that keeps failing, restart the app.'),
    },
  });
}

function isColdStart(error: unknown): boolean {
  return (
    error instanceof AzureError &&
    (error.status === 502 || error.status === 503 || error.code === 'BadAnswer')
  );
}

const coldStartPauses = [3000, 10_000];

/**
 * Turns on the system-assigned identity and waits until it has a principal. Keeps user-assigned identities.
 * Does nothing if it is already on. @throws AzureError
 * @param onRead gets the app as it was read right before each attempt
 */
export async function enableSystemAssignedIdentity(
  c: Connection,
  app: KnownApp,
  signal?: AbortSignal,
  onRead?: (before: FunctionApp) => void,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { systemAssigned: true }, signal, onRead);
}

/** Turns off the system-assigned identity, which permanently deletes its principal. Keeps user-assigned identities. @throws AzureError */
export async function disableSystemAssignedIdentity(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { systemAssigned: false }, signal);
}

/** An app, and the identities that it is known to have, so that they're looked up while it's read. */
type KnownApp = Pick<FunctionApp, 'id'> & Partial<Pick<FunctionApp, 'identity'>>;

export interface IdentityChange {
  /** If absent, it stays on or off. */
  readonly systemAssigned?: boolean;
  /** ARM IDs of user-assigned identities. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
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
  onRead?: (before: FunctionApp) => void,
): Promise<FunctionApp> {
  // The request is based on what was read, so it would undo another change in between.
  const read = async () => {
    const ids = (app.identity?.userAssigned ?? []).map(({ resourceId }) => resourceId);
    const [now, exist] = await settleAll([readApp(c, app.id, signal), existenceOf(c, ids, signal)]);
    onRead?.(now.app);
    return { ...now, exist };
  };
  const write = (now: IdentitiesRead) => patchIdentity(c, now, change, signal);
  return await inTurn(c, `${app.id}/identity`, () => startingOver(c, signal, read, write));
}

/** The app, and which of the identities that it was known to have exist. */
type IdentitiesRead = AppRead & { readonly exist: ReadonlyMap<string, boolean> };

async function patchIdentity(
  c: Connection,
  { app: now, json, exist }: IdentitiesRead,
  change: IdentityChange,
  signal: AbortSignal | undefined,
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
  await callResourceManager(c, {
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
  return await checkTwice(c, () => waitForIdentity(c, now.id, change, signal));
}

export async function startApp(c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> {
  await act(c, app, 'start', signal);
}

export async function stopApp(c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> {
  await act(c, app, 'stop', signal);
}

export async function restartApp(c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> {
  await act(c, app, 'restart', signal);
}

/**
 * The keys of one function, by name. They are secret values. Azure can't get those of a function with a slash in its name
 * (azure-functions-dotnet-worker#777), which has none then; host keys work for it too. @throws AzureError
 */
export async function getFunctionKeys(
  c: Connection,
  app: FunctionApp,
  fn: FunctionInfo,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  try {
    const names = ['functions', fn.name, 'listkeys'];
    const answer = await callResourceManager(c, { method: 'POST', path: app.id, names, apiVersion, signal });
    return stringMapOf(answer.body);
  } catch (error) {
    if (fn.name.includes('/') && error instanceof AzureError && error.status === 404) return {};
    throw error;
  }
}

/** The keys of the whole app. They are secret values. */
export interface HostKeys {
  readonly masterKey?: string;
  readonly functionKeys: Readonly<Record<string, string>>;
  readonly systemKeys: Readonly<Record<string, string>>;
}

/** @throws AzureError */
export async function getHostKeys(c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<HostKeys> {
  requireFeature(app, 'functionKeys');
  const answer = await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/host/default/listkeys`,
    apiVersion,
    signal,
  });
  const keys = objectOf(answer.body);
  const masterKey = stringOf(keys['masterKey']);
  return {
    ...(masterKey === undefined ? {} : { masterKey }),
    functionKeys: stringMapOf(keys['functionKeys']),
    systemKeys: stringMapOf(keys['systemKeys']),
  };
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
  { systemAssigned, add = [], remove = [] }: IdentityChange,
  signal: AbortSignal | undefined,
): Promise<FunctionApp> {
  for (let wait = 500, waited = 0; ; waited += wait, wait = Math.min(wait * 2, 5000)) {
    const { app, json } = await readApp(c, id, signal);
    const identity = identityIn(json);
    const has = (one: string) => app.identity.userAssigned.some(({ resourceId }) => sameId(resourceId, one));
    const left = remove.find(has);
    const isOn = Boolean(app.identity.systemAssigned);
    const isDone = add.every(has) && left === undefined && isOn === (systemAssigned ?? isOn);
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

async function act(
  c: Connection,
  app: FunctionApp,
  action: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  requireFeature(app, 'lifecycle');
  await callResourceManager(c, { method: 'POST', path: `${app.id}/${action}`, apiVersion, signal });
}
