import type { PrincipalFacts, ReadFacts } from '../../../src/access/model/facts';
import type { KeyVault, RoleAssignment } from '../../../src/azure/core/model';
import type { RoleDefinition } from '../../../src/azure/directory/roles';
import type { Verdict } from '../../../src/access/model/verdict';
import type { VaultNetwork } from '../../../src/azure/keyVault/vaultNetwork';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const principalId = '22222222-2222-4222-8222-222222222222';
export const otherId = '33333333-3333-4333-8333-333333333333';
export const groupId = '44444444-4444-4444-8444-444444444444';
export const subscription = '/subscriptions/55555555-5555-4555-8555-555555555555';
export const group = `${subscription}/resourceGroups/rg`;
export const vaultId = `${group}/providers/Microsoft.KeyVault/vaults/kv`;
export const secretId = `${vaultId}/secrets/s`;
export const appId = `${group}/providers/Microsoft.Web/sites/app`;
const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';
export const now = new Date('2026-11-24T12:00:00Z');
export const withheld = { withheld: 'AuthorizationFailed' };

export const identity: PrincipalFacts = {
  kind: 'system-assigned',
  name: 'app',
  principalId,
  tenantId,
  groups: [],
};

export const other: PrincipalFacts = {
  kind: 'user-assigned',
  name: 'id1',
  resourceId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1`,
  principalId: otherId,
  tenantId,
  groups: [],
};

const openNetwork: VaultNetwork = {
  publicNetworkAccess: 'Enabled',
  defaultAction: 'Allow',
  ipRules: [],
  subnetIds: [],
  uncheckedSubnetIds: [],
  privateEndpoints: 0,
};

export function vaultWith(change: Partial<KeyVault> = {}): KeyVault {
  return {
    ...{
      id: vaultId,
      name: 'kv',
      subscriptionId: subscription.slice(15),
      resourceGroup: 'rg',
      location: 'westeurope',
    },
    ...{ tenantId, vaultUri: 'https://kv.vault.azure.net', publicNetworkAccess: 'Enabled', firewall: false },
    ...{ permissionModel: 'accessPolicies', accessPolicies: [], tags: {} },
    ...change,
  };
}

export function present(
  change: Partial<KeyVault> = {},
  network: Partial<VaultNetwork> = {},
): ReadFacts['vault'] {
  return { kind: 'present', vault: vaultWith(change), network: { ...openNetwork, ...network } };
}

export function role(change: Partial<RoleAssignment> = {}): RoleAssignment {
  return {
    id: `${vaultId}/providers/Microsoft.Authorization/roleAssignments/a1`,
    scope: vaultId,
    roleDefinitionId: secretsUserRoleId,
    principalId,
    principalType: 'ServicePrincipal',
    ...change,
  };
}

export function definition(
  guid: string,
  dataActions: readonly string[],
  notDataActions: readonly string[] = [],
): RoleDefinition {
  return {
    id: `/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
    name: guid,
    description: '',
    custom: false,
    permissions: [{ actions: [], notActions: [], dataActions, notDataActions }],
  };
}

export const secretsUserRoleId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`;

export const secretsUserDefinition = definition(secretsUser, [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
]);

/** An app whose identity has no access yet, and a secret in a vault with access policies. */
export function factsWith(change: Partial<ReadFacts> = {}): ReadFacts {
  return {
    app: {
      ...{
        id: appId,
        name: 'app',
        tenantId,
        identityInUse: 'SystemAssigned',
        referenceIdentity: 'SystemAssigned',
      },
      outboundAddresses: ['20.1.2.3', '20.1.2.4'],
    },
    target: { vaultId, vaultName: 'kv', secretName: 's' },
    principal: identity,
    otherIdentities: [],
    vault: present(),
    roles: {
      ...{ assignments: [], definitions: [secretsUserDefinition], denyAssignments: [], unreadableScopes: [] },
    },
    secret: {
      kind: 'present',
      secret: { id: 'https://kv.vault.azure.net/secrets/s', name: 's', enabled: true, tags: {} },
    },
    now,
    ...change,
  };
}

/** The same with Azure RBAC. */
export function rbacFacts(
  assignments: readonly RoleAssignment[],
  change: Partial<ReadFacts> = {},
): ReadFacts {
  const base = factsWith(change);
  return { ...base, vault: present({ permissionModel: 'rbac' }), roles: { ...base.roles, assignments } };
}

/** For example, `can`, `cannot: firewall, missingRole`, or `cannotTell: groups`. */
export function short(verdict: Verdict): string {
  const said =
    verdict.kind === 'cannot' ? verdict.causes : verdict.kind === 'cannotTell' ? verdict.missing : [];
  return [verdict.kind, said.map(({ kind }) => kind).join(', ')].filter(Boolean).join(': ');
}
