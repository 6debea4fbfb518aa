import * as l10n from '@vscode/l10n';
import { knownPrincipals } from '../access/knownPrincipals';
import type { Connection } from '../azure/core/connection';
import type { DirectoryObject } from '../azure/directory/graph';
import type { PrincipalResource } from '../azure/directory/principalResources';
import type { Inventory } from './targets';
import { smallTenant } from './tenantLists';

/** `resource`: a resource with a system-assigned identity, such as an app or a virtual machine. */
type PrincipalKind = 'resource' | 'userAssigned' | 'applicationOrIdentity' | DirectoryObject['kind'];

/** A display name for a principal. */
export interface PrincipalName {
  readonly name: string;
  readonly kind: PrincipalKind;
  /** ARM ID of the app, resource, or identity. */
  readonly resourceId?: string;
}

/** Says what kind of principal it is, in a few words. */
export function principalKindWords(kind: PrincipalKind): string {
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
    case 'applicationOrIdentity':
      return l10n.t('application or managed identity');
    case 'other':
      return l10n.t('unnamed principal');
  }
}

/** What the `principalType` of a role assignment says about the kind, even if the directory says nothing. */
export function kindOfType(principalType: string | undefined): PrincipalKind {
  const kinds = {
    User: 'user',
    Group: 'group',
    ForeignGroup: 'group',
    ServicePrincipal: 'applicationOrIdentity',
  } as const;
  const known = Object.entries(kinds).find(([type]) => type.toLowerCase() === principalType?.toLowerCase());
  return known?.[1] ?? 'other';
}

/** What to call a principal whose name isn't known, such as `user 12345678-…`. */
export function unnamedWords(principalId: string, principalType?: string): string {
  switch (kindOfType(principalType)) {
    case 'user':
      return l10n.t('user {0}', principalId);
    case 'group':
      return l10n.t('group {0}', principalId);
    case 'applicationOrIdentity':
      return l10n.t('application or managed identity {0}', principalId);
    default:
      return l10n.t('unnamed principal {0}', principalId);
  }
}

/**
 * Names principals, by object ID in lower case: first from known apps and identities and the account's own token, then
 * with one Resource Graph query, and the rest with one Microsoft Graph request that never prompts for sign-in. Microsoft
 * Graph refuses it to VS Code's own application, whose rights there are like `User.Read`. Principals that none of these
 * know are left out (see {@link unnamedWords}). @throws only when canceled
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
  // In a large tenant, one query for the principals is quicker than all apps and identities.
  if ((await inventory.subscriptions()).length <= smallTenant)
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

/**
 * The `principalType` of principals that have roles at a scope (an ARM ID) or above it, by object ID in lower case; empty
 * where role assignments can't be read. @throws only when canceled
 */
export async function principalTypes(
  connection: Connection,
  scope: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { listRoleAssignmentsAt } = await import('../azure/directory/roles');
    const assignments = await listRoleAssignmentsAt(connection, scope, signal);
    return new Map(
      assignments.map(({ principalId, principalType }) => [principalId.toLowerCase(), principalType]),
    );
  } catch {
    signal.throwIfAborted();
    return new Map();
  }
}

/** The {@link principalTypes} if one of the principals has no name. Otherwise, no one needs them, and it's empty. */
export async function typesOfUnnamed(
  connection: Connection,
  scope: string,
  principalIds: readonly string[],
  names: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const allNamed = principalIds.every((id) => names.has(id.toLowerCase()));
  return allNamed ? new Map<string, string>() : await principalTypes(connection, scope, signal);
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
