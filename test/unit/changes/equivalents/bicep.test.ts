import assert from 'node:assert/strict';
import { allToBicep, toBicep } from '../../../../src/changes/equivalents/bicep';
import { changesOn, hostileNames } from './changes';

const where = '// Deploy to resource group kv in subscription 00000000-0000-0000-0000-000000000001.';

describe('toBicep', () => {
  const of = (kind: string) =>
    changesOn('kv')
      .filter((change) => change.kind === kind)
      .map(toBicep);

  it('changes API versions only where they are some, for clouds that know only older ones', () => {
    const hostile = "x\nresource y 'Microsoft.KeyVault/vaults@2026-02-01'";
    const versionOf = (type: string, version: string) =>
      type.startsWith('Microsoft.') ? '2020-01-01' : version;
    for (const name of ['kv', hostile]) {
      const changes = changesOn(name);
      const [before, after] = [allToBicep(changes), allToBicep(changes, versionOf)];
      const declared = /^resource \w+ '[\w./]+@(?!2020-01-01)/m;
      assert.match(before, declared);
      assert.doesNotMatch(after, declared);
      assert.doesNotMatch(after, /declaration of .*@(?!2020)[\d-]+\):/);
      assert.doesNotMatch(after, /(appsettings|connectionstrings)', '(?!2020)/);
    }
    const text = allToBicep([{ kind: 'setSecret', vaultId: '/a', name: hostile }], versionOf);
    assert.equal(text.split('@2026-02-01').length, 2, 'the name stays');
  });

  it('writes a whole file if Bicep can make the change', () => {
    const vault = "resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {\n  name: 'kv'\n}";
    assert.equal(
      of('addAccessPolicy')[0],
      `${where}

${vault}

resource policy 'Microsoft.KeyVault/vaults/accessPolicies@2026-02-01' = {
  parent: vault
  name: 'add'
  properties: {
    accessPolicies: [
      {
        tenantId: '00000000-0000-0000-0000-00000000aaaa'
        objectId: '00000000-0000-0000-0000-00000000bbbb'
        permissions: {
          secrets: [
            'get'
            'list'
          ]
          keys: [
            'get'
          ]
        }
      }
    ]
  }
}`,
    );
    assert.match(of('removeAccessPolicy')[0] ?? '', /\n {2}name: 'remove'\n/);
    assert.match(
      of('createRoleAssignment')[0] ?? '',
      /\n {2}scope: target\n {2}name: guid\('\/subscriptions\/.*\/vaults\/kv', '00000000-0000-0000-0000-00000000bbbb', '4633458b-17de-408a-b874-0445c86b69e6'\)\n/,
    );
    assert.equal(
      of('setSecret')[0],
      `${where}

@secure()
param value string // <value>

${vault}

resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'kv'
  properties: {
    value: value
  }
}`,
    );
    const listed = "list('${app.id}/config/appsettings', '2023-12-01').properties";
    assert.match(of('setAppSetting')[0] ?? '', /param value string/);
    assert.ok(of('setAppSetting')[0]?.includes(`properties: union(${listed}, { kv: value })`));
    assert.doesNotMatch(of('setAppSetting')[1] ?? '', /param value string/);
    assert.ok(
      of('renameAppSetting')[1]?.includes(
        `union(toObject(filter(items(${listed}), setting => setting.key != 'kv'), setting => setting.key, setting => setting.value), { New: value })`,
      ),
    );
    const [replaced = '', restored = ''] = of('exchangeAppSettings');
    assert.ok(
      replaced.includes(
        `union(toObject(filter(items(${listed}), setting => !contains(['kv'], setting.key)), setting => setting.key, setting => setting.value), { Own__accountName: 'kv' })`,
      ),
      replaced,
    );
    assert.match(restored, /param value string[^]*\{ kv: value \}/);
    const strings = listed.replace('appsettings', 'connectionstrings');
    const [, , db = ''] = of('setAppSetting');
    assert.ok(db.includes(`properties: union(${strings}, { kv: { value: value, type: 'SQLAzure' } })`), db);
    assert.match(db, /param value string[^]*name: 'connectionstrings'/);
  });

  it('declares a resource group for the subscription and a vault with its permission model', () => {
    assert.match(of('createResourceGroup')[0] ?? '', /targetScope = 'subscription'\n\nresource group/);
    assert.match(
      of('createVault')[0] ?? '',
      /enableRbacAuthorization: true\n.*: 90\n {4}enablePurgeProtection: true/,
    );
    assert.match(of('createVault')[1] ?? '', /enableRbacAuthorization: false\n.*: 90\n {2}\}/);
  });

  it('names the endpoints of a storage account outside the public cloud', () => {
    // terraform-provider-azurerm#32062
    const apps = of('createApp');
    const elsewhere = apps.at(-1) ?? '';
    for (const service of ['blob', 'queue', 'table'])
      assert.ok(
        elsewhere.includes(
          `name: 'AzureWebJobsStorage__${service}ServiceUri'\n          value: storage.properties.primaryEndpoints.${service}\n`,
        ),
        elsewhere,
      );
    assert.doesNotMatch(elsewhere, /__accountName/);
    assert.match(elsewhere, /^resource storage 'Microsoft\.Storage.* existing = \{$/m);
    assert.match(apps[0] ?? '', /name: 'AzureWebJobsStorage__accountName'\n +value: 'kv'/);
  });

  it('turns off the keys of a storage account that is used with an identity', () => {
    const [byIdentity = '', byKey = ''] = of('createStorageAccount');
    assert.match(byIdentity, /allowSharedKeyAccess: false/);
    assert.doesNotMatch(byKey, /allowSharedKeyAccess/);
  });

  it('writes part of a declaration if Bicep replaces the whole resource', () => {
    assert.equal(
      of('enableIdentity')[0],
      `// Add this to the declaration of kv (Microsoft.Web/sites@2023-12-01):
identity: {
  type: 'SystemAssigned'
}`,
    );
    assert.match(
      of('enableIdentity')[1] ?? '',
      /^\/\/ .* kv\/kv \(Microsoft.Web\/sites\/slots@2023-12-01\):\n/,
    );
    assert.match(of('addFirewallAddress')[0] ?? '', /ipRules: \[\n +\{\n +value: '203.0.113.7'/);
  });

  it('turns off keys in the declaration of their resource, and passwords in one of their own', () => {
    const [storage, , search] = of('turnOffKeys');
    assert.equal(
      storage,
      `// Add this to the declaration of kv (Microsoft.Storage/storageAccounts@2023-05-01):
properties: {
  allowSharedKeyAccess: false
}`,
    );
    assert.match(search ?? '', /disableLocalAuth: true\n {2}authOptions: null\n/);
    assert.match(
      of('setBasicPublishing')[0] ?? '',
      /sites\/basicPublishingCredentialsPolicies@.*name: 'scm'/s,
    );
    assert.match(of('regenerateKey')[0] ?? '', /^\/\/ .*\n\/\/ az storage account keys renew /);
    assert.equal(
      of('setPlatformSignIn')[0],
      `// Add this to the declaration of kv (Microsoft.Web/sites@2023-12-01):
properties: {
  functionAppConfig: {
    deployment: {
      storage: {
        authentication: {
          type: 'SystemAssignedIdentity'
        }
      }
    }
  }
}`,
    );
    assert.match(
      of('setPlatformSignIn')[1] ?? '',
      /sites\/slots@.*siteConfig: \{\n {4}acrUseManagedIdentityCreds: true\n {4}acrUserManagedIdentityID: '0/s,
    );
  });

  it("says what to do if Bicep can't express the change", () => {
    const [deletion = ''] = of('deleteRoleAssignment');
    assert.match(
      deletion,
      /^\/\/ Bicep declares what should exist.*\n\/\/ MSYS_NO_PATHCONV=1 az role assignment delete --ids /,
    );
    const [folder = ''] = of('createSiteFolder');
    assert.match(
      folder,
      /^\/\/ An app's files aren't resources.*\n\/\/ az account get-access-token .* --request PUT .*\/kv\/$/,
    );
  });

  it('names the identity of a role in a subscription that another tenant delegated', () => {
    const [plain = '', , delegated = ''] = of('createRoleAssignment');
    assert.match(delegated, /delegatedManagedIdentityResourceId: '.*\/userAssignedIdentities\/kv'/);
    assert.doesNotMatch(plain, /delegated/);
  });

  it("declares a service's own role below the account or cache", () => {
    const [planned = '', made = '', cache = ''] = of('assignDataRole');
    assert.match(
      planned,
      /resource target 'Microsoft.DocumentDB\/databaseAccounts@2024-11-15' existing = \{\n {2}name: 'kv'\n\}\n\n\/\/ kv\nresource assignment 'Microsoft.DocumentDB\/databaseAccounts\/sqlRoleAssignments@2024-11-15' = \{\n {2}parent: target\n {2}name: guid\('.*\/dbs\/kv', '.*bbbb', '.*bbbb'\)\n {2}properties: \{\n {4}roleDefinitionId: '.*\/databaseAccounts\/kv\/sqlRoleDefinitions\/.*bbbb'\n {4}principalId: '.*bbbb'\n {4}scope: '.*\/databaseAccounts\/kv\/dbs\/kv'\n/,
    );
    assert.match(made, /\n {2}name: 'kv'\n {2}properties/);
    assert.match(
      cache,
      /'Microsoft.Cache\/redis\/accessPolicyAssignments@2024-11-01' = \{\n {2}parent: target\n {2}name: guid\(.*\)\n {2}properties: \{\n {4}accessPolicyName: 'Data Contributor'\n {4}objectId: '.*bbbb'\n {4}objectIdAlias: '.*bbbb'\n/,
    );
  });

  it('names the scope of a role assignment', () => {
    const assign = { kind: 'createRoleAssignment', principalId: 'P', principalType: 'User' } as const;
    const at = (scope: string) => toBicep({ ...assign, scope, roleDefinitionId: '/r/1' });
    assert.match(at('/subscriptions/S'), /targetScope = 'subscription'/);
    assert.doesNotMatch(at('/subscriptions/S/resourceGroups/G'), /targetScope|scope: target/);
    assert.match(
      at('/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V/secrets/N'),
      /vaults@2026-02-01' existing = \{\n {2}name: 'V'\n\}\n\nresource target 'Microsoft.KeyVault\/vaults\/secrets@2026-02-01' existing = \{\n {2}parent: parent1\n {2}name: 'N'\n/,
    );
    assert.match(
      at('/subscriptions/S/resourceGroups/G/providers/Contoso.Unknown/things/T'),
      /^\/\/ Keyless doesn't know an API version .*\n\/\/ MSYS_NO_PATHCONV=1 az role assignment create /,
    );
    assert.match(toBicep({ ...assign, scope: '/', roleDefinitionId: '/r/1', id: '/a/b' }), /name: 'b'/);
  });

  it('keeps every name in one string, whatever it contains', () => {
    for (const name of hostileNames) {
      for (const [index, change] of changesOn(name).entries()) {
        const text = toBicep(change);
        const plain = read(toBicep(changesOn('NA-ME')[index] ?? assert.fail()));
        const hostile = read(text);
        assert.equal(hostile.code, plain.code, text);
        const expected = plain.strings.map((string) =>
          string
            .replaceAll('NA-ME', () => name)
            // Names of containers and shares are cut, and in lower case.
            .replaceAll(/^app-package-na-me$/g, () => `app-package-${name.toLowerCase().slice(0, 40)}`)
            .replaceAll(/^na-me$/g, () => name.toLowerCase().slice(0, 50)),
        );
        assert.deepEqual(hostile.strings, expected, text);
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    }
  });
});

/**
 * The strings of a file and the text around them, without comments: learn.microsoft.com/azure/azure-resource-manager/
 * bicep/data-types#strings. Expressions in a string are Keyless's own.
 */
function read(text: string): { readonly code: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const code = text
    .replace(
      /(?<=(?<!\\)(?:\\\\)*)\$\{(?:app\.id|storage\.[\w.()[\]]+|environment\(\)[\w.]+|uniqueString\(resourceGroup\(\)\.id\))\}/g,
      '',
    )
    .replace(/^\/\/.*$/gm, '//')
    .replace(/'((?:[^'\\\n$]|\$(?!\{)|\\[^])*)'/g, (_, inner: string) => {
      strings.push(
        inner.replace(/\\u\{([0-9a-f]+)\}|\\([^])/g, (_all, code?: string, escaped?: string) =>
          code === undefined ? (escaped ?? '') : String.fromCodePoint(parseInt(code, 16)),
        ),
      );
      return "''";
    });
  assert.doesNotMatch(code.replaceAll("''", ''), /'/, text);
  return { code: code.replace(/^\/\/$\n?/gm, ''), strings };
}
