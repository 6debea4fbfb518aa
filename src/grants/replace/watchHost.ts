import * as l10n from '@vscode/l10n';
import { listed } from '../../access/words/format';
import { syncFunctionTriggers } from '../../azure/appService/appProject';
import { failingFunctions } from '../../azure/appService/hosting/functionErrors';
import { isHealthy, lacksRole, readHostStatus } from '../../azure/appService/hosting/hostStatus';
import { listFunctions } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import { pause } from '../../azure/core/clock';
import type { Connection } from '../../azure/core/connection';
import type { Change } from '../../changes/change';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';

/** All in milliseconds. */
export interface WatchTiming {
  /** The interval between two looks. */
  readonly poll: number;
  /** How long the host may report an error, or lack functions, before that counts. */
  readonly failing: number;
  /** How long it may take to start. */
  readonly limit: number;
}

const watchTiming: WatchTiming = { poll: 10_000, failing: 90_000, limit: 300_000 };

/** The sandbox starts a host at once. */
function timingOf({ cloud }: Connection): WatchTiming {
  return cloud.local ? { ...watchTiming, poll: 1000 } : watchTiming;
}

/** Progress events. */
export interface WatchEvents {
  /** `good`: how many times in a row the host was healthy. */
  readonly looked: (good: number) => void;
  readonly changed: (change: Change) => void;
}

/** How many good looks in a row count as healthy. One can still come from the process before the restart. */
export const looksNeeded = 3;

/**
 * Waits until the host of an app runs, without an error and with functions that work as before, several looks in a row, and
 * can sync its triggers. A host without its storage can run and list no functions (azure-functions-host#10970, #11938).
 * @param functions names of the functions that worked before
 * @throws AzureError `HostUnhealthy` if it isn't so in time
 */
export async function watchHost(
  c: Connection,
  app: FunctionApp,
  functions: readonly string[],
  { looked, changed }: WatchEvents,
  signal?: AbortSignal,
  { poll, failing, limit }: WatchTiming = timingOf(c),
): Promise<void> {
  let good = 0;
  let problem = unhealthy(l10n.t("the host doesn't answer"));
  for (let waited = 0, bad = 0; waited <= limit && bad <= failing; waited += poll) {
    const look = await lookAtHost(c, app, functions, signal);
    good = look === undefined ? good + 1 : 0;
    if (look) problem = look.problem;
    bad = look?.counts ? bad + poll : 0;
    looked(good);
    if (good >= looksNeeded) {
      const failure = await whyNotSynced(c, app, signal);
      if (!failure) {
        changed({ kind: 'syncTriggers', appId: app.id });
        return;
      }
      [good, problem] = [0, failure];
    }
    await pause(c, poll, signal);
  }
  throw problem;
}

/** What is wrong with a host. */
export interface BadLook {
  readonly problem: AzureError;
  /** Whether it's more than a host that is still starting. */
  readonly counts: boolean;
}

/** Looks at a host once. @param before names of the functions that worked @returns undefined if it's healthy */
export async function lookAtHost(
  c: Connection,
  app: FunctionApp,
  before: readonly string[],
  signal: AbortSignal | undefined,
): Promise<BadLook | undefined> {
  try {
    const status = await readHostStatus(c, app, signal);
    if (status.hasErrors || /^error$/i.test(status.state)) {
      const first = lacksRole(status)
        ? l10n.t("the host isn't allowed to use the resource")
        : l10n.t('the host reports an error, which the log stream shows');
      return { problem: unhealthy(first), counts: true };
    }
    if (!isHealthy(status))
      return { problem: unhealthy(l10n.t('the host is in the state {0}', status.state)), counts: false };
    const now = await listFunctions(c, app, signal);
    const lost = before.filter((name) => !now.some((one) => sameId(one.name, name)));
    if (lost.length > 0)
      return { problem: unhealthy(l10n.t('functions are missing: {0}', listed(lost))), counts: true };
    const worked = now.filter((one) => before.some((name) => sameId(one.name, name)));
    const failing = await failingFunctions(c, app, worked, signal);
    const problem = () =>
      unhealthy(l10n.t("the triggers of these functions don't work: {0}", listed(failing)));
    return failing.length > 0 ? { problem: problem(), counts: true } : undefined;
  } catch (error) {
    // Until the host has started, Resource Manager answers 400 (azure-cli#20892), and its front ends 404, 502 or 503.
    if (error instanceof AzureError) return { problem: error, counts: false };
    throw error;
  }
}

/** Names of the functions of an app that work. @throws AzureError */
export async function workingFunctions(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal,
): Promise<string[]> {
  const functions = await listFunctions(c, app, signal);
  const failing = await failingFunctions(c, app, functions, signal);
  return functions.map(({ name }) => name).filter((name) => !failing.includes(name));
}

/** A host that is broken can't sync its triggers, which the scale controller needs (azure-functions-host, FunctionsSyncManager.cs). */
async function whyNotSynced(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<AzureError | undefined> {
  try {
    await syncFunctionTriggers(c, app, signal);
    return undefined;
  } catch (error) {
    if (error instanceof AzureError) return error;
    throw error;
  }
}

function unhealthy(reason: string): AzureError {
  return new AzureError(reason, { code: 'HostUnhealthy', explanation: { reason } });
}
