import assert from 'node:assert/strict';
import { allToPowerShell, toPowerShell } from '../../../../src/changes/equivalents/powerShell';
import { changesOn, hostileNames, idsIn } from './changes';

const { app, slot, vault, assignment, role, identity } = idsIn('kv', 'kv');
const group = "-Name 'kv' -ResourceGroupName 'kv' -SubscriptionId '00000000-0000-0000-0000-000000000001'";
const who = "'00000000-0000-0000-0000-00000000bbbb'";

describe('toPowerShell', () => {
  const context = "Set-AzContext -Subscription '00000000-0000-0000-0000-000000000001'";
  /** The commands after the one that selects the subscription. */
  const of = (kind: string) =>
    changesOn('kv')
      .filter((change) => change.kind === kind)
      .map((change) => {
        const [first, ...lines] = toPowerShell(change).split('\n');
        assert.equal(first, context);
        return lines;
      });

  it('writes a cmdlet if one makes the same change', () => {
    const where = "-VaultName 'kv' -ResourceGroupName 'kv'";
    assert.deepEqual(of('addAccessPolicy'), [
      [
        `Set-AzKeyVaultAccessPolicy ${where} -ObjectId ${who} -PermissionsToKeys @('get') -PermissionsToSecrets @('get', 'list') -BypassObjectIdValidation`,
      ],
    ]);
    assert.deepEqual(of('removeAccessPolicy')[0], [
      `Remove-AzKeyVaultAccessPolicy ${where} -ObjectId ${who}`,
    ]);
    assert.deepEqual(of('removeAccessPolicy')[2], [
      `Set-AzKeyVaultAccessPolicy ${where} -ObjectId ${who} -PermissionsToSecrets @('list') -BypassObjectIdValidation`,
    ]);
    assert.deepEqual(of('createRoleAssignment'), [
      [
        `New-AzRoleAssignment -ObjectId ${who} -RoleDefinitionId '4633458b-17de-408a-b874-0445c86b69e6' -Scope '${vault}' -ObjectType 'ServicePrincipal'`,
      ],
      [
        `New-AzRoleAssignment -ObjectId ${who} -RoleDefinitionId '4633458b-17de-408a-b874-0445c86b69e6' -Scope '${vault}' -ObjectType 'User' -Condition '@Resource[name] StringEquals ''kv''' -ConditionVersion '2.0'`,
      ],
      [
        `Invoke-AzRestMethod -Method PUT -Path '${assignment}?api-version=2022-04-01' -Payload '{"properties":{"roleDefinitionId":"${role}","principalId":${who.replaceAll("'", '"')},"principalType":"ServicePrincipal","delegatedManagedIdentityResourceId":"${identity}"}}'`,
      ],
    ]);
    const account = vault.replace('KeyVault/vaults', 'DocumentDB/databaseAccounts');
    const cache = "-ResourceGroupName 'kv' -Name 'kv' -AccessPolicyAssignmentName";
    assert.deepEqual(of('assignDataRole').slice(1), [
      [
        `New-AzCosmosDBSqlRoleAssignment -ResourceGroupName 'kv' -AccountName 'kv' -RoleDefinitionId ${who} -Scope '${account}/dbs/kv' -PrincipalId ${who}`,
      ],
      [
        `New-AzRedisCacheAccessPolicyAssignment ${cache} ${who} -AccessPolicyName 'Data Contributor' -ObjectId ${who} -ObjectIdAlias ${who}`,
      ],
    ]);
    assert.deepEqual(of('removeDataRole'), [
      ["Remove-AzCosmosDBSqlRoleAssignment -ResourceGroupName 'kv' -AccountName 'kv' -Id 'kv'"],
      [`Remove-AzRedisCacheAccessPolicyAssignment ${cache} 'kv'`],
    ]);
    assert.deepEqual(of('setSecret'), [
      [
        "Set-AzKeyVaultSecret -VaultName 'kv' -Name 'kv' -SecretValue (ConvertTo-SecureString '<value>' -AsPlainText -Force)",
      ],
    ]);
    assert.deepEqual(of('renameAppSetting')[0], [
      `Update-AzFunctionAppSetting ${group} -AppSetting @{ 'New' = '@Microsoft.KeyVault(VaultName=kv;SecretName=kv)' } -Force`,
      `Remove-AzFunctionAppSetting ${group} -AppSettingName 'kv' -Force`,
    ]);
    const path = (tail: string) => `-Path '${app}/config/appsettings${tail}?api-version=2023-12-01'`;
    assert.deepEqual(of('exchangeAppSettings')[0], [
      `$settings = (Invoke-AzRestMethod -Method POST ${path('/list')}).Content | ConvertFrom-Json`,
      "$settings.properties | Add-Member -Force -NotePropertyName 'Own__accountName' -NotePropertyValue 'kv'",
      "$settings.properties.PSObject.Properties.Remove('kv')",
      `Invoke-AzRestMethod -Method PUT ${path('')} -Payload (@{ properties = $settings.properties } | ConvertTo-Json)`,
    ]);
    assert.deepEqual(of('registerProvider'), [[`Register-AzResourceProvider -ProviderNamespace 'kv'`]]);
    assert.deepEqual(of('createIdentity'), [[`New-AzUserAssignedIdentity ${group} -Location 'westeurope'`]]);
    assert.deepEqual(
      of('createVault').map((lines) => lines.at(-1)),
      [
        "New-AzKeyVault -VaultName 'kv' -ResourceGroupName 'kv' -Location 'westeurope' -SoftDeleteRetentionInDays 90 -EnablePurgeProtection",
        "New-AzKeyVault -VaultName 'kv' -ResourceGroupName 'kv' -Location 'westeurope' -DisableRbacAuthorization -SoftDeleteRetentionInDays 90",
      ],
    );
    assert.deepEqual(
      of('deleteApp')[1]?.at(-1),
      "Remove-AzWebAppSlot -Name 'kv' -ResourceGroupName 'kv' -Slot 'kv' -Force",
    );
    assert.deepEqual(of('restartApp'), [[`Restart-AzFunctionApp ${group} -Force`]]);
  });

  it('writes the request itself if there is no cmdlet', () => {
    const patch = (id: string, body: object) =>
      `Invoke-AzRestMethod -Method PATCH -Path '${id}?api-version=2023-12-01' -Payload '${JSON.stringify(body)}'`;
    const { identity } = idsIn('kv', 'kv');
    const both = { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [identity]: {} } };
    assert.deepEqual(of('enableIdentity'), [
      [patch(app, { identity: { type: 'SystemAssigned' } })],
      [patch(slot, { identity: both })],
    ]);
    assert.deepEqual(of('disableIdentity'), [[patch(app, { identity: { type: 'None' } })]]);
    const path = `'${slot}/config/appsettings?api-version=2023-12-01'`;
    assert.deepEqual(of('deleteAppSetting')[1], [
      `$settings = (Invoke-AzRestMethod -Method POST -Path ${path.replace('?', '/list?')}).Content | ConvertFrom-Json`,
      "$settings.properties.PSObject.Properties.Remove('kv')",
      `Invoke-AzRestMethod -Method PUT -Path ${path} -Payload (@{ properties = $settings.properties } | ConvertTo-Json)`,
    ]);
    const strings = `'${app}/config/connectionstrings?api-version=2023-12-01'`;
    assert.deepEqual(of('setAppSetting')[2], [
      `$settings = (Invoke-AzRestMethod -Method POST -Path ${strings.replace('?', '/list?')}).Content | ConvertFrom-Json`,
      "$settings.properties | Add-Member -Force -NotePropertyName 'kv' -NotePropertyValue @{ value = '<value>'; type = 'SQLAzure' }",
      `Invoke-AzRestMethod -Method PUT -Path ${strings} -Payload (@{ properties = $settings.properties } | ConvertTo-Json)`,
    ]);
  });

  it('turns off keys and passwords with one request each, and hides a new key', () => {
    const bus = app.replace('Web/sites', 'ServiceBus/namespaces');
    assert.deepEqual(of('turnOffKeys')[1], [
      `Invoke-AzRestMethod -Method PATCH -Path '${bus}?api-version=2021-11-01' -Payload '{"properties":{"disableLocalAuth":true}}'`,
    ]);
    assert.deepEqual(of('setBasicPublishing')[1], [
      `Invoke-AzRestMethod -Method PUT -Path '${slot}/basicPublishingCredentialsPolicies/ftp?api-version=2023-12-01' -Payload '{"properties":{"allow":true}}'`,
    ]);
    const [[signIn = ''] = []] = of('setPlatformSignIn');
    assert.match(
      signIn,
      /^Invoke-AzRestMethod -Method PATCH -Path '[^']+sites\/kv\?api-version=2023-12-01' -Payload '\{"properties":\{"functionAppConfig":.*"type":"SystemAssignedIdentity".*"runtime":/,
    );
    const store = app.replace('Web/sites', 'AppConfiguration/configurationStores');
    const search = app.replace('Web/sites', 'Search/searchServices');
    assert.deepEqual(of('regenerateKey').flat(), [
      "$null = New-AzStorageAccountKey -ResourceGroupName 'kv' -Name 'kv' -KeyName 'key1'",
      `$null = Invoke-AzRestMethod -Method POST -Path '${store}/regenerateKey?api-version=2023-03-01' -Payload '{"id":"kv"}'`,
      `$null = Invoke-AzRestMethod -Method POST -Path '${bus}/queues/orders/authorizationRules/send/regenerateKeys?api-version=2021-11-01' -Payload '{"keyType":"PrimaryKey"}'`,
      `$null = Invoke-AzRestMethod -Method POST -Path '${search}/regenerateAdminKey/secondary?api-version=2023-11-01'`,
    ]);
  });

  it('writes requests to the SCM site for files, with their bytes', () => {
    const token =
      "$token = (Get-AzAccessToken -ResourceUrl 'https://appservice.azure.com' -AsSecureString).Token";
    const call = 'Invoke-RestMethod -Authentication Bearer -Token $token -Method';
    const at = (path: string) => `-Uri 'https://kv.scm.azurewebsites.net/api/vfs/site/${path}'`;
    const upload = (path: string, body: string) =>
      `${call} PUT ${at(path)} -Headers @{ 'If-Match' = '*' } -ContentType 'application/octet-stream' -Body ${body}`;
    assert.deepEqual(of('writeSiteFile'), [
      [token, upload('wwwroot/kv', "([IO.File]::ReadAllBytes([IO.Path]::Combine($PWD, 'kv')))")],
    ]);
    assert.deepEqual(of('createSiteFolder'), [[token, `${call} PUT ${at('wwwroot/kv/')}`]]);
    assert.deepEqual(of('deleteSiteFolder'), [[token, `${call} DELETE ${at('wwwroot/kv/?recursive=true')}`]]);
    assert.deepEqual(of('moveSiteFile'), [
      [
        token,
        `$content = (Invoke-WebRequest -Authentication Bearer -Token $token ${at('wwwroot/kv')}).RawContentStream.ToArray()`,
        upload('wwwroot/to.js', '$content'),
        `${call} DELETE ${at('wwwroot/kv')} -Headers @{ 'If-Match' = '*' }`,
      ],
    ]);
  });

  it('creates an app that reaches its storage account with its identity', () => {
    const [flex, consumption, basic, elsewhere] = of('createApp');
    const owner = '# The app also needs the role Storage Blob Data Owner on the storage account.';
    const httpsOnly = `Invoke-AzRestMethod -Method PATCH -Path '${app}?api-version=2023-12-01' -Payload '{"properties":{"httpsOnly":true}}'`;
    const create = `New-AzFunctionApp ${group} -StorageAccountName 'kv'`;
    const setting = "-AppSetting @{ 'AzureWebJobsStorage__accountName' = 'kv' }";
    const remove = `Remove-AzFunctionAppSetting ${group} -AppSettingName 'AzureWebJobsStorage' -Force`;
    assert.deepEqual(flex, [
      `${create} -FlexConsumptionLocation 'westeurope' -DeploymentStorageContainerName 'app-package-kv' -DeploymentStorageAuthType SystemAssignedIdentity -Runtime 'node' -RuntimeVersion '22' -DisableApplicationInsights -IdentityType SystemAssigned ${setting}`,
      ...[remove, owner, httpsOnly],
    ]);
    assert.deepEqual(consumption, [
      `${create} -Location 'westeurope' -OSType Linux -FunctionsVersion 4 -Runtime 'node' -RuntimeVersion '22' -DisableApplicationInsights -IdentityType SystemAssigned`,
      httpsOnly,
    ]);
    assert.deepEqual(basic?.slice(1), [remove, owner, httpsOnly]);
    // Outside the public cloud, the account's name isn't enough (terraform-provider-azurerm#32062).
    const uri = (service: string) =>
      `'AzureWebJobsStorage__${service}ServiceUri' = 'https://kv.${service}.core.usgovcloudapi.net/'`;
    assert.ok(
      elsewhere?.[0]?.endsWith(`-AppSetting @{ ${uri('blob')}; ${uri('queue')}; ${uri('table')} }`) === true,
      elsewhere?.[0],
    );
    assert.deepEqual(elsewhere.slice(1), [remove, owner, httpsOnly]);
  });

  it('turns off the keys of a storage account that is used with an identity', () => {
    const create = `New-AzStorageAccount -Name 'kv' -ResourceGroupName 'kv' -Location 'westeurope' -SkuName Standard_LRS -MinimumTlsVersion TLS1_2 -AllowBlobPublicAccess $false`;
    assert.deepEqual(of('createStorageAccount'), [[`${create} -AllowSharedKeyAccess $false`], [create]]);
  });

  it('says where a copy runs, and selects each subscription once', () => {
    const changes = changesOn('kv').filter(({ kind }) => kind === 'enableIdentity');
    const lines = allToPowerShell(changes).split('\n');
    assert.equal(lines[0], '# For PowerShell with the Az module');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('Set-AzContext')),
      [context],
    );
    assert.match(
      allToPowerShell(changesOn('kv').filter(({ kind }) => kind === 'writeSiteFile')),
      /^# For PowerShell 7 with the Az module\n/,
    );
  });

  it('encodes the names of functions and keys in URLs', () => {
    const script = toPowerShell({
      ...{ kind: 'setFunctionKey', appId: app, functionName: 'GET modules', keyName: 'a/b#c' },
    });
    assert.match(script, /\/functions\/GET%20modules\/keys\/a%2Fb%23c\?api-version=/);
  });

  it('keeps every name in one string, whatever it contains', () => {
    for (const name of hostileNames) {
      for (const [index, change] of changesOn(name).entries()) {
        const script = toPowerShell(change);
        const plain = read(toPowerShell(changesOn('NAME')[index] ?? assert.fail()));
        const hostile = read(script);
        assert.equal(hostile.code, plain.code, script);
        const expected = plain.strings.map((text) =>
          parsed(text, (inner) =>
            inner
              .replaceAll('NAME', () => name)
              // The name of a container is cut, and in lower case.
              .replace(/^app-package-name$/, () => `app-package-${name.toLowerCase().slice(0, 40)}`),
          ),
        );
        assert.deepEqual(
          hostile.strings.map((text) => parsed(text, (inner) => inner)),
          expected,
          script,
        );
        assert.doesNotMatch(script, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    }
  });
});

/** Parses a JSON text, in which names are also escaped for JSON. */
function parsed(text: string, named: (text: string) => string): unknown {
  // Names are encoded in the URLs of files and keys.
  const [, start, encoded] = /^(https:|.*\/(?:functions|host)\/)(.*)$/s.exec(text) ?? [];
  if (start !== undefined && encoded !== undefined) return named(start) + named(decodeURIComponent(encoded));
  return text.startsWith('{') ? namesIn(JSON.parse(text), named) : named(text);
}

function namesIn(value: unknown, named: (text: string) => string): unknown {
  if (typeof value === 'string') return named(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [named(key), namesIn(inner, named)]));
}

/**
 * The strings of a script and the text around them, by about_Quoting_Rules and PowerShell's tokenizer: four characters
 * quote like ', three more like ", and a doubled quote stands for one.
 */
function read(script: string): { readonly code: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const code = script.replace(
    /['‘’‚‛]((?:[^'‘’‚‛]|['‘’‚‛]{2})*)['‘’‚‛]|["“”„]((?:[^"“”„`$]|`[^]|\$\(\[char\]0x[0-9a-f]+\))*)["“”„]/g,
    (_, single: string | undefined, double: string | undefined) => {
      strings.push(
        single?.replace(/(['‘’‚‛])['‘’‚‛]/g, '$1') ??
          (double ?? '').replace(
            /`([^])|\$\(\[char\]0x([0-9a-f]+)\)/g,
            (_all, escaped?: string, code?: string) =>
              code === undefined ? (escaped ?? '') : String.fromCharCode(parseInt(code, 16)),
          ),
      );
      return '""';
    },
  );
  assert.doesNotMatch(code.replaceAll('""', ''), /['‘’‚‛"“”„]/, script);
  return { code, strings };
}
