import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { codeChange } from '../../../../src/access/replace/codeChange';
import { hasPlan, isReplaceable } from '../../../../src/access/replace/isReplaceable';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { skip } from '../../../support/skip';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { find } from '../credentials/find';
import { appId, clientId, factsOf, principalId, storageKey, timer, userAssigned } from './replaceWorld';

describe('what to do until an app needs no client secret', () => {
  const of = (name: string, more: Partial<ReplaceFacts> = { identity: userAssigned }) => {
    const [finding = assert.fail(name)] = find({ [name]: fake.clientSecret });
    assert.ok(hasPlan(finding) && !isReplaceable(finding), name);
    return codeChange({ ...factsOf('AzureWebJobsStorage', storageKey(), [timer]), finding, ...more });
  };
  const system = { identity: { kind: 'system-assigned', principalId } } as const;

  it('is a federated credential for the sign-in to the app, and the setting that names the identity', () => {
    const steps = of('MICROSOFT_PROVIDER_AUTHENTICATION_SECRET');
    assert.match(steps[0] ?? '', /az ad app federated-credential create/);
    assert.equal(
      steps[1],
      `Set the app setting OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID to ${clientId}, as a slot setting.`,
    );
    assert.ok(
      steps[2]?.includes(
        `az webapp auth microsoft update --ids "${appId}" --client-secret-setting-name OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID`,
      ),
    );
    assert.match(steps[3] ?? '', /Only then delete the setting MICROSOFT_PROVIDER_AUTHENTICATION_SECRET/);
  });

  it('gives the Azure CLI a body with the issuer, the subject, and the audience of the identity', function () {
    if (process.platform === 'win32') skip(this, "bash isn't part of Windows");
    const command =
      /az ad .*$/s.exec(of('MICROSOFT_PROVIDER_AUTHENTICATION_SECRET')[0] ?? '')?.[0] ?? assert.fail();
    // Answers for the tenant, and shows its last argument otherwise.
    const az = 'az() { if [ "$1" = account ]; then echo TENANT; else printf %s "${@: -1}"; fi; }';
    const body: unknown = JSON.parse(execFileSync('bash', ['-c', `${az}\n${command}`], { encoding: 'utf8' }));
    assert.deepEqual(body, {
      name: `identity-${principalId}`,
      issuer: 'https://login.microsoftonline.com/TENANT/v2.0',
      subject: principalId,
      audiences: ['api://AzureADTokenExchange'],
    });
  });

  it('needs a user-assigned identity, which alone an app registration trusts', () => {
    for (const name of ['MICROSOFT_PROVIDER_AUTHENTICATION_SECRET', 'BACKEND_SECRET'])
      assert.match(of(name, system).join(), /^Assign a user-assigned identity to app/);
  });

  it('is fewer settings where DefaultAzureCredential would then take the identity', () => {
    const steps = of('AZURE_CLIENT_SECRET');
    assert.match(steps[0] ?? '', /same roles/);
    assert.ok(
      steps[1]?.includes(`in one write set AZURE_CLIENT_ID to ${clientId}, and delete AZURE_CLIENT_SECRET`),
    );
    assert.match(steps[3] ?? '', /ClientAssertionCredential.*api:\/\/AzureADTokenExchange\/\.default/);
    assert.match(
      of('AZURE_CLIENT_SECRET', system)[1] ?? '',
      /delete AZURE_CLIENT_SECRET, AZURE_CLIENT_ID, and AZURE_TENANT_ID/,
    );
  });

  it('is other members of the connection of bindings, in one write', () => {
    assert.ok(
      of('Orders__clientSecret').includes(
        `In one write, set Orders__credential to managedidentity and Orders__clientId to ${clientId}, and delete Orders__clientSecret and Orders__tenantId.`,
      ),
    );
    assert.ok(
      of('Orders__clientSecret', system).includes(
        'In one write, delete Orders__clientSecret, Orders__clientId, and Orders__tenantId. The bindings then use the identity of app.',
      ),
    );
  });

  it('is the identity for the vault in which the host keeps its keys', () => {
    const steps = of('AzureWebJobsSecretStorageKeyVaultClientSecret');
    assert.match(steps[0] ?? '', /^Assign Key Vault Secrets Officer/);
    assert.ok(steps[1]?.includes(`set AzureWebJobsSecretStorageKeyVaultClientId to ${clientId}`));
  });
});
