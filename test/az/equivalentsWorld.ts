import type { WorldFile } from '../../src/sandbox/world/worldFile';

/** The world that the changes in equivalents.test.ts are made in. */
export const subscriptionId = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b012';
export const tenantId = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b011';
export const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
export const app = `${group}/providers/Microsoft.Web/sites/keyless-one-app`;
export const other = `${group}/providers/Microsoft.Web/sites/keyless-two-app`;
export const slot = `${app}/slots/staging`;
export const vault = (name: string) => `${group}/providers/Microsoft.KeyVault/vaults/${name}`;
export const identity = (name: string) =>
  `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
export const somebody = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b013';
export const anybody = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b014';
export const readerPrincipal = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b015';
export const secretsUser = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`;

const me = 'Keyless automation';
const all = ['get', 'list', 'set', 'delete', 'recover'];
export const world: WorldFile = {
  tenants: [{ tenantId, displayName: 'Contoso', defaultDomain: 'contoso.example' }],
  users: [{ userPrincipalName: 'alex@contoso.example', displayName: 'Alex Contoso' }],
  applications: [{ displayName: me }],
  subscriptions: [
    {
      subscriptionId,
      displayName: 'One',
      roleAssignments: [
        { role: 'Owner', principal: me },
        { role: 'Key Vault Administrator', principal: me },
      ],
      resourceGroups: [
        {
          name: 'rg',
          location: 'westeurope',
          plans: [{ name: 'plan', sku: 'S1', tier: 'Standard' }],
          identities: [{ name: 'reader-id', principalId: readerPrincipal }, { name: 'old-id' }],
          sites: [
            {
              name: 'keyless-one-app',
              sample: 'empty',
              appSettings: { KEEP: 'kept', OLD: '<value>', GOES: 'x' },
              slots: [{ name: 'staging', sample: 'empty', appSettings: { KEEP: 'kept' } }],
            },
            { name: 'keyless-two-app', sample: 'empty', systemAssigned: true, userAssigned: ['old-id'] },
          ],
          vaults: [
            {
              name: 'keyless-policy-kv',
              rbac: false,
              accessPolicies: [
                { principal: me, secrets: all },
                { principal: somebody, secrets: ['list'], keys: ['get'] },
                { principal: anybody, secrets: ['get', 'list'] },
              ],
              secrets: [{ name: 'Disabled', enabled: false }, { name: 'Deleted' }],
            },
            { name: 'keyless-rbac-kv', rbac: true, secrets: [{ name: 'One' }] },
            { name: 'keyless-gone-kv', rbac: false },
            { name: 'keyless-lost-kv', rbac: false },
            {
              name: 'keyless-wall-kv',
              rbac: false,
              networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] },
            },
            { name: 'keyless-shut-kv', rbac: false, publicNetworkAccess: 'Disabled' as const },
          ],
        },
      ],
    },
  ],
};
