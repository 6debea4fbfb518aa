import assert from 'node:assert/strict';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { FunctionApp } from '../../../../src/azure/core/model';
import {
  deleteResource,
  getResourceJson,
  listResourceGroups,
} from '../../../../src/azure/resources/resources';
import { siteOf } from '../../../../src/azure/appService/siteModel';
import { changeIdentity } from '../../../../src/azure/appService/identityChanges';
import * as sites from '../../../../src/azure/appService/sites';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('sites', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let apps: readonly FunctionApp[];
  const app = (name: string) => only(apps, (candidate) => candidate.name === name, name);

  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    apps = (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
  });
  afterEach(() => sandbox.stop());

  it('say whether something keeps them from working although they run', () => {
    const of = (properties: object) => siteOf(c, { id: siteId, name: 'a', properties })?.health;
    assert.equal(of({ usageState: 'Exceeded', availabilityState: 'Normal' }), 'quotaExceeded');
    assert.equal(of({ usageState: 'Normal', availabilityState: 'Limited' }), 'limited');
    assert.equal(of({ usageState: 'Normal', availabilityState: 'Normal' }), undefined);
    assert.equal(of({}), undefined);
  });

  it('turn their identity on and off, and do nothing if it is already on', async () => {
    const on = await sites.enableSystemAssignedIdentity(c, app('keyless-demo-app'));
    assert.match(on.identity.systemAssigned?.principalId ?? '', /^[0-9a-f-]{36}$/);
    c.log.length = 0;
    assert.deepEqual(await sites.enableSystemAssignedIdentity(c, app('keyless-demo-app')), on);
    assert.ok(!c.log.some((line) => line.startsWith('PATCH')));
    const off = await sites.disableSystemAssignedIdentity(c, on);
    assert.deepEqual(off.identity, { userAssigned: [] });
    const again = await sites.enableSystemAssignedIdentity(c, off);
    assert.notEqual(again.identity.systemAssigned?.principalId, on.identity.systemAssigned?.principalId);
  });

  for (const patchRemovesOmittedIdentities of [false, true]) {
    it(`keep their user-assigned identities if PATCH ${patchRemovesOmittedIdentities ? 'removes' : 'keeps'} those left out`, async () => {
      await control(c, sandbox.ready, 'PATCH', '/settings', { patchRemovesOmittedIdentities });
      const before = await sites.getFunctionApp(c, app('keyless-rbac-app').id);
      assert.equal(before.identity.userAssigned.length, 1);
      const on = await sites.enableSystemAssignedIdentity(c, before);
      assert.deepEqual(on.identity.userAssigned, before.identity.userAssigned);
      const off = await sites.disableSystemAssignedIdentity(c, on);
      assert.deepEqual(off.identity, before.identity);
      const [reader] = before.identity.userAssigned;
      const writer = reader?.resourceId.replace('keyless-reader-id', 'keyless-writer-id') ?? '';
      const both = await changeIdentity(c, off, { add: [writer] });
      assert.equal(both.identity.userAssigned.length, 2);
      const other = await changeIdentity(c, both, {
        remove: [(reader?.resourceId ?? '').toUpperCase()],
      });
      assert.deepEqual(
        other.identity.userAssigned.map(({ resourceId }) => resourceId.split('/').pop()),
        ['keyless-writer-id'],
      );
    });
  }

  it('are updated with only their identity', async () => {
    const bodies: unknown[] = [];
    let identity: unknown = {
      type: 'UserAssigned',
      userAssignedIdentities: { '/subscriptions/s/a': { principalId: 'p', clientId: 'c' } },
    };
    const arm = await TestServer.start((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'PATCH') {
          bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
          identity = {
            type: 'SystemAssigned, UserAssigned',
            principalId: 'new',
            tenantId: 't',
            userAssignedIdentities: {},
          };
        }
        json(response, 200, siteJson({}, { identity }));
      });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      const on = await sites.enableSystemAssignedIdentity(plain, await sites.getFunctionApp(plain, siteId));
      assert.equal(on.identity.systemAssigned?.principalId, 'new');
      assert.deepEqual(bodies, [
        {
          identity: {
            type: 'SystemAssigned, UserAssigned',
            userAssignedIdentities: { '/subscriptions/s/a': {} },
          },
        },
      ]);
    } finally {
      await arm.stop();
    }
  });

  it('have slots with their own identity', async () => {
    const [slot] = await sites.listSlots(c, app('keyless-linux-app'));
    assert.ok(slot);
    assert.equal(slot.name, 'staging');
    const production = app('keyless-linux-app').identity.systemAssigned;
    await sites.disableSystemAssignedIdentity(c, slot);
    const on = await sites.enableSystemAssignedIdentity(c, slot);
    assert.notEqual(on.identity.systemAssigned?.principalId, production?.principalId);
    assert.deepEqual(
      (await sites.getFunctionApp(c, app('keyless-linux-app').id)).identity.systemAssigned,
      production,
    );
  });

  it('list their functions and keys', async () => {
    const demo = app('keyless-demo-app');
    const [fn] = await sites.listFunctions(c, demo);
    assert.equal(fn?.name, 'ReadSecret');
    assert.equal(fn.http?.authLevel, 'function');
    assert.ok((await sites.getFunctionKeys(c, demo, fn))['default']);
    assert.ok((await sites.getHostKeys(c, demo)).masterKey);
  });

  it('are stopped and started', async () => {
    const demo = app('keyless-demo-app');
    await sites.stopApp(c, demo);
    assert.equal((await sites.getFunctionApp(c, demo.id)).state, 'Stopped');
    await sites.startApp(c, demo);
    await sites.restartApp(c, demo);
    assert.equal((await sites.getFunctionApp(c, demo.id)).state, 'Running');
  });

  it('wait for a cold host when functions are listed', async function () {
    this.timeout(30_000);
    const demo = app('keyless-demo-app');
    await control(c, sandbox.ready, 'POST', '/faults', {
      path: 'keyless-demo-app/functions',
      status: 200,
      body: 'starting',
    });
    assert.equal((await sites.listFunctions(c, demo)).length, 1);
  });

  // azure-functions-host#10169
  it("don't pass for having no functions while their host still has its placeholder", async () => {
    const route = '{x:regex(^(warmup|csharphttpwarmup)$)}';
    const properties = { name: 'WarmUp', config: { bindings: [{ type: 'httpTrigger', route }] } };
    await control(c, sandbox.ready, 'POST', '/faults', {
      ...{ path: 'keyless-demo-app/functions', status: 200, count: 3 },
      body: { value: [{ id: 'f', properties }] },
    });
    await assert.rejects(sites.listFunctions(c, app('keyless-demo-app')), { code: 'HostNotReady' });
  });

  it('fail with a specific error if they do not exist', async () => {
    await assert.rejects(sites.getFunctionApp(c, `${app('keyless-demo-app').id}-not`), {
      status: 404,
      code: 'ResourceNotFound',
    });
    await assert.rejects(sites.getFunctionApp(c, '/subscriptions/../x'), RangeError);
  });

  it('are shown and deleted like any other resource', async () => {
    const { id } = app('keyless-rbac-app');
    const shown = (await getResourceJson(c, id)) as { properties: { hostNameSslStates: unknown[] } };
    assert.ok(shown.properties.hostNameSslStates.length > 0);
    const groups = await listResourceGroups(c, sandbox.ready.subscriptionIds[1] ?? '');
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['keyless-rbac'],
    );
    await deleteResource(c, id);
    await assert.rejects(getResourceJson(c, id), { status: 404, code: 'ResourceNotFound' });
  });
});
