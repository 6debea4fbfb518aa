import type { Connection } from '../../azure/core/connection';
import type { MapScope } from '../../map/mapPanel';
import type { AppTarget, SubscriptionTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** A user-assigned identity as a resource of its own. */
interface IdentityNode {
  readonly connection: Connection;
  readonly identity: { readonly id: string; readonly name: string };
}

/** Shows which principals can access which vaults and secrets: the whole map, or the part around one resource. */
export async function showAccessMap(
  { accessMaps }: Pick<Services, 'accessMaps'>,
  node?: SubscriptionTarget | AppTarget | VaultTarget | IdentityNode,
): Promise<void> {
  await accessMaps.show(node ? scopeOf(node) : { id: '', name: '' });
}

function scopeOf(node: SubscriptionTarget | AppTarget | VaultTarget | IdentityNode): MapScope {
  if ('app' in node) return { id: node.app.id, name: node.app.name };
  if ('vault' in node) return { id: node.vault.id, name: node.vault.name };
  if ('identity' in node) return { id: node.identity.id, name: node.identity.name };
  const { subscriptionId, displayName } = node.subscription;
  return { id: `/subscriptions/${subscriptionId}`, name: displayName };
}
