import assert from 'node:assert/strict';
import * as identities from '../../../../src/azure/appService/identities';
import { listResourcesWithIdentity } from '../../../../src/azure/directory/resourcesWithIdentity';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { getResourceJson } from '../../../../src/azure/resources/resources';
import {
  disableSystemAssignedIdentity,
  getFunctionApp,
  listSlots,
} from '../../../../src/azure/appService/sites';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { changedConnection } from '../../../support/connections';
import { fastClock } from '../logs/fastClock';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('user-assigned identities', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  let writer: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const apps = (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
    app = only(apps, ({ name }) => name === 'keyless-linux-app', 'it');
    writer = `/subscriptions/${app.subscriptionId}/resourceGroups/keyless-rbac/providers/Microsoft.ManagedIdentity/userAssignedIdentities/keyless-writer-id`;
  });
  afterEach(() => sandbox.stop());

  const wanted = (name: string) => ({
    subscriptionId: app.subscriptionId,
    resourceGroup: 'keyless-rbac',
    name,
    location: 'northeurope',
  });

  it('are created, read and deleted, but never replaced', async () => {
    const made = await identities.createUserAssignedIdentity(c, wanted('new-id'));
    assert.match(made.principalId, /^[0-9a-f-]{36}$/);
    assert.match(made.clientId, /^[0-9a-f-]{36}$/);
    assert.deepEqual([made.name, made.resourceGroup], ['new-id', 'keyless-rbac']);
    assert.deepEqual(await identities.getUserAssignedIdentity(c, made.id), made);
    c.log.length = 0;
    await assert.rejects(identities.createUserAssignedIdentity(c, wanted('New-Id')), {
      code: 'IdentityExists',
    });
    assert.ok(!c.log.some((line) => line.startsWith('PUT')));
    await identities.deleteUserAssignedIdentity(c, made.id);
    await identities.deleteUserAssignedIdentity(c, made.id);
    await assert.rejects(identities.getUserAssignedIdentity(c, made.id), { code: 'ResourceNotFound' });
  });

  it('are rejected for a missing resource group or a name that could be a path', async () => {
    await assert.rejects(
      identities.createUserAssignedIdentity(c, { ...wanted('new-id'), resourceGroup: 'none' }),
      { code: 'ResourceGroupNotFound' },
    );
    await assert.rejects(identities.createUserAssignedIdentity(c, wanted('..')), RangeError);
  });

  it('are assigned to an app and removed from it without changing its slot', async () => {
    const { systemAssigned } = app.identity;
    assert.ok(systemAssigned);
    const both = await identities.assignUserAssignedIdentity(c, app, writer);
    assert.deepEqual(both.identity.systemAssigned, systemAssigned);
    const [given] = both.identity.userAssigned;
    assert.equal(given?.resourceId.toLowerCase(), writer.toLowerCase());
    assert.equal(await typeOf(app.id), 'SystemAssigned, UserAssigned');
    const [slot] = await listSlots(c, app);
    assert.ok(slot);
    assert.deepEqual(slot.identity.userAssigned, []);
    await identities.assignUserAssignedIdentity(c, slot, writer);
    const back = await identities.removeUserAssignedIdentity(c, app, writer.toUpperCase());
    assert.deepEqual(back.identity, { systemAssigned, userAssigned: [] });
    assert.equal(await typeOf(app.id), 'SystemAssigned');
    assert.equal((await getFunctionApp(c, slot.id)).identity.userAssigned.length, 1);
  });

  it('are found on the resources that use them, including slots, but not by a prefix of their name', async () => {
    const longer = await identities.createUserAssignedIdentity(c, wanted('keyless-writer-id-2'));
    await identities.assignUserAssignedIdentity(c, app, longer.id);
    const users = () => listResourcesWithIdentity(c, sandbox.ready.subscriptionIds, writer);
    assert.deepEqual(await users(), []);
    const [slot] = await listSlots(c, app);
    assert.ok(slot);
    await identities.assignUserAssignedIdentity(c, slot, writer.toUpperCase());
    assert.deepEqual(await users(), [slot.id]);
    await assert.rejects(listResourcesWithIdentity(c, [], `${writer}' or 'a`), RangeError);
  });

  it('are all kept when several are assigned at once', async () => {
    const reader = writer.replace('keyless-writer-id', 'keyless-reader-id');
    await control(c, sandbox.ready, 'PATCH', '/settings', { patchRemovesOmittedIdentities: true });
    await control(c, sandbox.ready, 'POST', '/faults', { method: 'PATCH', latencyMs: 300, count: 2 });
    await Promise.all([writer, reader].map((id) => identities.assignUserAssignedIdentity(c, app, id)));
    assert.equal((await getFunctionApp(c, app.id)).identity.userAssigned.length, 2);
  });

  it('that were deleted are left out of later changes, and can be removed', async () => {
    const made = await identities.createUserAssignedIdentity(c, wanted('passing-id'));
    const both = await identities.assignUserAssignedIdentity(c, app, made.id);
    await identities.deleteUserAssignedIdentity(c, made.id);
    assert.equal((await getFunctionApp(c, app.id)).identity.userAssigned.length, 1, 'it is still listed');
    const assigned = await identities.assignUserAssignedIdentity(c, both, writer);
    const names = ({ identity }: FunctionApp) =>
      identity.userAssigned.map(({ resourceId }) => resourceId.split('/').at(-1)).sort();
    assert.deepEqual(names(assigned), ['keyless-writer-id', 'passing-id']);
    const off = await disableSystemAssignedIdentity(c, assigned);
    assert.deepEqual([off.identity.systemAssigned, names(off)[0]], [undefined, 'keyless-writer-id']);
    const left = await identities.removeUserAssignedIdentity(c, off, made.id);
    assert.deepEqual(names(left), ['keyless-writer-id']);
    const none = await identities.removeUserAssignedIdentity(c, left, writer);
    assert.deepEqual([await typeOf(none.id), names(none)], [undefined, []]);
  });

  it('are not said to be removed while the app still has them', async () => {
    const kept = { type: 'UserAssigned', userAssignedIdentities: { [writer]: { principalId: 'p' } } };
    const arm = await TestServer.start((_request, response) => {
      json(response, 200, { ...siteJson({}), identity: kept });
    });
    try {
      const plain = changedConnection((await testCloud({ arm: arm.port })).c, { clock: fastClock(100) });
      const site = await getFunctionApp(plain, siteId);
      await assert.rejects(identities.removeUserAssignedIdentity(plain, site, writer), {
        code: 'IdentityStays',
        message: /keyless-writer-id is still assigned/,
      });
    } finally {
      await arm.stop();
    }
  });

  async function typeOf(id: string): Promise<unknown> {
    return ((await getResourceJson(c, id)) as { identity?: { type: string } }).identity?.type;
  }

  it('can be set to resolve Key Vault references by writing only that property', async () => {
    assert.equal(app.keyVaultReferenceIdentity, 'SystemAssigned');
    const own = await identities.assignUserAssignedIdentity(c, app, writer);
    const [{ resourceId } = { resourceId: '' }] = own.identity.userAssigned;
    const set = await identities.setKeyVaultReferenceIdentity(c, own, resourceId);
    assert.equal(set.keyVaultReferenceIdentity, resourceId);
    assert.deepEqual(set.identity, own.identity);
    const [slot] = await listSlots(c, app);
    assert.equal(slot?.keyVaultReferenceIdentity, 'SystemAssigned');
    const back = await identities.setKeyVaultReferenceIdentity(c, set, 'SystemAssigned');
    assert.equal(back.keyVaultReferenceIdentity, 'SystemAssigned');

    const bodies: unknown[] = [];
    const arm = await TestServer.start((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method !== 'GET')
          bodies.push(request.method, JSON.parse(Buffer.concat(chunks).toString()));
        const site = siteJson({});
        json(response, 200, {
          ...site,
          properties: { ...site.properties, keyVaultReferenceIdentity: writer },
        });
      });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      await identities.setKeyVaultReferenceIdentity(plain, await getFunctionApp(plain, siteId), writer);
      assert.deepEqual(bodies, ['PATCH', { properties: { keyVaultReferenceIdentity: writer } }]);
    } finally {
      await arm.stop();
    }
  });
});
