import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringMapOf, stringOf } from '../core/json';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { callResourceManager, listResourceManager, objectsOf, rowsOf } from '../core/request';
import { requireFeature } from './hosting/features';
import { readApp } from './hosting/readApp';
import type { IdentityWatch, KnownApp } from './identityChanges';
import { changeIdentity } from './identityChanges';
import { isOnContainerApps } from './siteKind';
import { functionOf, siteOf } from './siteModel';
import { pause } from '../core/clock';

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
 */
export async function enableSystemAssignedIdentity(
  c: Connection,
  app: KnownApp,
  signal?: AbortSignal,
  watch?: IdentityWatch,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { systemAssigned: true }, signal, watch);
}

/** Turns off the system-assigned identity, which permanently deletes its principal. Keeps user-assigned identities. @throws AzureError */
export async function disableSystemAssignedIdentity(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
  watch?: IdentityWatch,
): Promise<FunctionApp> {
  return await changeIdentity(c, app, { systemAssigned: false }, signal, watch);
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

async function act(
  c: Connection,
  app: FunctionApp,
  action: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  requireFeature(app, 'lifecycle');
  await callResourceManager(c, { method: 'POST', path: `${app.id}/${action}`, apiVersion, signal });
}
