import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import { listOf, objectOf } from '../../core/json';
import { inParallel } from '../../core/limits/parallel';
import type { FunctionApp, FunctionInfo } from '../../core/model';
import { callResourceManager } from '../../core/request';

/** How many functions are asked about at a time. */
const concurrency = 4;

/**
 * Names of the functions whose trigger the host couldn't set up, such as a listener that was unable to start. The host runs on
 * then, and says so until its next start (azure-functions-host, ScriptHost.cs and FunctionController.cs). Leaves out those that
 * can't be asked about. @throws AzureError if the host doesn't answer
 */
export async function failingFunctions(
  c: Connection,
  app: Pick<FunctionApp, 'id'>,
  functions: readonly FunctionInfo[],
  signal?: AbortSignal,
): Promise<string[]> {
  const failing: string[] = [];
  const listening = functions.filter(({ http, disabled }) => !http && !disabled);
  await inParallel(listening, concurrency, async ({ name }) => {
    if (await isFailing(c, app, name, signal)) failing.push(name);
  });
  return failing;
}

async function isFailing(
  c: Connection,
  { id }: Pick<FunctionApp, 'id'>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [path, names] = [`${id}/hostruntime/admin/functions`, [name, 'status']];
  const call = { method: 'GET', path, names, apiVersion: apiVersions.web, signal, once: true } as const;
  try {
    return listOf(objectOf((await callResourceManager(c, call)).body)['errors']).length > 0;
  } catch (error) {
    if (error instanceof AzureError && (error.status === 403 || error.status === 404)) return false;
    throw error;
  }
}
