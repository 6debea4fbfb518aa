import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { callResourceManager } from '../core/request';
import { getScmSettings, listScmFolder, readScmFile } from './scm';
import type { ReadOnlyReason } from './siteFiles';
import { readOnlyReason } from './siteFiles';
import { codeFolder } from './siteFolders';
import { apiVersions } from '../core/apiVersions';

/** What is deployed to an app, as far as a function that is added must fit to it. */
export interface AppProject {
  /** The setting FUNCTIONS_WORKER_RUNTIME in lower case, e.g. `node`; empty where it is not set. */
  readonly runtime: string;
  readonly readOnly?: ReadOnlyReason | 'linuxConsumption';
  /** Names in the code folder; empty where it can't be listed because it is not on the site. */
  readonly files: readonly string[];
  /** Text of package.json, where there is one. */
  readonly packageJson?: string;
}

/** @throws AzureError */
export async function readAppProject(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<AppProject> {
  const settings = await getScmSettings(c, app, signal);
  const runtime = (settings['FUNCTIONS_WORKER_RUNTIME'] ?? '').toLowerCase();
  // Linux Consumption mounts a package too, and keeps nothing that is written beside it.
  const readOnly =
    app.linux && app.sku?.toLowerCase() === 'dynamic'
      ? 'linuxConsumption'
      : await readOnlyReason(c, app, signal);
  const files = await namesIn(c, app, signal);
  const packageJson = files.includes('package.json')
    ? Buffer.from((await readScmFile(c, app, `${codeFolder}/package.json`, 0, signal)).bytes).toString('utf8')
    : undefined;
  return {
    runtime,
    files,
    ...(readOnly ? { readOnly } : {}),
    ...(packageJson === undefined ? {} : { packageJson }),
  };
}

/**
 * Tells the platform which triggers there are, after files were written past it.
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

async function namesIn(c: Connection, app: FunctionApp, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return (await listScmFolder(c, app, codeFolder, signal)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return [];
    throw error;
  }
}
