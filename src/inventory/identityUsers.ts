import * as l10n from '@vscode/l10n';
import type { Connection } from '../azure/core/connection';
import { isSameAccount } from '../azure/core/connection';
import type { FunctionApp, UserAssignedIdentity } from '../azure/core/model';
import type { IdentityTarget, Inventory } from './targets';

/**
 * Lists the ARM IDs, in order, of the resources of any kind, slots included, that have a user-assigned identity.
 * Resource Graph lags behind, but for apps the inventory knows recent writes. @throws AzureError
 */
export async function usersOfIdentity(
  inventory: Inventory,
  { connection, identity }: IdentityTarget,
  signal: AbortSignal,
): Promise<string[]> {
  const { listResourcesWithIdentity } = await import('../azure/directory/resourcesWithIdentity');
  const ofConnection = (target: { readonly connection: Connection }) =>
    isSameAccount(target.connection, connection);
  const subscriptions = (await inventory.subscriptions())
    .filter(ofConnection)
    .map(({ subscription }) => subscription.subscriptionId);
  const [users, apps] = await Promise.all([
    listResourcesWithIdentity(connection, subscriptions, identity.id, signal),
    inventory.functionApps(signal).catch(() => []),
  ]);
  const ids = new Map(users.map((id) => [id.toLowerCase(), id]));
  for (const { app } of apps.filter(ofConnection)) {
    if (hasIdentity(app, identity)) ids.set(app.id.toLowerCase(), app.id);
    else ids.delete(app.id.toLowerCase());
  }
  return [...ids.values()].sort();
}

export function hasIdentity({ identity }: FunctionApp, { id }: Pick<UserAssignedIdentity, 'id'>): boolean {
  return identity.userAssigned.some(({ resourceId }) => resourceId.toLowerCase() === id.toLowerCase());
}

/** A resource that has an identity. */
export interface IdentityUser {
  /** `app/slot` for a slot. */
  readonly name: string;
  readonly kind: 'app' | 'slot' | 'other';
  /** For example, `Microsoft.Compute/virtualMachines`. */
  readonly type: string;
}

/** Describes a resource from its ARM ID. */
export function describeUser(id: string): IdentityUser {
  const type = /\/providers\/([^/]+\/[^/]+)/i.exec(id)?.[1] ?? '';
  const slot = /\/sites\/([^/]+)\/slots\/([^/]+)$/i.exec(id);
  if (slot) return { name: `${slot[1] ?? ''}/${slot[2] ?? ''}`, kind: 'slot', type };
  const name = id.slice(id.lastIndexOf('/') + 1);
  if (/\/(sites|containerapps)\/[^/]+$/i.test(id)) return { name, kind: 'app', type };
  return { name, kind: 'other', type };
}

/** Only the kind, such as `slot`. */
export function kindWords({ kind, type }: IdentityUser): string {
  if (kind === 'other') return type;
  return kind === 'app' ? l10n.t('app') : l10n.t('slot');
}

/** The kind and the name, such as `slot app/staging`. */
export function userWords({ name, kind, type }: IdentityUser): string {
  if (kind === 'other') return `${type} ${name}`;
  return kind === 'app' ? l10n.t('app {0}', name) : l10n.t('slot {0}', name);
}
