import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { toAzureCli } from '../../../../src/changes/equivalents/azureCli';
import { changesOn, hostileNames, idsIn } from './changes';

describe('toAzureCli', () => {
  it('writes the commands that make the same change', () => {
    const at = '--name kv --resource-group kv --subscription 00000000-0000-0000-0000-000000000001';
    const group = '--name kv --subscription 00000000-0000-0000-0000-000000000001';
    const { app, slot, identity, vault, assignment } = idsIn('kv', 'kv');
    const who = '00000000-0000-0000-0000-00000000bbbb';
    const reference = "'@Microsoft.KeyVault(VaultName=kv;SecretName=kv)'";
    const audience = 'https://appservice.azure.com';
    const vfs = 'https://kv.scm.azurewebsites.net/api/vfs';
    const scm = `--resource ${audience} --url ${vfs}`;
    const upload = (file: string, path: string) =>
      String.raw`az account get-access-token --resource ${audience} --query 'join('\'''\'', ['\''Authorization: Bearer '\'', accessToken])' --output tsv | ` +
      `curl --fail --request PUT --header '@-' --header 'If-Match: *' --header 'Content-Type: application/octet-stream' --data-binary '@./${file}' ${vfs}/${path}`;
    assert.ok(app.endsWith('/kv') && slot.endsWith('/slots/kv'));
    assert.deepEqual(
      changesOn('kv').flatMap((change) => toAzureCli(change).split('\n')),
      [
        `az functionapp identity assign ${at}`,
        `az functionapp identity assign ${at} --slot kv`,
        `az functionapp identity remove ${at}`,
        `az functionapp identity assign ${at} --slot kv --identities ${identity}`,
        `az functionapp identity remove ${at} --identities ${identity}`,
        `az identity create ${at} --location westeurope`,
        `az identity delete ${at}`,
        `az functionapp update ${at} --set keyVaultReferenceIdentity=${identity}`,
        `az functionapp update ${at} --slot kv --set keyVaultReferenceIdentity=SystemAssigned`,
        `az keyvault set-policy ${at} --object-id ${who} --key-permissions get --secret-permissions get list`,
        `az keyvault delete-policy ${at} --object-id ${who}`,
        `az keyvault delete-policy ${at} --object-id ${who} --application-id ${who}`,
        `az keyvault set-policy ${at} --object-id ${who} --secret-permissions list`,
        `az role assignment create --role 4633458b-17de-408a-b874-0445c86b69e6 --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --scope ${vault}`,
        `az role assignment delete --ids ${assignment}`,
        "az keyvault secret set --vault-name kv --name kv --value '<value>'",
        'az keyvault secret set-attributes --vault-name kv --name kv --enabled false --not-before 2026-11-24T00:00:00Z --expires 2027-11-24T00:00:00Z --content-type kv --tags kv=kv',
        'az keyvault secret delete --vault-name kv --name kv',
        'az keyvault secret purge --vault-name kv --name kv',
        'az keyvault secret set-attributes --vault-name kv --name kv --enabled true',
        'az keyvault secret recover --vault-name kv --name kv',
        `az keyvault recover ${at} --location westeurope`,
        `az keyvault update ${at} --public-network-access Enabled --default-action Deny`,
        `az keyvault network-rule add ${at} --ip-address 203.0.113.7`,
        `az functionapp config appsettings set ${at} --settings 'kv=<value>'`,
        `az functionapp config appsettings set ${at} --slot kv --settings ${reference.replace("'", "'kv=")}`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `az functionapp config appsettings delete ${at} --slot kv --setting-names kv`,
        `az functionapp config appsettings set ${at} --settings ${reference.replace("'", "'New=")}`,
        `az functionapp config appsettings delete ${at} --setting-names kv`,
        `az functionapp config appsettings set ${at} --slot kv --settings 'New=<value>'`,
        `az functionapp config appsettings delete ${at} --slot kv --setting-names kv`,
        `az functionapp function keys set --function-name kv ${at} --key-name kv`,
        `az functionapp keys delete --key-type functionKeys ${at} --key-name kv`,
        `az group create ${group} --location westeurope`,
        `az group delete ${group} --yes`,
        `az keyvault create ${at} --location westeurope --enable-rbac-authorization true --retention-days 90 --enable-purge-protection true`,
        `az keyvault create ${at} --location westeurope --enable-rbac-authorization false --retention-days 90`,
        `az keyvault delete ${at}`,
        `az storage account create ${at} --location westeurope --sku Standard_LRS --min-tls-version TLS1_2 --allow-blob-public-access false`,
        `az functionapp plan create ${at} --location westeurope --sku B1 --is-linux true`,
        `az monitor log-analytics workspace create ${at} --location westeurope`,
        `az resource create ${at} --resource-type Microsoft.Insights/components --api-version 2020-02-02 --is-full-object --properties '{"location":"westeurope","kind":"web","properties":{"Application_Type":"web","WorkspaceResourceId":"${identity}"}}'`,
        `az functionapp create ${at} --storage-account ${vault} --flexconsumption-location westeurope --runtime node --runtime-version 22 --disable-app-insights true --assign-identity '[system]'`,
        `az functionapp create ${at} --storage-account ${vault} --consumption-plan-location westeurope --functions-version 4 --os-type Linux --runtime node --runtime-version 22 --disable-app-insights true --assign-identity '[system]'`,
        `az functionapp create ${at} --storage-account ${vault} --plan ${identity} --functions-version 4 --os-type Linux --runtime node --runtime-version 22 --app-insights kv --assign-identity '[system]'`,
        `az resource delete --ids ${vault}`,
        `az functionapp delete ${at}`,
        `az functionapp delete ${at} --slot kv`,
        `az functionapp start ${at}`,
        `az functionapp stop ${at} --slot kv`,
        `az functionapp restart ${at}`,
        `az rest --method post --url '${app}/syncfunctiontriggers?api-version=2023-12-01'`,
        upload('kv', 'site/wwwroot/kv'),
        `az rest --method put ${scm}/site/wwwroot/kv/`,
        `az rest --method delete ${scm}/site/wwwroot/kv --headers 'If-Match=*'`,
        `az rest --method delete --resource ${audience} --url '${vfs}/site/wwwroot/kv/?recursive=true'`,
        `az rest --method get ${scm}/site/wwwroot/kv --output-file ./kv`,
        upload('kv', 'site/wwwroot/to.js'),
        `az rest --method delete ${scm}/site/wwwroot/kv --headers 'If-Match=*'`,
        `az rest --method put ${scm}/site/to/`,
        `az rest --method put ${scm}/site/to/kv/`,
        `az rest --method get ${scm}/site/wwwroot/kv/kv/a.js --output-file ./a.js`,
        upload('a.js', 'site/to/kv/a.js'),
        `az rest --method delete --resource ${audience} --url '${vfs}/site/wwwroot/kv/?recursive=true'`,
      ],
    );
  });

  it('quotes every word so that bash passes it on unchanged', () => {
    for (const name of hostileNames) {
      const lines = changesOn(name).map(toAzureCli);
      // Without names, there is nothing to quote: this is each word without the name.
      const plain = wordsThroughBash(changesOn('NAME').map(toAzureCli).join('\n'));
      const words = wordsThroughBash(lines.join('\n'));
      const written = (word: string) => (word.startsWith('{') ? JSON.stringify(name).slice(1, -1) : name);
      const expected = plain.map((word) => word.replaceAll('NAME', () => written(word)));
      assert.deepEqual(joinOptions(words), joinOptions(expected), name);
      for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

/** The words passed to `az` and `curl`, with an empty one after each command. Names are encoded in file URLs. */
function wordsThroughBash(script: string): string[] {
  const tell = `printf '%s\\0' "$@" '' >&3`;
  // The second command of a line reports its words after the first has ended.
  const commands = `az() { ${tell}; }\ncurl() { cat >/dev/null; ${tell}; }`;
  const output = execFileSync('bash', ['-c', `exec 3>&1\n${commands}\n${script}`], { encoding: 'utf8' });
  return output.split('\0').map((word) => (word.includes('/api/vfs/') ? decodeURIComponent(word) : word));
}

/** Turns `--name=-x` into `--name -x`: the same, but only values that start with a dash are written that way. */
function joinOptions(words: readonly string[]): string {
  return words.join('\0').replaceAll(/(--[\w-]+)=(?=-)/g, '$1\0');
}
