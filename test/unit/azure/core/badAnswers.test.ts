import assert from 'node:assert/strict';
import { listDeletedSecrets } from '../../../../src/azure/keyVault/secretDeletion';
import { getKeyVault } from '../../../../src/azure/keyVault/vaults';
import { listResourceManager } from '../../../../src/azure/core/request';
import { whyNameIsTaken } from '../../../../src/azure/resources/nameChecks';
import type { TestCloud } from '../servers';
import { json, testCloud, TestServer, vaultId } from '../servers';

describe('an answer that cannot be understood', () => {
  let arm: TestServer;
  let vault: TestServer;
  let cloud: TestCloud;
  let body: unknown;
  before(async function () {
    this.timeout(60_000);
    vault = await TestServer.start((_request, response) => {
      json(response, 200, body);
    });
    arm = await TestServer.start(({ url = '' }, response) => {
      const vaultUri = `https://kv.vault.localhost:${vault.port}/`;
      const kv = { id: vaultId, name: 'kv', location: 'westeurope', properties: { vaultUri, tenantId: 't' } };
      json(response, 200, url.includes('/vaults/kv') ? kv : body);
    });
    cloud = await testCloud({ arm: arm.port, vault: vault.port });
  });
  after(() => Promise.all([arm.stop(), vault.stop()]));

  it("doesn't make a name free, which would then be written over", async () => {
    const why = (answer: unknown) => {
      body = answer;
      return whyNameIsTaken(cloud.c, 's', 'storageAccount', 'name');
    };
    for (const answer of [{}, [], null, 'x', { nameAvailable: null }, { nameAvailable: 'false' }])
      await assert.rejects(why(answer), { code: 'BadAnswer' }, JSON.stringify(answer));
    assert.equal(await why({ nameAvailable: true }), undefined);
    assert.equal(await why({ nameAvailable: false, message: 'taken' }), 'taken');
  });

  it('is not an empty list of deleted secrets', async () => {
    body = undefined;
    const kv = await getKeyVault(cloud.c, vaultId);
    for (const answer of [{}, [], null, { value: null }, { value: {} }]) {
      body = answer;
      await assert.rejects(listDeletedSecrets(cloud.c, kv), { code: 'BadAnswer' }, JSON.stringify(answer));
    }
  });

  it('is not a shorter list of resources', async () => {
    for (const answer of [{ value: [null] }, { value: [{ id: 'a' }, 'b'] }, { value: {} }, null]) {
      body = answer;
      const list = listResourceManager(cloud.c, { path: '/x', apiVersion: '1' });
      await assert.rejects(list, { code: 'BadAnswer' }, JSON.stringify(answer));
    }
  });
});
