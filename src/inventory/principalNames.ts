import * as l10n from '@vscode/l10n';
import { knownPrincipals } from '../access/knownPrincipals';
import type { Connection } from '../azure/core/connection';
import type { DirectoryObject } from '../azure/directory/graph';
import type { PrincipalResource } from '../azure/directory/principalResources';
import type { Inventory } from './targets';

/** A display name for a principal. */
export interface PrincipalName {
  readonly name: string;
  /** `resource`: a resource with a system-assigned identity, such as an app or a virtual machine. */
  readonly kind: 'resource' | 'userAssigned' | DirectoryObject['kind'];
  /** ARM ID of the app, resource, or identity. */
  readonly resourceId?: string;
}

/** Says what kind of principal it is, in a few words. */
export function principalKindWords(kind: PrincipalName['kind']): string {
  switch (kind) {
    case 'resource':
      return l10n.t('system-assigned identity');
    case 'userAssigned':
      return l10n.t('user-assigned identity');
    case 'managedIdentity':
      return l10n.t('managed identity');
    case 'user':
      return l10n.t('user');
    case 'group':
      return l10n.t('group (all members)');
    case 'servicePrincipal':
      return l10n.t('application');
    case 'other':
      return l10n.t('unnamed principal');
  }
}

/**
 * Names principals, by object ID in lower case: first from known apps and identities and the account's own token, then
 * with one Resource Graph query, and the rest with one Microsoft Graph request that never prompts for sign-in. Microsoft
 * Graph refuses it to VS Code's own application, whose rights there are like `User.Read`. Principals that none of these
 * know are left out. @throws only when canceled
 */
export async function principalNames(
  inventory: Inventory,
  connection: Connection,
  principalIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalName>> {
  const wanted = new Set(principalIds.map((id) => id.toLowerCase()));
  const names = new Map<string, PrincipalName>();
  const rest = () => [...wanted].filter((id) => !names.has(id));
  for (const [id, name] of await inventoryNames(inventory, signal)) if (wanted.has(id)) names.set(id, name);
  if (rest().length > 0)
    for (const [id, name] of await ownName(connection, signal)) if (wanted.has(id)) names.set(id, name);
  if (rest().length > 0)
    for (const [id, name] of await resourceNames(inventory, connection, rest(), signal)) names.set(id, name);
  if (rest().length > 0) {
    const { getDirectoryObjects } = await import('../azure/directory/graph');
    for (const [id, { displayName, kind }] of await getDirectoryObjects(connection, rest(), signal))
      names.set(id, { name: shortName(displayName), kind });
  }
  signal.throwIfAborted();
  return names;
}

/** The signed-in user's name. */
async function ownName(
  connection: Connection,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalName>> {
  try {
    const { getSignedInPrincipal } = await import('../azure/directory/signedInPrincipal');
    const { objectId, name } = await getSignedInPrincipal(connection, signal, { silent: true });
    return new Map(name === undefined ? [] : [[objectId.toLowerCase(), { name, kind: 'user' }]]);
  } catch {
    signal.throwIfAborted();
    return new Map();
  }
}

async function inventoryNames(
  inventory: Inventory,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalName>> {
  const [apps, identities] = await Promise.all([
    inventory.functionApps(signal).catch(() => []),
    inventory.userAssignedIdentities(signal).catch(() => []),
  ]);
  signal.throwIfAborted();
  const known = knownPrincipals(
    apps.map(({ app }) => app),
    identities.map(({ identity }) => identity),
  );
  return new Map(
    [...known].map(([id, { name, kind, resourceId }]) => [
      id,
      { name, kind: kind === 'user-assigned' ? 'userAssigned' : 'resource', resourceId },
    ]),
  );
}

/** Names are optional: if Resource Graph fails, Microsoft Graph may still answer. */
async function resourceNames(
  inventory: Inventory,
  connection: Connection,
  principalIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PrincipalName>> {
  try {
    const { resourcesOfPrincipals } = await import('../azure/directory/principalResources');
    const subscriptionIds = (await inventory.subscriptions())
      .filter((one) => one.connection.tenantId === connection.tenantId)
      .map(({ subscription }) => subscription.subscriptionId);
    const found = await resourcesOfPrincipals(connection, subscriptionIds, principalIds, signal);
    return new Map([...found].map(([id, resource]) => [id, principalNameOf(resource)]));
  } catch {
    signal.throwIfAborted();
    return new Map();
  }
}

/** The identity of a slot is called `app/slots/slot` in the directory (Microsoft's overview of managed identities). */
function shortName(displayName: string): string {
  return displayName.replace(/^([^/]+)\/slots\/([^/]+)$/, '$1/$2');
}

function principalNameOf({ resourceId, name, type }: PrincipalResource): PrincipalName {
  const slot = /\/sites\/([^/]+)\/slots\/([^/]+)$/i.exec(resourceId);
  return {
    name: slot ? `${slot[1] ?? ''}/${slot[2] ?? ''}` : name,
    kind: type === 'microsoft.managedidentity/userassignedidentities' ? 'userAssigned' : 'resource',
    resourceId,
  };
}
