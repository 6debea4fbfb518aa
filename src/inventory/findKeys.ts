import { pause } from '../azure/core/clock';
import type { Connection } from '../azure/core/connection';
import type { AzureError } from '../azure/core/errors';
import { isAbort, toAzureError } from '../azure/core/errors';
import { inParallel } from '../azure/core/limits/parallel';
import type { FunctionApp } from '../azure/core/model';
import { unlessAborted } from '../azure/core/wait';
import { isOpen } from './inventory';
import type { KeysLeft } from './keysLeft';
import { findKeysLeft, isThrottled } from './keysLeft';
import { listFunctionAppSlots } from './listResources';
import type { AppTarget, Inventory, Unlisted } from './targets';

/** Apps and slots to look into, and whose apps couldn't be listed. */
export interface AppsInScope {
  readonly apps: readonly AppTarget[];
  readonly unlisted: readonly Unlisted[];
}

/** The keys of one app or slot, or why they aren't known. */
export interface AppKeys extends AppTarget {
  readonly found?: KeysLeft;
  readonly failure?: AzureError;
}

type UsedInventory = Pick<Inventory, 'tenants' | 'appsOf' | 'subscriptionName'>;

/**
 * Lists the function apps and slots of a resource group, a subscription, or everything, or an app with its slots. Slots
 * come from Resource Graph, so one of the last minute may be missing. Rejects only when canceled, or if signing in failed.
 * @param scope an ARM ID; empty for everything
 */
export async function listAppsIn(
  inventory: UsedInventory,
  scope: string,
  signal: AbortSignal,
): Promise<AppsInScope> {
  const tenants = await unlessAborted(inventory.tenants(), signal);
  const unlisted: Unlisted[] = [];
  const lists = tenants.map(async (tenant) => {
    if (!isOpen(tenant)) {
      if (scope === '') unlisted.push({ name: tenant.tenant.displayName, error: tenant.error });
      return [];
    }
    const ids = tenant.subscriptions
      .map(({ subscriptionId }) => subscriptionId)
      .filter((id) => scope === '' || isWithin(scope, `/subscriptions/${id}`));
    const all = ids.length === 0 ? [] : await listAll(inventory, tenant.connection, ids, unlisted, signal);
    return all.map((app) => ({ connection: tenant.connection, app }));
  });
  const found = (await Promise.all(lists)).flat();
  // Two tenants may see one subscription (Azure Lighthouse).
  const apps = new Map(
    found.filter(({ app }) => isWithin(app.id, scope)).map((one) => [one.app.id.toLowerCase(), one]),
  );
  return { apps: [...apps.values()], unlisted };
}

async function listAll(
  inventory: UsedInventory,
  connection: Connection,
  subscriptionIds: readonly string[],
  unlisted: Unlisted[],
  signal: AbortSignal,
): Promise<FunctionApp[]> {
  const fail = (id: string, error: unknown) => {
    const name = inventory.subscriptionName(id);
    // The apps and the slots are usually missing for the same reason.
    if (!unlisted.some((other) => other.name === name)) unlisted.push({ name, error });
  };
  const apps = subscriptionIds.map(async (id) => {
    try {
      return await unlessAborted(inventory.appsOf(connection, id), signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      fail(id, error);
      return [];
    }
  });
  const [slots, ...lists] = await Promise.all([
    listFunctionAppSlots(connection, subscriptionIds, signal),
    ...apps,
  ]);
  for (const { subscriptionId, error } of slots.failures) fail(subscriptionId, error);
  return [...lists.flat(), ...slots.items];
}

function isWithin(id: string, scope: string): boolean {
  return `${id}/`.toLowerCase().startsWith(scope === '' ? '' : `${scope}/`.toLowerCase());
}

/** Apps at a time. Resource Manager's bucket holds 250 reads per subscription, and the user's other tools share it. */
const concurrency = 8;
/** How often an app is read, and the longest pause between two times, in seconds. The client repeats each request, too. */
const attempts = 6;
const longestPause = 300;

/**
 * Finds the keys of many apps. For each app, it reads once: the settings, the connection strings, and the ways of
 * publishing; and the functions only if a key is known to be used neither by the host nor by the platform. Rejects only
 * when canceled.
 * @param onFound called for each app in the order in which they are read
 */
export async function findKeysOf(
  apps: readonly AppTarget[],
  onFound: (keys: AppKeys) => void,
  signal: AbortSignal,
): Promise<void> {
  const limits = new Limits();
  await inParallel(apps, concurrency, async (target) => {
    onFound(await keysOf(target, limits, signal));
  });
}

async function keysOf(
  { connection: c, app }: AppTarget,
  limits: Limits,
  signal: AbortSignal,
): Promise<AppKeys> {
  for (let attempt = 1; ; attempt++) {
    await limits.wait(c, app, signal);
    try {
      return { connection: c, app, found: await findKeysLeft(c, app, signal, 'ifUnknown') };
    } catch (error) {
      if (isAbort(error)) throw error;
      if (attempt < attempts && isThrottled(error) && limits.reached(c, app, error)) continue;
      return { connection: c, app, failure: toAzureError(error) };
    }
  }
}

/** Until when each subscription accepts no more requests. All of its apps wait for that, because they share its limit. */
class Limits {
  private readonly until = new Map<string, number>();

  async wait(c: Connection, { subscriptionId }: FunctionApp, signal: AbortSignal): Promise<void> {
    const left = (this.until.get(subscriptionId) ?? 0) - c.clock.now();
    if (left > 0) await pause(c, left, signal);
  }

  /** @returns whether it's worth waiting */
  reached(c: Connection, { subscriptionId }: FunctionApp, { retryAfterSeconds = 15 }: AzureError): boolean {
    if (retryAfterSeconds > longestPause) return false;
    const until = c.clock.now() + retryAfterSeconds * 1000;
    this.until.set(subscriptionId, Math.max(until, this.until.get(subscriptionId) ?? 0));
    return true;
  }
}
