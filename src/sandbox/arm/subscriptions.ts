import type { Caller, SandboxContext } from '../context';
import { inEffect } from '../authorization/rbac';
import type { Subscription } from '../world/world';
import { isAtOrBelow } from './ids';

/**
 * The OpenAPI documents require a nextLink in these two lists; recordings have none. Clients treat an empty
 * one as none.
 */
const lastPage = '';

/** `/tenants`: the tenants in which the caller exists. Fields of api-version 2020-01-01 and later. */
export function listTenants({ world }: SandboxContext, caller: Caller): object {
  const known = new Set([caller.tenantId, ...homesOf(world.users, caller)]);
  return {
    value: world.tenants
      .filter((tenant) => known.has(tenant.tenantId))
      .map((tenant) => ({
        id: `/tenants/${tenant.tenantId}`,
        tenantId: tenant.tenantId,
        countryCode: 'NL',
        displayName: tenant.displayName,
        domains: [tenant.defaultDomain],
        tenantCategory: 'Home',
        defaultDomain: tenant.defaultDomain,
        tenantType: 'AAD',
      })),
    nextLink: lastPage,
  };
}

/** `/subscriptions`: those of the token's tenant in which the caller has any right. */
export function listSubscriptions(context: SandboxContext, caller: Caller): object {
  const value = visibleSubscriptions(context, caller).map(subscriptionJson);
  return { value, count: { type: 'Total', value: value.length }, nextLink: lastPage };
}

/** Subscriptions of the token's tenant in which the caller has any right, even on just one resource. */
export function visibleSubscriptions({ world, clock }: SandboxContext, caller: Caller): Subscription[] {
  const principals = new Set([caller.objectId, ...caller.groupIds]);
  const now = clock.now();
  const scopes = world.roleAssignments
    .filter((assignment) => principals.has(assignment.principalId) && inEffect(assignment, now))
    .map((assignment) => assignment.scope);
  return [...world.subscriptions.values()].filter((subscription) => {
    const id = `/subscriptions/${subscription.subscriptionId}`;
    return (
      tenantsOf(subscription).includes(caller.tenantId) &&
      scopes.some((scope) => isAtOrBelow(scope, id) || isAtOrBelow(id, scope))
    );
  });
}

/** The tenants whose tokens work in a subscription: its own and those that it's delegated to (Azure Lighthouse). */
export function tenantsOf({ tenantId, managedByTenants = [] }: Subscription): string[] {
  return [tenantId, ...managedByTenants];
}

/** A subscription as `/subscriptions/S` returns it. */
export function subscriptionJson(subscription: Subscription): object {
  return {
    id: `/subscriptions/${subscription.subscriptionId}`,
    authorizationSource: 'RoleBased',
    managedByTenants: (subscription.managedByTenants ?? []).map((tenantId) => ({ tenantId })),
    subscriptionId: subscription.subscriptionId,
    tenantId: subscription.tenantId,
    displayName: subscription.displayName,
    state: subscription.state,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

const regions = [
  {
    name: 'westeurope',
    displayName: 'West Europe',
    latitude: '52.3667',
    longitude: '4.9',
    geography: 'Europe',
    city: 'Netherlands',
    paired: 'northeurope',
  },
  {
    name: 'northeurope',
    displayName: 'North Europe',
    latitude: '53.3478',
    longitude: '-6.2597',
    geography: 'Europe',
    city: 'Ireland',
    paired: 'westeurope',
  },
  {
    name: 'eastus',
    displayName: 'East US',
    latitude: '37.3719',
    longitude: '-79.8164',
    geography: 'US',
    city: 'Virginia',
    paired: 'westus',
  },
  {
    name: 'westus',
    displayName: 'West US',
    latitude: '37.783',
    longitude: '-122.417',
    geography: 'US',
    city: 'California',
    paired: 'eastus',
  },
  {
    name: 'francecentral',
    displayName: 'France Central',
    latitude: '46.3772',
    longitude: '2.373',
    geography: 'Europe',
    city: 'Paris',
    paired: 'francesouth',
  },
];

/** `/subscriptions/S/locations`: a few of the real ones. */
export function listLocations(subscriptionId: string): { value: object[] } {
  const idOf = (name: string) => `/subscriptions/${subscriptionId}/locations/${name}`;
  return {
    value: regions.map((region) => ({
      id: idOf(region.name),
      name: region.name,
      type: 'Region',
      displayName: region.displayName,
      regionalDisplayName: `(${region.geography}) ${region.displayName}`,
      metadata: {
        regionType: 'Physical',
        regionCategory: 'Recommended',
        geography: region.geography === 'US' ? 'United States' : region.geography,
        geographyGroup: region.geography,
        longitude: region.longitude,
        latitude: region.latitude,
        physicalLocation: region.city,
        pairedRegion: [{ name: region.paired, id: idOf(region.paired) }],
      },
    })),
  };
}

/** The same user principal name may be a guest of other tenants, with a different object ID in each. */
function homesOf(users: SandboxContext['world']['users'], caller: Caller): string[] {
  const names = new Set(
    users
      .filter((user) => user.objectId === caller.objectId)
      .map((user) => user.userPrincipalName.toLowerCase()),
  );
  return users.filter((user) => names.has(user.userPrincipalName.toLowerCase())).map((user) => user.tenantId);
}
