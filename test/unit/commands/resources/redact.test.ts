import assert from 'node:assert/strict';
import { withoutSecretValues } from '../../../../src/commands/resources/redact';

describe("a resource's JSON", () => {
  it('is shown without secret values', () => {
    const secrets = {
      properties: {
        siteConfig: {
          appSettings: [{ name: 'A', value: 'SECRET-1' }],
          connectionStrings: [{ name: 'B', connectionString: 'SECRET-2', type: 'SQLAzure' }],
        },
        publishingPassword: 'SECRET-3',
        azureBlobStorage: { sasUrl: 'https://x.example/?sig=SECRET-4&se=1' },
        scmUri: 'https://$app:SECRET-5@app.scm.azurewebsites.net',
        invokeUrl: 'https://app.azurewebsites.net/api/f?code=SECRET-6',
        masterKey: 'SECRET-7',
        functionKeys: { default: 'SECRET-8' },
        keys: [{ name: 'k', accountKey: 'SECRET-9' }],
      },
    };
    const shown = JSON.stringify(withoutSecretValues(secrets));
    assert.doesNotMatch(shown, /SECRET-/);
    for (const name of ['A', 'B', 'sasUrl', 'default', 'app.scm.azurewebsites.net', 'SQLAzure'])
      assert.ok(shown.includes(name), name);
  });

  it('is otherwise unchanged', () => {
    const json = {
      id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/secrets/s',
      properties: {
        secretUri: 'https://kv.vault.azure.net/secrets/s',
        keyVaultReferenceIdentity: 'SystemAssigned',
        accessPolicies: [{ objectId: 'o', permissions: { secrets: ['get'], keys: [] } }],
        attributes: { enabled: true, exp: 1 },
        appSettings: null,
        nothing: null,
      },
      tags: { owner: 'team' },
    };
    assert.deepEqual(withoutSecretValues(json), json);
  });
});
