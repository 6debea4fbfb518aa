import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { allToAzureCli, toAzureCli } from '../../../../src/changes/equivalents/azureCli';
import { changesOn, hostileNames, idsIn } from './changes';

describe('toAzureCli', () => {
  it('writes the commands that make the same change', () => {
    const at = '--name kv --resource-group kv --subscription 00000000-0000-0000-0000-000000000001';
    const group = '--name kv --subscription 00000000-0000-0000-0000-000000000001';
    const { app, slot, identity, vault, assignment, role } = idsIn('kv', 'kv');
    const who = '00000000-0000-0000-0000-00000000bbbb';
    const reference = "'@Microsoft.KeyVault(VaultName=kv;SecretName=kv)'";
    const audience = 'https://appservice.azure.com';
    const vfs = 'https://kv.scm.azurewebsites.net/api/vfs';
    const inSubscription = '--subscription 00000000-0000-0000-0000-000000000001';
    const scm = (words: string) =>
      String.raw`az account get-access-token ${inSubscription} --resource ${audience} --query 'join('\'''\'', ['\''Authorization: Bearer '\'', accessToken])' --output tsv | ` +
      `curl --fail --header '@-' ${words}`;
    const upload = (file: string, path: string) =>
      scm(
        `--request PUT --header 'If-Match: *' --header 'Content-Type: application/octet-stream' --data-binary '@./${file}' ${vfs}/${path}`,
      );
    const settings = 'az functionapp config appsettings';
    const marks = `${app}/config/slotConfigNames?api-version=2023-12-01`;
    const strings = 'az webapp config connection-string';
    const delegatedRole = JSON.stringify({
      properties: {
        ...{ roleDefinitionId: role, principalId: who, principalType: 'ServicePrincipal' },
        delegatedManagedIdentityResourceId: identity,
      },
    });
    const patch = (type: string, version: string, properties: string) =>
      `MSYS_NO_PATHCONV=1 az rest --method patch --url '${app.replace('Web/sites', type)}?api-version=${version}' --body '{"properties":${properties}}'`;
    const post = (type: string, action: string, version: string, body?: object) =>
      `MSYS_NO_PATHCONV=1 az rest --method post --url '${app.replace('Web/sites', type)}/${action}?api-version=${version}'${body ? ` --body '${JSON.stringify(body)}'` : ''} --output none`;
    const account = vault.replace('KeyVault/vaults', 'DocumentDB/databaseAccounts');
    const newDataRole = `MSYS_NO_PATHCONV=1 az cosmosdb sql role assignment create --account-name kv --resource-group kv --role-definition-id ${who} --principal-id ${who} --scope ${account}/dbs/kv ${inSubscription}`;
    const owner = '# The app also needs the role Storage Blob Data Owner on the storage account.';
    assert.ok(app.endsWith('/kv') && slot.endsWith('/slots/kv'));
    assert.deepEqual(
      changesOn('kv').flatMap((change) => toAzureCli(change).split('\n')),
      [
        `az functionapp identity assign ${at}`,
        `az functionapp identity assign ${at} --slot kv`,
        `az functionapp identity remove ${at}`,
        `MSYS_NO_PATHCONV=1 az functionapp identity assign ${at} --slot kv --identities ${identity}`,
        `MSYS_NO_PATHCONV=1 az functionapp identity remove ${at} --identities ${identity}`,
        `az identity create ${at} --location westeurope`,
        `az identity delete ${at}`,
        `MSYS_NO_PATHCONV=1 az functionapp update ${at} --set keyVaultReferenceIdentity=${identity}`,
        `az functionapp update ${at} --slot kv --set keyVaultReferenceIdentity=SystemAssigned`,
        `az keyvault set-policy ${at} --object-id ${who} --key-permissions get --secret-permissions get list`,
        `az keyvault delete-policy ${at} --object-id ${who}`,
        `az keyvault delete-policy ${at} --object-id ${who} --application-id ${who}`,
        `az keyvault set-policy ${at} --object-id ${who} --secret-permissions list`,
        `MSYS_NO_PATHCONV=1 az role assignment create --role 4633458b-17de-408a-b874-0445c86b69e6 --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --scope ${vault} ${inSubscription}`,
        `printf '%s' '@Resource[name] StringEquals '\\''kv'\\''' | MSYS_NO_PATHCONV=1 az role assignment create --role 4633458b-17de-408a-b874-0445c86b69e6 --assignee-object-id ${who} --assignee-principal-type User --scope ${vault} --condition '@-' --condition-version 2.0 ${inSubscription}`,
        `MSYS_NO_PATHCONV=1 az rest --method put --url '${assignment}?api-version=2022-04-01' --body '${delegatedRole}'`,
        `MSYS_NO_PATHCONV=1 az role assignment delete --ids ${assignment} ${inSubscription}`,
        newDataRole,
        newDataRole,
        `az cosmosdb sql role assignment delete --account-name kv --resource-group kv --role-assignment-id kv --yes ${inSubscription}`,
        `az redis access-policy-assignment create --name kv --resource-group kv --policy-assignment-name ${who} --access-policy-name 'Data Contributor' --object-id ${who} --object-id-alias ${who} ${inSubscription}`,
        `az redis access-policy-assignment delete --name kv --resource-group kv --policy-assignment-name kv ${inSubscription}`,
        "MSYS_NO_PATHCONV=1 az keyvault secret set --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001 --value '<value>'",
        'az keyvault secret set-attributes --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001 --enabled false --not-before 2026-11-24T00:00:00Z --expires 2027-11-24T00:00:00Z --content-type kv --tags kv=kv',
        'az keyvault secret delete --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001',
        'az keyvault secret purge --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001',
        'az keyvault secret set-attributes --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001 --enabled true',
        'az keyvault secret recover --vault-name kv --name kv --subscription 00000000-0000-0000-0000-000000000001',
        `az keyvault recover ${at} --location westeurope`,
        `az keyvault purge --name kv --location westeurope ${inSubscription}`,
        `az keyvault update ${at} --public-network-access Enabled --default-action Deny`,
        `az keyvault network-rule add ${at} --ip-address 203.0.113.7`,
        `MSYS_NO_PATHCONV=1 az functionapp config appsettings set ${at} --settings 'kv=<value>'`,
        `az functionapp config appsettings set ${at} --slot kv ${reference.replace("'", "'--settings=kv=")}`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `az functionapp config appsettings delete ${at} --slot kv --setting-names kv`,
        `az functionapp config appsettings set ${at} ${reference.replace("'", "'--settings=New=")}`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `MSYS_NO_PATHCONV=1 az functionapp config appsettings set ${at} --slot kv --settings 'New=<value>'`,
        `az functionapp config appsettings delete ${at} --slot kv --setting-names kv`,
        `MSYS_NO_PATHCONV=1 ${strings} set ${at} --connection-string-type SQLAzure --settings 'kv=<value>'`,
        `${strings} set ${at} --slot kv --connection-string-type Custom ${reference.replace("'", "'--settings=kv=")}`,
        `${strings} delete ${at} --setting-names kv`,
        `${strings} set ${at} --connection-string-type MySql ${reference.replace("'", "'--settings=New=")}`,
        `${strings} delete ${at} --setting-names kv`,
        `az functionapp config appsettings set ${at} --settings Own__accountName=kv`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `MSYS_NO_PATHCONV=1 az functionapp config appsettings set ${at} --slot kv --settings 'kv=<value>'`,
        `az functionapp config appsettings delete ${at} --slot kv --setting-names Own__accountName Other`,
        `az functionapp config appsettings set ${at} --settings kv=kv`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `MSYS_NO_PATHCONV=1 az rest --method put --url '${marks}' --body '{"properties":{"appSettingNames":[],"connectionStringNames":["Other","kv"]}}'`,
        `MSYS_NO_PATHCONV=1 az rest --method put --url '${marks}' --body '{"properties":{"appSettingNames":["OTHER"]}}'`,
        `az functionapp function keys set --function-name kv ${at} --key-name kv`,
        `az functionapp keys delete --key-type functionKeys ${at} --key-name kv`,
        patch('Storage/storageAccounts', '2023-05-01', '{"allowSharedKeyAccess":false}'),
        patch('Storage/storageAccounts', '2023-05-01', '{"allowSharedKeyAccess":true}'),
        patch('ServiceBus/namespaces', '2021-11-01', '{"disableLocalAuth":true}'),
        patch('ServiceBus/namespaces', '2021-11-01', '{"disableLocalAuth":false}'),
        patch('Search/searchServices', '2023-11-01', '{"disableLocalAuth":true,"authOptions":null}'),
        patch(
          'Search/searchServices',
          '2023-11-01',
          '{"disableLocalAuth":false,"authOptions":{"aadOrApiKey":{"aadAuthFailureMode":"http403"}}}',
        ),
        `MSYS_NO_PATHCONV=1 az rest --method put --url '${app}/basicPublishingCredentialsPolicies/scm?api-version=2023-12-01' --body '{"properties":{"allow":false}}'`,
        `MSYS_NO_PATHCONV=1 az rest --method put --url '${slot}/basicPublishingCredentialsPolicies/ftp?api-version=2023-12-01' --body '{"properties":{"allow":true}}'`,
        `MSYS_NO_PATHCONV=1 az rest --method patch --url '${app}?api-version=2023-12-01' --body '{"properties":{"functionAppConfig":{"deployment":{"storage":{"type":"blobContainer","value":"https://kv.blob.core.windows.net/kv","authentication":{"type":"SystemAssignedIdentity","storageAccountConnectionStringName":null}}},"runtime":{"name":"node","version":"22"}}}}'`,
        `MSYS_NO_PATHCONV=1 az rest --method patch --url '${slot}/config/web?api-version=2023-12-01' --body '{"properties":{"acrUseManagedIdentityCreds":true,"acrUserManagedIdentityID":"00000000-0000-0000-0000-00000000bbbb"}}'`,
        `az storage account keys renew --account-name kv --resource-group kv --key primary --output none ${inSubscription}`,
        post('AppConfiguration/configurationStores', 'regenerateKey', '2023-03-01', { id: 'kv' }),
        post(
          ...(['ServiceBus/namespaces', 'queues/orders/authorizationRules/send/regenerateKeys'] as const),
          ...(['2021-11-01', { keyType: 'PrimaryKey' }] as const),
        ),
        post('Search/searchServices', 'regenerateAdminKey/secondary', '2023-11-01'),
        `az group create ${group} --location westeurope`,
        `az group delete ${group} --yes`,
        `az provider register --namespace kv --wait ${inSubscription}`,
        `az keyvault create ${at} --location westeurope --enable-rbac-authorization true --retention-days 90 --enable-purge-protection true`,
        `az keyvault create ${at} --location westeurope --enable-rbac-authorization false --retention-days 90`,
        `az keyvault delete ${at}`,
        `az storage account create ${at} --location westeurope --sku Standard_LRS --min-tls-version TLS1_2 --allow-blob-public-access false --allow-shared-key-access false`,
        `az storage account create ${at} --location westeurope --sku Standard_LRS --min-tls-version TLS1_2 --allow-blob-public-access false`,
        `az functionapp plan create ${at} --location westeurope --sku B1 --is-linux true`,
        `az monitor log-analytics workspace create ${at} --location westeurope`,
        `MSYS_NO_PATHCONV=1 az resource create ${at} --resource-type Microsoft.Insights/components --api-version 2020-02-02 --is-full-object --properties '{"location":"westeurope","kind":"web","properties":{"Application_Type":"web","WorkspaceResourceId":"${identity}"}}'`,
        `MSYS_NO_PATHCONV=1 az functionapp create ${at} --storage-account ${vault} --flexconsumption-location westeurope --deployment-storage-auth-type SystemAssignedIdentity --deployment-storage-container-name app-package-kv --runtime node --runtime-version 22 --disable-app-insights true --assign-identity '[system]' --https-only true`,
        `${settings} set ${at} --settings AzureWebJobsStorage__accountName=kv`,
        `${settings} delete ${at} --setting-names AzureWebJobsStorage`,
        owner,
        `MSYS_NO_PATHCONV=1 az functionapp create ${at} --storage-account ${vault} --consumption-plan-location westeurope --functions-version 4 --os-type Linux --runtime node --runtime-version 22 --disable-app-insights true --assign-identity '[system]' --https-only true`,
        `MSYS_NO_PATHCONV=1 az functionapp create ${at} --storage-account ${vault} --plan ${identity} --functions-version 4 --os-type Linux --runtime node --runtime-version 22 --app-insights kv --assign-identity '[system]' --https-only true`,
        `${settings} set ${at} --settings AzureWebJobsStorage__accountName=kv`,
        `${settings} delete ${at} --setting-names AzureWebJobsStorage`,
        owner,
        `MSYS_NO_PATHCONV=1 az functionapp create ${at} --storage-account ${vault} --plan ${identity} --functions-version 4 --os-type Linux --runtime node --runtime-version 22 --app-insights kv --assign-identity '[system]' --https-only true`,
        `${settings} set ${at} --settings AzureWebJobsStorage__blobServiceUri=https://kv.blob.core.usgovcloudapi.net/ AzureWebJobsStorage__queueServiceUri=https://kv.queue.core.usgovcloudapi.net/ AzureWebJobsStorage__tableServiceUri=https://kv.table.core.usgovcloudapi.net/`,
        `${settings} delete ${at} --setting-names AzureWebJobsStorage`,
        owner,
        `MSYS_NO_PATHCONV=1 az resource delete --ids ${vault} ${inSubscription}`,
        `az functionapp delete ${at}`,
        `az functionapp delete ${at} --slot kv`,
        `az functionapp start ${at}`,
        `az functionapp stop ${at} --slot kv`,
        `az functionapp restart ${at}`,
        `MSYS_NO_PATHCONV=1 az rest --method post --url '${app}/syncfunctiontriggers?api-version=2023-12-01'`,
        upload('kv', 'site/wwwroot/kv'),
        scm(`--request PUT --header 'Content-Length: 0' ${vfs}/site/wwwroot/kv/`),
        scm(`--request DELETE --header 'If-Match: *' ${vfs}/site/wwwroot/kv`),
        scm(`--request DELETE '${vfs}/site/wwwroot/kv/?recursive=true'`),
        scm(`--output ./kv ${vfs}/site/wwwroot/kv`),
        upload('kv', 'site/wwwroot/to.js'),
        scm(`--request DELETE --header 'If-Match: *' ${vfs}/site/wwwroot/kv`),
        scm(`--request PUT --header 'Content-Length: 0' ${vfs}/site/to/`),
        scm(`--request PUT --header 'Content-Length: 0' ${vfs}/site/to/kv/`),
        scm(`--output ./a.js ${vfs}/site/wwwroot/kv/kv/a.js`),
        upload('a.js', 'site/to/kv/a.js'),
        scm(`--request DELETE --header 'If-Match: *' ${vfs}/site/wwwroot/kv/kv/a.js`),
        scm(`--request DELETE ${vfs}/site/wwwroot/kv/kv/`),
        scm(`--request DELETE ${vfs}/site/wwwroot/kv/`),
      ],
    );
  });

  it('quotes every word so that bash passes it on unchanged', () => {
    // Without names, there is nothing to quote: this is each word without the name.
    const plain = wordsThroughBash(changesOn('NAME').map(toAzureCli).join('\n'));
    for (const name of hostileNames) {
      const lines = changesOn(name).map(toAzureCli);
      const words = wordsThroughBash(lines.join('\n'));
      const written = (word: string) => (word.startsWith('{') ? JSON.stringify(name).slice(1, -1) : name);
      const expected = plain.map((word) =>
        word
          .replaceAll('NAME', () => written(word))
          // The name of a container is cut, and in lower case.
          .replace(/^app-package-name$/, () => `app-package-${name.toLowerCase().slice(0, 40)}`),
      );
      assert.deepEqual(joinOptions(words), joinOptions(expected), name);
      for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it("passes tags as they are, or says that it can't", () => {
    const withTags = (tags: Record<string, string>) =>
      toAzureCli({
        ...{ kind: 'updateSecret', name: 'One', tags },
        vaultId: idsIn('kv', 'kv').vault,
      }).replace(/az .*?(?='?--tags)/, 'az ');
    assert.equal(
      withTags({ a: 'b,c="d"', 'e f': "g=h'i" }),
      String.raw`az --tags 'a=b,c="d"' 'e f=g=h'\''i'`,
    );
    assert.equal(withTags({ '-a': 'b' }), 'az --tags=-a=b');
    assert.equal(withTags({ a: '@b' }), "az '--tags=a=@b'");
    assert.equal(withTags({ a: '@b', c: 'd' }), "printf '%s' '@b' | az --tags 'a=@-' c=d");
    assert.match(withTags({ '-a': 'b', c: 'd' }), /^# The Azure CLI takes a tag .*\n# az --tags -a=b c=d$/);
    assert.match(
      withTags({ a: '@b', c: '@d' }),
      /^# The Azure CLI may take a value .*\n# az --tags 'a=@b' 'c=@d'$/,
    );
  });

  it('names the tenant if no subscription is known', () => {
    const role = { principalId: 'P', principalType: 'User', kind: 'createRoleAssignment' } as const;
    const group = '/providers/Microsoft.Management/managementGroups/all';
    const definition = '/providers/Microsoft.Authorization/roleDefinitions/1';
    assert.equal(
      toAzureCli({ ...role, scope: group, roleDefinitionId: definition }),
      `# Sign in to the tenant of this scope first.\nMSYS_NO_PATHCONV=1 az role assignment create --role 1 --assignee-object-id P --assignee-principal-type User --scope ${group}`,
    );
    assert.match(
      toAzureCli({ ...role, scope: group, roleDefinitionId: `/subscriptions/S${definition}` }),
      /^MSYS.* --subscription S$/,
    );
  });

  it('says which shell a copy is for', () => {
    const changes = changesOn('kv').slice(0, 2);
    const [header, ...lines] = allToAzureCli(changes).split('\n');
    assert.equal(header, '# For Bash: Azure Cloud Shell, WSL, Git Bash, macOS, or Linux');
    assert.equal(lines.join('\n'), changes.map(toAzureCli).join('\n\n'));
    assert.match(allToAzureCli(changes, 'powerShell'), /^# For PowerShell on Windows\naz functionapp/);
  });

  it('survives the second reading by cmd.exe in PowerShell on Windows', () => {
    const [, line] = allToAzureCli(
      [
        {
          ...{ kind: 'setAppSetting', appId: idsIn('kv', 'kv').app, name: 'DB' },
          reference: '@Microsoft.KeyVault(VaultName=kv;SecretName=One)',
        },
      ],
      'powerShell',
    ).split('\n');
    assert.match(line ?? '', / '"--settings=DB=@Microsoft\.KeyVault\(VaultName=kv;SecretName=One\)"'$/);
    for (const name of hostileNames) {
      const lines = allToAzureCli(changesOn(name), 'powerShell').split('\n').slice(1);
      const isPossible = !/[%"\r\n]/.test(name);
      for (const written of lines) {
        if (!isPossible && written.startsWith('#')) continue;
        // Outside of its quotation marks, a word of az may not contain what means something to cmd.exe.
        for (const word of /^az /.test(written)
          ? wordsInPowerShell(written.replace(/ \| curl\.exe .*$/s, ''))
          : [])
          assert.doesNotMatch(word.replace(/^".*"$/s, ''), /[\s&|<>^()%"]/, written);
      }
      if (!isPossible) assert.ok(lines.some((written) => written.startsWith("# PowerShell can't pass")));
    }
  });
});

/** The words passed to `az` and `curl`, with an empty one after each command. Names are encoded in file URLs. */
function wordsThroughBash(script: string): string[] {
  const tell = `printf '%s\\0' "$@" '' >&3`;
  // The second command of a line reports its words after the first has ended. What az reads becomes a word before its own.
  const read = `case "$*" in *@-*) cat >&3; printf '\\0' >&3;; esac`;
  const commands = `az() { ${read}; ${tell}; }\ncurl() { cat >/dev/null; ${tell}; }`;
  const output = execFileSync('bash', ['-c', `exec 3>&1\n${commands}\n${script}`], { encoding: 'utf8' });
  return output.split('\0').map((word) => (word.includes('/api/vfs/') ? decodeURIComponent(word) : word));
}

/** Turns `--name=-x` into `--name -x`: the same, but only values that start with a dash are written that way. */
function joinOptions(words: readonly string[]): string {
  return words.join('\0').replaceAll(/(--[\w-]+)=(?=-)/g, '$1\0');
}

/** The words of a line, as PowerShell hands them over: those in single quotes keep the quotation marks inside. */
function wordsInPowerShell(line: string): string[] {
  return [...line.matchAll(/'((?:[^'‘’‚‛]|['‘’‚‛]{2})*)'|[^\s']+/g)].map(([word, quoted]) => quoted ?? word);
}
