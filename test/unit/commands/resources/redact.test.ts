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
        // A container app's environment variables, whose values Azure returns, and secrets.
        template: {
          containers: [
            {
              env: [
                { name: 'VARIABLE', value: 'SECRET-10' },
                { name: 'B', secretRef: 'from' },
              ],
            },
          ],
        },
        configuration: { secrets: [{ name: 'c', keyVaultUrl: 'https://kv.vault.azure.net/secrets/d' }] },
      },
    };
    const shown = JSON.stringify(withoutSecretValues(secrets));
    assert.doesNotMatch(shown, /SECRET-/);
    for (const name of [
      'A',
      'B',
      'VARIABLE',
      'from',
      'vault.azure.net/secrets/d',
      'sasUrl',
      'default',
      'app.scm.azurewebsites.net',
      'SQLAzure',
    ])
      assert.ok(shown.includes(name), name);
  });

  it('is shown without what a string has of secret values, wherever it is', () => {
    const jwt = `eyJ${'a'.repeat(20)}.${'SECRET'.repeat(2)}.${'c'.repeat(20)}`;
    const strings = [
      'DefaultEndpointsProtocol=https;AccountName=store;AccountKey=SECRET/+==;EndpointSuffix=core.windows.net',
      'Endpoint=sb://b.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccesskey=SECRET=',
      'Server=tcp:db,1433;User ID=me;Password=SECRET 1!;Encrypt=True',
      `Server=db;Pwd='SECRET;2';Database=d`,
      'Driver=x;PWD={SECRET;3};Server=y',
      'cache:6380,password=SECRET,ssl=True',
      'BlobEndpoint=https://a.example/;SharedAccessSignature=sv=1&sig=SECRET%3D&se=2',
      'sv=2022&sp=r&SIG=SECRET%2B&se=1',
      'https://a.example/c?sv=1&amp;sig=SECRET',
      'amqps://user:SECRET@host/queue',
      'postgresql://SECRET@host/db',
      'see https://app.example/api/f?CODE=SECRET',
      `Authorization: Bearer ${'SECRET'.repeat(3)}`,
      '{"AccountKey":"SECRET","a":1}',
      jwt,
      '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----',
      `${'SECRET'.repeat(14)}SE==`,
    ];
    const json = {
      tags: Object.fromEntries(strings.map((text, index) => [`tag${index}`, text])),
      properties: { list: strings, deep: [{ output: { value: strings[0] } }] },
    };
    const shown = JSON.stringify(withoutSecretValues(json));
    assert.doesNotMatch(shown, /SECRET/);
    for (const kept of [
      'AccountName=store',
      'name',
      'servicebus',
      'User ID=me',
      'Encrypt=True',
      'sv=2022',
      'host/queue',
    ])
      assert.ok(shown.includes(kept), kept);
    const tagged = withoutSecretValues({
      tags: { 'db-password': 'SECRET', 'api-key-2': 'SECRET', owner: 'a' },
    });
    assert.doesNotMatch(JSON.stringify(tagged), /SECRET/);
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
