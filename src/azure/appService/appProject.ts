import type { Connection } from '../core/connection';
import { sameId } from '../core/armId';
import { pauseUntil } from '../core/clock';
import { AzureError } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { callResourceManager } from '../core/request';
import { getScmSettings, listScmFolder, readScmFile } from './scm';
import type { ReadOnlyReason } from './siteFiles';
import { readOnlyReason } from './siteFiles';
import { readAppSettings } from './settings/appSettings';
import { codeFolder, noFilesReason } from './siteFolders';
import { isOnContainerApps } from './siteKind';
import { getFunctionApp, listFunctions } from './sites';
import { apiVersions } from '../core/apiVersions';

/** The facts about an app's deployed code that decide how a function can be added to it. */
export interface AppProject {
  /** In lowercase, e.g. `node`; empty if the app doesn't name it. */
  readonly runtime: string;
  readonly readOnly?: ReadOnlyReason;
  /** Names in the code folder; empty if the site doesn't have that folder, absent if the plan doesn't give access to it. */
  readonly files?: readonly string[];
  /** The content of package.json, if it exists. */
  readonly packageJson?: string;
}

/** @throws AzureError */
export async function readAppProject(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<AppProject> {
  const runtime = (await runtimeOf(c, app, signal)).toLowerCase();
  const readOnly = await readOnlyReason(c, app, signal);
  const files = noFilesReason(app) ? undefined : await namesIn(c, app, signal);
  const packageJson = files?.includes('package.json')
    ? Buffer.from((await readScmFile(c, app, `${codeFolder}/package.json`, 0, signal)).bytes).toString('utf8')
    : undefined;
  return {
    runtime,
    ...(files ? { files } : {}),
    ...(readOnly ? { readOnly } : {}),
    ...(packageJson === undefined ? {} : { packageJson }),
  };
}

/**
 * Makes the platform read the app's triggers again after files were written directly to the site.
 * @throws AzureError
 */
export async function syncFunctionTriggers(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<void> {
  await callResourceManager(c, {
    method: 'POST',
    path: `${app.id}/syncfunctiontriggers`,
    apiVersion: apiVersions.web,
    signal,
  });
}

/** Pauses in milliseconds that add up to a minute. */
const listingPauses = [1000, 2000, 4000, 8000, 15_000, 30_000];

/**
 * Waits until Resource Manager lists a new function, which took it 30 to 60 seconds after syncing (azure-tools-for-java#5739).
 * Gives up without an error: a host that fails lists nothing.
 */
export async function waitForFunction(
  c: Connection,
  app: FunctionApp,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const isListed = async () => (await listFunctions(c, app, signal)).some((fn) => sameId(fn.name, name));
  try {
    await pauseUntil(c, listingPauses, isListed, signal);
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
  }
}

/** On Flex Consumption, `functionAppConfig` names the runtime, and the app setting is refused (vscode-azurefunctions#4142). */
async function runtimeOf(c: Connection, app: FunctionApp, signal: AbortSignal | undefined): Promise<string> {
  if (noFilesReason(app) === 'flexConsumption')
    return app.runtime ?? (await getFunctionApp(c, app.id, signal)).runtime ?? '';
  if (isOnContainerApps(app))
    return (await readAppSettings(c, app, signal)).get('FUNCTIONS_WORKER_RUNTIME') ?? '';
  return (await getScmSettings(c, app, signal))['FUNCTIONS_WORKER_RUNTIME'] ?? '';
}

async function namesIn(c: Connection, app: FunctionApp, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return (await listScmFolder(c, app, codeFolder, signal)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return [];
    throw error;
  }
}
