import type { Connection } from '../../../src/azure/core/connection';
import type { Subscription } from '../../../src/azure/core/model';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { LiveInventory } from '../../../src/inventory/inventory';

/** The inventory of a tenant with all subscriptions that the account can see. */
export async function openInventory(
  c: Connection,
): Promise<{ readonly inventory: LiveInventory; readonly subscriptions: Subscription[] }> {
  const subscriptions = await listSubscriptions(c);
  const tenant = { tenantId: c.tenantId, displayName: 'Contoso' };
  const inventory = new LiveInventory(() => Promise.resolve([{ tenant, connection: c, subscriptions }]));
  return { inventory, subscriptions };
}
