import type { AppsInScope } from './findKeys';
import { listFunctionAppSlots } from './listResources';
import type { AppTarget, Inventory, Unlisted } from './targets';

/**
 * All apps of the shown subscriptions, with their slots, and whose couldn't be listed. Slots come from Resource Graph, so one
 * of the last minute may be missing. Rejects only when canceled, or if signing in failed.
 */
export async function listAppsInSight(
  inventory: Pick<
    Inventory,
    'connections' | 'functionApps' | 'subscriptionName' | 'subscriptions' | 'unlisted'
  >,
  signal: AbortSignal,
): Promise<AppsInScope> {
  const [apps, unlisted, subscriptions] = await Promise.all([
    inventory.functionApps(signal),
    inventory.unlisted('apps', signal),
    inventory.subscriptions(),
  ]);
  const byConnection = Map.groupBy(subscriptions, ({ connection }) => connection);
  const missing: Unlisted[] = [...unlisted];
  const lists = [...byConnection].map(async ([connection, some]): Promise<AppTarget[]> => {
    const ids = some.map(({ subscription }) => subscription.subscriptionId);
    const { items, failures } = await listFunctionAppSlots(connection, ids, signal);
    for (const { subscriptionId, error } of failures) {
      const name = inventory.subscriptionName(subscriptionId);
      if (!missing.some((other) => other.name === name)) missing.push({ name, error });
    }
    return items.map((app) => ({ connection, app }));
  });
  const all = [...apps, ...(await Promise.all(lists)).flat()];
  // Two tenants may see one subscription (Azure Lighthouse).
  return {
    apps: [...new Map(all.map((one) => [one.app.id.toLowerCase(), one])).values()],
    unlisted: missing,
  };
}
