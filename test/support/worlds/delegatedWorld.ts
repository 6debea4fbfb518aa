import type { WorldFile } from '../../../src/sandbox/world/worldFile';

/** The tenant that delegated its subscription to the sandbox's first tenant (Azure Lighthouse). */
export const customerTenant = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7c002';

const me = 'Keyless automation';

/** A world whose only subscription belongs to another tenant than the account. */
export const delegatedWorld: WorldFile = {
  tenants: [
    {
      tenantId: '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7c001',
      displayName: 'Managing',
      defaultDomain: 'managing.example',
    },
    { tenantId: customerTenant, displayName: 'Customer', defaultDomain: 'customer.example' },
  ],
  users: [{ userPrincipalName: 'alex@managing.example', displayName: 'Alex' }],
  applications: [{ displayName: me }],
  subscriptions: [
    {
      subscriptionId: '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7c003',
      tenantId: customerTenant,
      managedByTenants: ['0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7c001'],
      displayName: 'Delegated',
      roleAssignments: [{ role: 'Owner', principal: me }],
      resourceGroups: [
        {
          name: 'delegated',
          location: 'northeurope',
          plans: [{ name: 'plan', sku: 'B1', tier: 'Basic' }],
          identities: [{ name: 'reader-id' }],
          vaults: [{ name: 'delegated-kv', rbac: true, secrets: [{ name: 'One' }] }],
          sites: [{ name: 'delegated-app', systemAssigned: true, userAssigned: ['reader-id'] }],
        },
      ],
    },
  ],
};
