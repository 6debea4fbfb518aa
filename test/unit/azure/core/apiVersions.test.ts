import assert from 'node:assert/strict';
import { getResourceJson } from '../../../../src/azure/resources/resources';
import { addFirewallAddresses, openToFirewall } from '../../../../src/azure/keyVault/vaultNetwork';
import { getKeyVault } from '../../../../src/azure/keyVault/vaults';
import { listDeletedVaults } from '../../../../src/azure/keyVault/deletedVaults';
import { callResourceManager } from '../../../../src/azure/core/request';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('a cloud whose providers know only older API versions', function () {
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let id: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    id = `/subscriptions/${sandbox.ready.subscriptionIds[0] ?? ''}/resourceGroups/keyless-walkthrough/providers/Microsoft.KeyVault/vaults/keyless-demo-kv`;
  });
  afterEach(() => sandbox.stop());

  const only = (...vaultApiVersions: string[]) =>
    control(c, sandbox.ready, 'PATCH', '/settings', { vaultApiVersions });
  const requests = () => c.log.filter((line) => line.includes('/Microsoft.KeyVault/')).length;

  it('is asked with the newest version that it knows, by our requests and by the SDK', async () => {
    // The list of azure-cli#23888.
    await only('2018-02-14', '2019-09-01', '2021-06-01-preview', '2021-10-01', '2021-11-01-preview');
    const vault = await getKeyVault(c, id);
    assert.equal(vault.name, 'keyless-demo-kv');
    assert.equal(requests(), 2);
    // What was learned applies to the requests that follow, also of the SDK.
    assert.equal(((await getResourceJson(c, id)) as { name: string }).name, 'keyless-demo-kv');
    assert.equal(requests(), 3);
    await openToFirewall(c, id);
    await addFirewallAddresses(c, id, ['203.0.113.7']);
    const { vaultUri } = await getKeyVault(c, id);
    assert.equal(vaultUri, vault.vaultUri);
    // A list is refused in other words.
    await listDeletedVaults(c, sandbox.ready.subscriptionIds[0] ?? '');
  });

  it('may know only previews, and may refuse a version before the provider sees it', async () => {
    await only('2021-06-01-preview');
    const body = {
      error: {
        code: 'InvalidApiVersionParameter',
        message:
          "The api-version '2026-02-01' is invalid. The supported versions are '2019-08-01,2022-09-01,2014-04-01-preview'.",
      },
    };
    const fault = { method: 'GET', path: '/vaults/keyless-demo-kv', count: 1 };
    await control(c, sandbox.ready, 'POST', '/faults', { ...fault, status: 400, body });
    assert.equal((await getKeyVault(c, id)).name, 'keyless-demo-kv');
    assert.equal(requests(), 3);
  });

  it("is not asked again if the version isn't the reason", async () => {
    const path = id.replace('/vaults/', '/unknown/');
    await assert.rejects(callResourceManager(c, { method: 'GET', path, apiVersion: '2026-02-01' }), {
      code: 'InvalidResourceType',
    });
    await only('2027-01-01');
    await assert.rejects(getKeyVault(c, id), { code: 'NoRegisteredProviderFound' });
    assert.equal(requests(), 2);
  });

  it("isn't asked for a type of resource with the version of another type in its namespace", async () => {
    const mongo = id.replace('Microsoft.KeyVault/vaults', 'Microsoft.DocumentDB/mongoClusters');
    // Its versions begin with 2024-03-01-preview, and none is one of databaseAccounts (azure-rest-api-specs).
    await assert.rejects(getResourceJson(c, mongo), { code: 'InvalidResourceType' });
    assert.deepEqual(
      c.log.filter((line) => line.includes('mongoClusters')),
      [],
    );
  });
});
