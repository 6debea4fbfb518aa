import type { SandboxSettings } from '../../../../src/sandbox/context';
import type { User, World } from '../../../../src/sandbox/world/world';

/** What a test can choose about its world. */
export interface HarnessOptions {
  tenantId?: string;
  subscriptionId?: string;
  resourceGroups?: string[];
  /** The object ID of the user who owns the subscription. */
  userId?: string;
}

export const ids = {
  tenant: '11111111-1111-4111-8111-111111111111',
  otherTenant: '22222222-2222-4222-8222-222222222222',
  subscription: '33333333-3333-4333-8333-333333333333',
  user: '44444444-4444-4444-8444-444444444444',
  group: '55555555-5555-4555-8555-555555555555',
  app: '66666666-6666-4666-8666-666666666666',
  stranger: '77777777-7777-4777-8777-777777777777',
  clientId: '88888888-8888-4888-8888-888888888888',
};

/** No delays except those that tests set. */
export function usualSettings(): SandboxSettings {
  return {
    latencyMs: 0,
    rolePropagationMs: 0,
    principalReplicationMs: 0,
    softDeleteDelayMs: 0,
    patchRemovesOmittedIdentities: false,
    graphRights: 'basic',
    resourceGraphRefused: false,
    tokenLifetimeSeconds: 3600,
    vaultWriteMs: 5,
    vaultPurgeMs: 0,
    vaultRegistrationMs: 30_000,
  };
}

/**
 * A tenant with two users, an application and a subscription that the first user owns, plus a user of another
 * tenant.
 */
export function smallWorld(options: HarnessOptions): World {
  const tenantId = options.tenantId ?? ids.tenant;
  const subscriptionId = options.subscriptionId ?? ids.subscription;
  const groups = options.resourceGroups ?? ['rg-one'];
  const userId = options.userId ?? ids.user;
  const user = (objectId: string, name: string, tenant = tenantId): User => ({
    objectId,
    tenantId: tenant,
    userPrincipalName: `${name}@contoso.example`,
    displayName: name,
    groupIds: name === 'alex' ? [ids.group] : [],
  });
  const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
  const world: World = {
    tenants: [
      { tenantId, displayName: 'Contoso', defaultDomain: 'contoso.example' },
      { tenantId: ids.otherTenant, displayName: 'Fabrikam', defaultDomain: 'fabrikam.example' },
    ],
    users: [
      user(userId, 'alex'),
      user(ids.stranger, 'sam'),
      user(crypto.randomUUID(), 'kim', ids.otherTenant),
    ],
    groups: [{ objectId: ids.group, tenantId, displayName: 'Developers' }],
    servicePrincipals: new Map([
      [
        ids.app,
        {
          objectId: ids.app,
          appId: crypto.randomUUID(),
          tenantId,
          displayName: 'app',
          kind: 'Application',
          groupIds: [],
          visibleFrom: 0,
        },
      ],
    ]),
    subscriptions: new Map([
      [subscriptionId, { subscriptionId, tenantId, displayName: 'One', state: 'Enabled' }],
    ]),
    resourceGroups: new Map(
      groups.map((name) => {
        const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
        return [id.toLowerCase(), { id, name, location: 'westeurope' }];
      }),
    ),
    plans: new Map(),
    sites: new Map(),
    vaults: new Map(),
    deletedVaults: new Map(),
    identities: new Map(),
    otherResources: new Map(),
    roleDefinitions: [],
    roleAssignments: [],
    denyAssignments: [],
  };
  world.roleAssignments.push({
    name: crypto.randomUUID(),
    scope: `/subscriptions/${subscriptionId}`,
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${owner}`,
    principalId: userId,
    principalType: 'User',
    condition: null,
    conditionVersion: null,
    description: null,
    createdOn: 0,
    createdBy: userId,
    effectiveFrom: 0,
  });
  return world;
}
