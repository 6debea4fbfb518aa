import assert from 'node:assert/strict';
import { hasVaultDataActions, isLeastForSecrets, orderRoles } from '../../../src/access/roleOrder';
import type { RoleDefinition } from '../../../src/azure/directory/roles';

function role(
  name: string,
  guid: string,
  actions: string[],
  dataActions: string[] = [],
  custom = false,
): RoleDefinition {
  return {
    id: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
    ...{ name, description: '', custom },
    permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }],
  };
}

const secrets = 'Microsoft.KeyVault/vaults/secrets/';
const secretsUser = role(
  'Key Vault Secrets User',
  '4633458B-17de-408a-b874-0445c86b69e6',
  [],
  [`${secrets}getSecret/action`, `${secrets}readMetadata/action`],
);
const administrator = role(
  'Key Vault Administrator',
  '00482a5a-887f-4fb3-b363-3b7fe8e74483',
  [],
  ['Microsoft.KeyVault/vaults/*'],
);
const owner = role('Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', ['*']);
const reader = role('Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', ['*/read']);
const blobs = role(
  'Storage Blob Data Reader',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  [],
  ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
);
const own = role('A Role of Ours', '11111111-1111-4111-8111-111111111111', ['*/read'], [], true);
const all = [owner, administrator, blobs, own, reader, secretsUser];
const names = (type: string) => orderRoles(all, type).map(({ name }) => name);

describe('orderRoles', () => {
  it('starts with the least privileged secret role on a vault and on scopes that contain vaults', () => {
    const expected = [
      ...['Key Vault Secrets User', 'Key Vault Administrator', 'A Role of Ours'],
      ...['Owner', 'Reader', 'Storage Blob Data Reader'],
    ];
    for (const type of ['Microsoft.KeyVault/vaults/secrets', 'microsoft.keyvault/vaults', ''])
      assert.deepEqual(names(type), expected, type);
    assert.ok(isLeastForSecrets(secretsUser) && !isLeastForSecrets(administrator));
  });

  it('starts with roles for the resource type on other resources', () => {
    assert.deepEqual(names('Microsoft.Storage/storageAccounts'), [
      ...['Storage Blob Data Reader', 'A Role of Ours', 'Key Vault Administrator'],
      ...['Key Vault Secrets User', 'Owner', 'Reader'],
    ]);
  });

  it('tells roles that open vault contents from others', () => {
    assert.deepEqual(
      all.filter(hasVaultDataActions).map(({ name }) => name),
      ['Key Vault Administrator', 'Key Vault Secrets User'],
    );
  });
});
