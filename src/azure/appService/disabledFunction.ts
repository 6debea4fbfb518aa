import { pauseUntil } from '../core/clock';
import type { Connection } from '../core/connection';
import type { FunctionApp, FunctionInfo } from '../core/model';
import { readAppSettings } from './settings/appSettings';
import { listFunctions } from './sites';

/** An app setting that disables a function. */
export interface DisablingSetting {
  readonly name: string;
  readonly value: string;
}

/**
 * The app setting that disables a function: `AzureWebJobs.NAME.Disabled`, or its form for Linux, where names can't have
 * periods (learn.microsoft.com/azure/azure-functions/disable-function). @throws AzureError
 */
export async function findDisablingSetting(
  c: Connection,
  app: FunctionApp,
  { name }: Pick<FunctionInfo, 'name'>,
  signal?: AbortSignal,
): Promise<DisablingSetting | undefined> {
  const names = [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].map((one) =>
    one.toLowerCase(),
  );
  const found = [...(await readAppSettings(c, app, signal))].find(
    ([setting, value]) => names.includes(setting.toLowerCase()) && /^(true|1)$/i.test(value),
  );
  return found && { name: found[0], value: found[1] };
}

/** The function as its host sees it now; undefined if it's gone. @throws AzureError */
export async function readFunction(
  c: Connection,
  app: FunctionApp,
  { name }: Pick<FunctionInfo, 'name'>,
  signal?: AbortSignal,
): Promise<FunctionInfo | undefined> {
  return (await listFunctions(c, app, signal)).find((one) => one.name === name);
}

/** Pauses in milliseconds. An app restarts within a minute. */
const pauses = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];

/** Waits until the restarted host has the function enabled, but not longer than a minute. @throws AzureError */
export async function waitUntilEnabled(
  c: Connection,
  app: FunctionApp,
  fn: Pick<FunctionInfo, 'name'>,
  signal: AbortSignal,
): Promise<void> {
  const isEnabled = async () => (await readFunction(c, app, fn, signal))?.disabled === false;
  await pauseUntil(c, pauses, isEnabled, signal);
}
