import assert from 'node:assert/strict';
import { listBasicPublishing } from '../../../../src/azure/appService/basicPublishing';
import { listReferences } from '../../../../src/azure/appService/settings/settingReferences';
import { siteOf } from '../../../../src/azure/appService/siteModel';
import { enableSystemAssignedIdentity, getFunctionApp } from '../../../../src/azure/appService/sites';
import { getGroupsOf } from '../../../../src/azure/directory/graph';
import { listResourcesWithIdentity } from '../../../../src/azure/directory/resourcesWithIdentity';
import { listRoleAssignmentsOf, listRoleDefinitions } from '../../../../src/azure/directory/roles';
import { listDenyAssignmentsAt } from '../../../../src/azure/directory/denyAssignments';
import { listDeletedVaults } from '../../../../src/azure/keyVault/deletedVaults';
import { listDeletedSecrets } from '../../../../src/azure/keyVault/secretDeletion';
import { listSecrets, listSecretVersions } from '../../../../src/azure/keyVault/secrets';
import { addFirewallAddresses, openToFirewall } from '../../../../src/azure/keyVault/vaultNetwork';
import { getKeyVault, listSecretsThroughResourceManager } from '../../../../src/azure/keyVault/vaults';
import { listResourceManager } from '../../../../src/azure/core/request';
import { whyNameIsTaken } from '../../../../src/azure/resources/nameChecks';
import { isThere, waitForEnd } from '../../../../src/azure/resources/operationEnd';
import { listKeyVaults } from '../../../../src/inventory/listResources';
import type { TestCloud } from '../servers';
import { json, siteId, siteJson, testCloud, TestServer, vaultId } from '../servers';

describe('an answer that cannot be understood', () => {
  let arm: TestServer;
  let vault: TestServer;
  let cloud: TestCloud;
  let body: unknown;
  let status: number;
  /** Properties of the vault. */
  let ofVault: object;
  /** The identity of the site. */
  let identity: unknown;
  beforeEach(() => {
    [body, status, ofVault, identity] = [undefined, 200, {}, undefined];
    arm.seen.length = 0;
  });
  const wrote = () => arm.seen.some(({ method }) => method === 'PATCH');
  before(async function () {
    this.timeout(60_000);
    vault = await TestServer.start((_request, response) => {
      json(response, 200, body);
    });
    arm = await TestServer.start(({ url = '' }, response) => {
      const vaultUri = `https://kv.vault.localhost:${vault.port}/`;
      const properties = { vaultUri, tenantId: 't', ...ofVault };
      const kv = { id: vaultId, name: 'kv', location: 'westeurope', properties };
      if (status !== 200) response.writeHead(status).end('<html>Not here</html>');
      else if (url.includes('/sites/app?')) json(response, 200, { ...siteJson({}), identity });
      else json(response, 200, url.includes('/vaults/kv?') ? kv : body);
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

  it('is not a firewall without rules, which would then be written over', async () => {
    const rules: unknown[] = [{}, 'x', [null], [{ value: 5 }], ['203.0.113.1'], 5];
    const all: unknown[] = [
      ...rules.map((ipRules) => ({ defaultAction: 'Deny', ipRules })),
      ...rules.map((virtualNetworkRules) => ({ defaultAction: 'Deny', virtualNetworkRules })),
      ...['x', [], { defaultAction: 5 }, { defaultAction: 'Maybe' }],
    ];
    for (const networkAcls of all) {
      ofVault = { networkAcls };
      const what = JSON.stringify(networkAcls);
      const add = addFirewallAddresses(cloud.c, vaultId, ['203.0.113.7']);
      await assert.rejects(add, { code: 'BadAnswer' }, what);
      await assert.rejects(openToFirewall(cloud.c, vaultId), { code: 'BadAnswer' }, what);
    }
    assert.ok(!wrote());
  });

  it('is not an access policy less', async () => {
    for (const accessPolicies of [{}, 'x', [null], [{}], [{ objectId: 5 }]]) {
      ofVault = { accessPolicies };
      await assert.rejects(getKeyVault(cloud.c, vaultId), { code: 'BadAnswer' }, JSON.stringify(ofVault));
    }
  });

  it('is not an app without identities, which would then be taken away', async () => {
    for (const answer of [
      ...['x', [], 5, { type: 5 }, { type: 'UserAssigned', userAssignedIdentities: [] }],
      { type: 'UserAssigned', userAssignedIdentities: 'x' },
    ]) {
      identity = answer;
      const what = JSON.stringify(answer);
      await assert.rejects(getFunctionApp(cloud.c, siteId), { code: 'BadAnswer' }, what);
      const app = siteOf(cloud.c, siteJson({})) ?? assert.fail();
      await assert.rejects(enableSystemAssignedIdentity(cloud.c, app), { code: 'BadAnswer' }, what);
    }
    assert.ok(!wrote());
  });

  it('is neither the end of an operation nor the absence of a resource', async () => {
    const id = vaultId.replace('/kv', '/other');
    for (const answer of [{}, [], 'x', { id }, { properties: {} }, { id, properties: null }]) {
      body = answer;
      const what = JSON.stringify(answer);
      await assert.rejects(waitForEnd(cloud.c, id, 'ready'), { code: 'BadAnswer' }, what);
      await assert.rejects(isThere(cloud.c, id), { code: 'BadAnswer' }, what);
    }
    status = 404;
    await assert.rejects(waitForEnd(cloud.c, id, 'absent'), { status: 404 });
    await assert.rejects(isThere(cloud.c, id), { status: 404 });
  });

  it("doesn't say that an app has no references", async () => {
    const app = siteOf(cloud.c, siteJson({})) ?? assert.fail();
    for (const answer of [
      ...[{}, [], null, 'x', { value: null }, { value: {} }, { value: [null] }, { value: [{ name: 'A' }] }],
      ...[{ properties: {} }, { properties: { keyToReferenceStatuses: null } }],
      { properties: { keyToReferenceStatuses: { A: 'Resolved' } } },
    ]) {
      body = answer;
      await assert.rejects(listReferences(cloud.c, app), { code: 'BadAnswer' }, JSON.stringify(answer));
    }
    body = { value: [] };
    assert.deepEqual(await listReferences(cloud.c, app), []);
    body = { properties: { keyToReferenceStatuses: { A: { status: null } } } };
    const one = { name: 'A', status: 'Initialized' };
    assert.deepEqual(await listReferences(cloud.c, app), [one, { ...one, connectionString: true }]);
  });

  it("doesn't say that an app accepts no password", async () => {
    const app = siteOf(cloud.c, siteJson({})) ?? assert.fail();
    const policy = (name: string, allow: unknown) => ({ name, properties: { allow } });
    const unclear = [[], [policy('ftp', false)], [policy('ftp', false), policy('scm', 'true')]];
    for (const answer of [{}, [], null, 'x', ...unclear.map((value) => ({ value }))]) {
      body = answer;
      await assert.rejects(listBasicPublishing(cloud.c, app), { code: 'BadAnswer' }, JSON.stringify(answer));
    }
    body = { value: [policy('ftp', false), policy('scm', true)] };
    assert.deepEqual(await listBasicPublishing(cloud.c, app), ['scm']);
  });

  it('is not a list without the rows that cannot be read', async () => {
    const kv = await getKeyVault(cloud.c, vaultId);
    const principalId = '99999999-9999-4999-8999-999999999999';
    const identityId = `${vaultId.split('/providers/')[0] ?? ''}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one`;
    const lists: Record<string, () => Promise<unknown>> = {
      'deleted secrets': () => listDeletedSecrets(cloud.c, kv),
      secrets: () => listSecrets(cloud.c, kv),
      versions: () => listSecretVersions(cloud.c, kv, 'A'),
      'secrets of Resource Manager': () => listSecretsThroughResourceManager(cloud.c, kv),
      'deleted vaults': () => listDeletedVaults(cloud.c, 's'),
      'role assignments': () => listRoleAssignmentsOf(cloud.c, 's', principalId),
      'role definitions': () => listRoleDefinitions(cloud.c, '/subscriptions/s'),
      'deny assignments': () => listDenyAssignmentsAt(cloud.c, '/subscriptions/s'),
      'users of an identity': () => listResourcesWithIdentity(cloud.c, ['s'], identityId),
      vaults: async () => {
        const { failures } = await listKeyVaults(cloud.c, ['s']);
        if (failures[0]) throw failures[0].error;
      },
    };
    for (const [what, list] of Object.entries(lists))
      for (const row of [null, {}, 'x', { id: 5, name: 5 }]) {
        body = { value: [row], data: [row] };
        await assert.rejects(list(), { code: 'BadAnswer' }, `${what}: ${JSON.stringify(row)}`);
      }
    body = { value: ['group', 5] };
    assert.equal(await getGroupsOf(cloud.c, principalId), undefined, 'groups');
  });
});
