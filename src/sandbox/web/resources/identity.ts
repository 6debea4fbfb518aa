import { randomUUID } from 'node:crypto';
import { idKey, sameId } from '../../arm/ids';
import { isRecord } from '../../arm/json';
import { ArmError, type ArmCall } from '../../arm/provider';
import type { SandboxContext } from '../../context';
import type { ManagedServiceIdentity, Resource } from '../../world/world';
import { badRequest } from './webError';

/** A site or slot, or a container app. */
type IdentityOwner = Resource & { identity?: ManagedServiceIdentity | undefined };

/**
 * Applies the `identity` of a PUT or PATCH to a site. PUT replaces the user-assigned identities; PATCH adds
 * those it names, removes those it sets to null, and keeps those it omits unless the setting
 * `patchRemovesOmittedIdentities` is on (sources differ). The resulting type is computed from what remains.
 * Turning off the system-assigned identity deletes its principal; turning it on again creates a new one.
 * @returns whether anything changed
 */
export function applyIdentity(
  context: SandboxContext,
  call: ArmCall,
  site: IdentityOwner,
  body: unknown,
  mode: 'put' | 'patch',
): boolean {
  if (body === undefined || body === null) return false;
  if (!isRecord(body)) throw badRequest('The identity is not valid.');
  const wanted = readType(body['type'], site.identity);
  const before = JSON.stringify(site.identity);
  const assigned = wanted.user
    ? assignedAfter(context, call, site, body['userAssignedIdentities'], mode)
    : {};
  const anyAssigned = Object.keys(assigned).length > 0;
  if (wanted.user && !anyAssigned && !wanted.system && body['userAssignedIdentities'] === undefined) {
    throw badRequest("The identity ids must not be null or empty for 'UserAssigned' identity type.");
  }
  const previous = site.identity;
  const system = wanted.system ? (systemPrincipal(previous) ?? createPrincipal(context, site)) : undefined;
  if (!wanted.system) deleteSystemPrincipal(context, site);
  site.identity = compose(system, anyAssigned ? assigned : undefined);
  return before !== JSON.stringify(site.identity);
}

/**
 * Removes the service principal of a site's system-assigned identity. Whatever was granted to it stays
 * behind.
 */
export function deleteSystemPrincipal(context: SandboxContext, site: IdentityOwner): void {
  const principalId = site.identity?.principalId;
  if (principalId === undefined) return;
  for (const [key, principal] of context.world.servicePrincipals) {
    if (principal.objectId === principalId) context.world.servicePrincipals.delete(key);
  }
}

type Assigned = NonNullable<ManagedServiceIdentity['userAssignedIdentities']>;

interface SystemPrincipal {
  principalId: string;
  tenantId: string;
}

function compose(
  system: SystemPrincipal | undefined,
  assigned: Assigned | undefined,
): ManagedServiceIdentity | undefined {
  if (system !== undefined && assigned !== undefined)
    return { type: 'SystemAssigned, UserAssigned', ...system, userAssignedIdentities: assigned };
  if (system !== undefined) return { type: 'SystemAssigned', ...system };
  return assigned === undefined ? undefined : { type: 'UserAssigned', userAssignedIdentities: assigned };
}

function readType(
  value: unknown,
  current: ManagedServiceIdentity | undefined,
): { system: boolean; user: boolean } {
  if (value === undefined || value === null)
    return { system: current?.principalId !== undefined, user: true };
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim().toLowerCase()) : [];
  const known = ['none', 'systemassigned', 'userassigned'];
  if (parts.length === 0 || parts.some((part) => !known.includes(part))) {
    throw badRequest(`The identity type '${typeof value === 'string' ? value : ''}' is not valid.`);
  }
  return { system: parts.includes('systemassigned'), user: parts.includes('userassigned') };
}

function assignedAfter(
  context: SandboxContext,
  call: ArmCall,
  site: IdentityOwner,
  body: unknown,
  mode: 'put' | 'patch',
): Assigned {
  const current = site.identity?.userAssignedIdentities ?? {};
  if (body === undefined || body === null) return current;
  if (!isRecord(body)) throw badRequest('The userAssignedIdentities are not valid.');
  const entries = Object.entries(body);
  const keepOmitted = mode === 'patch' && !context.settings.patchRemovesOmittedIdentities;
  const kept = Object.entries(current).filter(
    ([id]) => keepOmitted && !entries.some(([named]) => sameId(named, id)),
  );
  const named = entries.filter(([, value]) => value !== null).map(([id]) => assign(context, call, site, id));
  return Object.fromEntries([...kept, ...named]);
}

function assign(
  context: SandboxContext,
  call: ArmCall,
  site: IdentityOwner,
  id: string,
): [string, { principalId: string; clientId: string }] {
  const identity = context.world.identities.get(idKey(id));
  const known = Object.entries(site.identity?.userAssignedIdentities ?? {}).find(([assigned]) =>
    sameId(assigned, id),
  );
  // Keeping a deleted identity fails like assigning it (Azure/azure-libraries-for-net#839).
  if (known !== undefined && identity !== undefined) return known;
  if (identity === undefined) {
    throw new ArmError(
      400,
      'FailedIdentityOperation',
      `Identity operation for resource '${call.resourceId}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.'.`,
    );
  }
  const action = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
  if (!call.mayDo(action, identity.id)) {
    throw new ArmError(
      403,
      'LinkedAuthorizationFailed',
      `The client '${call.caller.appId}' with object id '${call.caller.objectId}' has permission to perform action '${site.type}/write' on scope '${call.resourceId}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${identity.id}' (respectively) or the linked scope(s) are invalid.`,
      { 'x-ms-failure-cause': 'gateway' },
    );
  }
  // Recorded: the resource group's segment is lowercase, and provider and type have their own case, no matter
  // what was sent.
  const canonical = identity.id
    .replace(/\/resourcegroups\//i, '/resourcegroups/')
    .replace(
      /\/microsoft\.managedidentity\/userassignedidentities\//i,
      '/Microsoft.ManagedIdentity/userAssignedIdentities/',
    );
  return [canonical, { principalId: identity.principalId, clientId: identity.clientId }];
}

function systemPrincipal(identity: ManagedServiceIdentity | undefined): SystemPrincipal | undefined {
  if (identity?.principalId === undefined || identity.tenantId === undefined) return undefined;
  return { principalId: identity.principalId, tenantId: identity.tenantId };
}

function createPrincipal(context: SandboxContext, site: IdentityOwner): SystemPrincipal {
  const { world, clock, settings } = context;
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(site.id)?.[1]?.toLowerCase() ?? '';
  const tenantId = world.subscriptions.get(subscriptionId)?.tenantId ?? world.tenants[0]?.tenantId ?? '';
  const objectId = randomUUID();
  world.servicePrincipals.set(objectId, {
    objectId,
    appId: randomUUID(),
    tenantId,
    // For a slot: `app/slots/slot` (Microsoft's overview of managed identities).
    displayName: site.name.replace('/', '/slots/'),
    kind: 'ManagedIdentity',
    resourceId: site.id,
    groupIds: [],
    visibleFrom: clock.now() + settings.principalReplicationMs,
  });
  return { principalId: objectId, tenantId };
}
