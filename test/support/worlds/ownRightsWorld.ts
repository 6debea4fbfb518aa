import fs from 'node:fs';
import path from 'node:path';
import type { WorldFile } from '../../../src/sandbox/world/worldFile';
import { temporaryFolder } from '../processes';

const me = 'Keyless automation';
const noRoles = 'No roles for anyone';

/**
 * A world in which the sandbox's application is Owner, which gives no access to data. It has a vault of each permission
 * model without access, one with a firewall, one where it can't assign roles, and a role that it can activate.
 */
export const ownRightsWorld: WorldFile = {
  tenants: [
    {
      tenantId: '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b001',
      displayName: 'Contoso',
      defaultDomain: 'contoso.example',
    },
  ],
  users: [{ userPrincipalName: 'alex@contoso.example', displayName: 'Alex Contoso' }],
  applications: [{ displayName: me }],
  subscriptions: [
    {
      subscriptionId: '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b002',
      displayName: 'Owned',
      roleAssignments: [{ role: 'Owner', principal: me }],
      eligibleRoles: [
        { role: 'Key Vault Administrator', principal: me },
        { role: 'Website Contributor', principal: 'alex@contoso.example' },
      ],
      resourceGroups: [
        {
          name: 'mine',
          location: 'westeurope',
          vaults: [
            { name: 'own-rbac-kv', rbac: true, secrets: [{ name: 'One' }, { name: 'Two' }] },
            { name: 'own-policy-kv', rbac: false, secrets: [{ name: 'One' }] },
            {
              name: 'own-firewall-kv',
              rbac: false,
              networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] },
              accessPolicies: [{ principal: me, secrets: ['get', 'list'] }],
              secrets: [{ name: 'One' }],
            },
          ],
        },
        {
          name: 'closed',
          location: 'westeurope',
          denyAssignments: [
            {
              displayName: noRoles,
              actions: ['Microsoft.Authorization/roleAssignments/write'],
              principals: [me],
            },
          ],
          vaults: [{ name: 'own-closed-kv', rbac: true, secrets: [{ name: 'One' }] }],
        },
      ],
    },
  ],
};

/** Arguments for starting a sandbox with a world. `remove` deletes the file that they name. */
export function worldArguments(world: WorldFile): { readonly args: string[]; remove(): void } {
  const folder = temporaryFolder('world');
  const file = path.join(folder.path, 'world.json');
  fs.writeFileSync(file, JSON.stringify(world));
  return { args: ['--world', file], remove: folder.remove };
}
