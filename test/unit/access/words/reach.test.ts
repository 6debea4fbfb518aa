import assert from 'node:assert/strict';
import { distinctions } from '../../../../src/access/words/distinctions';
import {
  describePermissions,
  describeReach,
  describeScope,
  reachOf,
} from '../../../../src/access/words/reach';
import type { AccessPolicy, KeyVault, RoleAssignment } from '../../../../src/azure/core/model';

const principalId = 'AAAAAAAA-0000-0000-0000-000000000001';
const policy = (objectId: string, secrets: string[]): AccessPolicy => ({
  tenantId: 't',
  objectId,
  permissions: { secrets },
});

function vault(
  name: string,
  accessPolicies: AccessPolicy[],
  permissionModel: KeyVault['permissionModel'] = 'accessPolicies',
): KeyVault {
  return {
    ...{
      id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/${name}`,
      name,
      subscriptionId: 's',
    },
    ...{
      resourceGroup: 'g',
      location: 'westeurope',
      tenantId: 't',
      vaultUri: `https://${name}.vault.example`,
    },
    ...{ permissionModel, publicNetworkAccess: 'Enabled', firewall: false, accessPolicies, tags: {} },
  };
}

const assignment = (scope: string, principal = principalId): RoleAssignment => ({
  ...{
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/1`,
    scope,
    principalId: principal,
    principalType: 'ServicePrincipal',
  },
  roleDefinitionId:
    '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4633458B-17de-408a-b874-0445c86b69e6',
});

describe('reachOf', () => {
  it('lists policies that name the identity, whatever the case, and its role assignments', () => {
    const vaults = [
      vault('kv1', [policy('other', ['get']), policy(principalId.toLowerCase(), ['Get', 'List'])]),
      vault('kv2', [policy('other', ['get'])]),
    ];
    const names = new Map([['4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User']]);
    const reach = reachOf(principalId, vaults, [assignment('/subscriptions/s/resourceGroups/rg')], names);
    assert.deepEqual(reach.map(describeReach), [
      'Key vault kv1: secrets get, list',
      'Key Vault Secrets User on resource group rg',
    ]);
  });

  it('leaves out policies of vaults that use Azure RBAC, and roles of others', () => {
    const rbac = vault('kv1', [policy(principalId, ['get'])], 'rbac');
    assert.deepEqual(reachOf(principalId, [rbac], [assignment('/subscriptions/s', 'other')], new Map()), []);
  });

  it('shows the GUID of a role without a known name', () => {
    const [reach] = reachOf(principalId, [], [assignment('/subscriptions/s')], new Map());
    assert.ok(reach);
    assert.match(describeReach(reach), /^Role 4633458B-.* on subscription s$/);
  });
});

describe('describeScope', () => {
  const group = '/subscriptions/s1/resourceGroups/rg1';
  const cases: [string, string][] = [
    ['/', 'everything'],
    ['/subscriptions/s1', 'subscription s1'],
    [group, 'resource group rg1'],
    ['/providers/Microsoft.Management/managementGroups/mg1', 'management group mg1'],
    [`${group}/providers/microsoft.keyvault/vaults/kv1`, 'key vault kv1'],
    [`${group}/providers/Microsoft.KeyVault/vaults/kv1/secrets/s1`, 'secret s1 of key vault kv1'],
    [`${group}/providers/Microsoft.KeyVault/vaults/kv1/keys/k1`, 'key k1 of key vault kv1'],
    [`${group}/providers/microsoft.keyvault/vaults/kv1/certificates/c1`, 'certificate c1 of key vault kv1'],
    [`${group}/providers/Microsoft.Storage/storageAccounts/st1`, 'storage account st1'],
    [
      `${group}/providers/Microsoft.Storage/storageAccounts/st1/blobServices/default/containers/c1`,
      'container c1 of storage account st1',
    ],
    [
      `${group}/providers/Microsoft.Storage/storageAccounts/st1/queueServices/default/queues/q1`,
      'queue q1 of storage account st1',
    ],
    [
      `${group}/providers/Microsoft.Storage/storageAccounts/st1/tableServices/default/tables/t1`,
      'table t1 of storage account st1',
    ],
    [
      `${group}/providers/Microsoft.Storage/storageAccounts/st1/fileServices/default/fileshares/f1`,
      'file share f1 of storage account st1',
    ],
    [`${group}/providers/Microsoft.Web/sites/app1`, 'app app1'],
    [`${group}/providers/Microsoft.App/containerapps/app1`, 'container app app1'],
    [`${group}/providers/Microsoft.Web/sites/app1/slots/staging`, 'slot app1/staging'],
    [`${group}/providers/Microsoft.Web/sites/app1/functions/f1`, 'Microsoft.Web/sites/functions f1'],
    [`${group}/providers/Microsoft.Sql/servers/sql1`, 'SQL server sql1'],
    [`${group}/providers/Microsoft.Sql/servers/sql1/databases/d1`, 'database d1 of SQL server sql1'],
    [`${group}/providers/Microsoft.Sql/managedInstances/sql1`, 'Microsoft.Sql/managedInstances sql1'],
  ];
  for (const [scope, words] of cases) {
    it(`describes ${scope} as ${words}`, () => {
      assert.equal(describeScope(scope), words);
    });
  }
});

describe('distinctions', () => {
  it('tell resources of the same name apart by resource group, or else by subscription', () => {
    const id = (subscription: string, group: string, name: string) =>
      `/subscriptions/${subscription}/resourcegroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
    const ids = [id('s1', 'a', 'one'), id('s1', 'b', 'ONE'), id('s1', 'a', 'two'), id('s2', 'a', 'two')];
    assert.deepEqual(
      [...distinctions([...ids, id('s1', 'a', 'unique')])],
      [
        [ids[0], 'a'],
        [ids[1], 'b'],
        [ids[2], 's1'],
        [ids[3], 's2'],
      ],
    );
  });
});

describe('describePermissions', () => {
  it('names each kind that has permissions', () => {
    const permissions = { secrets: ['Get'], keys: [], certificates: ['list', 'get'] };
    assert.equal(
      describePermissions({ tenantId: 't', objectId: 'o', permissions }),
      'secrets get; certificates list, get',
    );
  });

  it('says if there are none', () => {
    assert.equal(describePermissions({ tenantId: 't', objectId: 'o', permissions: {} }), 'no permissions');
  });
});
