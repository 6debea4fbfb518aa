import assert from 'node:assert/strict';
import { operationWith } from '../../../../src/access/operations/operations';
import { planAccess } from '../../../../src/access/operations/planAccess';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import {
  createRoleAssignment,
  listRoleAssignmentsAt,
  roleDefinitionIdOf,
} from '../../../../src/azure/directory/roles';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { listParts } from '../../../../src/azure/resources/resources';
import { beginAccessGrant } from '../../../../src/grants/access/beginAccessGrant';
import { proveAccess } from '../../../../src/grants/access/proveAccess';
import type { AccessQuestion } from '../../../../src/grants/access/readAccessFacts';
import { readAccessors } from '../../../../src/grants/access/readAccessors';
import { readAccessFacts } from '../../../../src/grants/access/readAccessFacts';
import { apply } from '../../../../src/grants/apply';
import { grantAfter } from '../../../../src/grants/beginGrant';
import type { Grant } from '../../../../src/grants/grant';
import { needs } from '../../../../src/grants/grant';
import { undo } from '../../../../src/grants/undo';
import { listDataResources } from '../../../../src/inventory/listDataResources';
import { inShort } from '../../access/operations/accessWorld';
import { explainAccess } from '../../../../src/access/operations/explainAccess';
import { useGrantWorld } from '../grantWorld';

describe('Access of an app to a resource', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const { app, place, never } = world;

  const shop = () => app('keyless-shop-app');
  const account = (name = 'keylessshopphotos') =>
    `/subscriptions/${shop().subscriptionId}/resourceGroups/${shop().resourceGroup}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const container = () => `${account()}/blobServices/default/containers/photos`;
  const question = (operationId = 'readBlobs', scope = container()): AccessQuestion => {
    const operation = operationWith(operationId) ?? assert.fail();
    return {
      ...{ connection: world.c, appId: shop().id, identity: 'SystemAssigned', scope, notGroups: [] },
      wanted: { kind: 'operation', operation },
    };
  };

  async function give(asked: AccessQuestion): Promise<Grant> {
    const { facts } = await readAccessFacts(asked);
    const plan = planAccess(facts);
    const begun = { id: asked.scope, title: asked.scope, ...(await beginAccessGrant(asked, plan, never)) };
    const { done, failure } = await apply(place(), plan.steps, () => undefined, never);
    if (failure) throw failure.error;
    return grantAfter(begun, done);
  }

  async function takeBack(grant: Grant, others: readonly Grant[] = []): Promise<string[]> {
    const { left, failure } = await undo(place(), grant, others, () => undefined, never);
    if (failure) throw failure.error;
    return left.map(({ step, why }) => `${step.kind}: ${why}`);
  }

  const verdict = async (asked: AccessQuestion) => explainAccess((await readAccessFacts(asked)).facts);
  const principal = async () => (await getFunctionApp(world.c, shop().id)).identity.systemAssigned;

  it('is given with an identity and one role, and taken away as it was', async () => {
    const before = await listRoleAssignmentsAt(world.c, account());
    assert.equal(inShort(await verdict(question())), 'cannot: noIdentity');
    const grant = await give(question());
    assert.deepEqual(world.told, ['enableIdentity', 'createRoleAssignment']);
    assert.deepEqual(grant.roles, ['2a2b9908-6ea1-4ae2-8e65-a410df84e7d1']);
    const proof = await proveAccess(
      { facts: async () => (await readAccessFacts(question())).facts },
      () => undefined,
      ...([never, world.c.clock] as const),
    );
    assert.equal(proof.proven, true);
    assert.equal(inShort(await verdict(question('writeBlobs'))), 'cannot: noRole');
    assert.equal(inShort(await verdict(question('readBlobs', account()))), 'cannot: noRole');
    assert.deepEqual(await takeBack(grant), []);
    assert.equal(await principal(), undefined);
    assert.deepEqual(await listRoleAssignmentsAt(world.c, account()), before);
  });

  it('is proved by a function that succeeds only later', async () => {
    await give(question());
    const statuses = [500, 500, 200];
    const looks: number[] = [];
    const proof = await proveAccess(
      {
        facts: async () => (await readAccessFacts(question())).facts,
        runFunction: () => Promise.resolve(statuses.shift() ?? 0),
      },
      ({ attempt }) => looks.push(attempt),
      ...([never, world.c.clock] as const),
    );
    assert.deepEqual([proof.proven, proof.functionStatus, looks], [true, 200, [1, 2]]);
  });

  it('stays as long as a setting depends on it that was written since', async () => {
    const set = (name: string) =>
      changeAppSettings(world.c, shop(), {
        kind: 'set',
        name,
        value: 'https://keylessshopphotos.blob.core.windows.net',
      });
    await set('Before__serviceUri');
    const grant = await give(question());
    assert.deepEqual(grant.connectedBefore, ['Before__serviceUri']);
    await set('Photos__serviceUri');
    assert.deepEqual(await takeBack(grant), [
      'deleteRoleAssignment: the setting Photos__serviceUri of keyless-shop-app depends on it',
      'disableIdentity: the identity has other role assignments',
    ]);
    await changeAppSettings(world.c, shop(), { kind: 'delete', name: 'Photos__serviceUri' });
    assert.deepEqual(await takeBack(grant), []);
  });

  it('stays as long as deployments of the app sign in with the identity', async () => {
    const flex = app('keyless-flex-app');
    const on = (name: string) => `${account()}/blobServices/default/containers/${name}`;
    const giveOn = (scope: string) => give({ ...question('writeBlobs', scope), appId: flex.id });
    const storage = {
      ...{ type: 'blobContainer', value: 'https://keylessshopphotos.blob.core.windows.net/photos' },
      authentication: { type: 'SystemAssignedIdentity' },
    };
    const grants = [await giveOn(on('photos')), await giveOn(account())];
    await world.plain.arm('PATCH', flex.id, '2023-12-01', {
      properties: { functionAppConfig: { deployment: { storage } } },
    });
    for (const grant of grants)
      assert.match((await takeBack(grant)).join(), /keyless-flex-app gets its package or image with it/);
    const others = { ...storage, value: 'https://keylessshopphotos.blob.core.windows.net/others' };
    await world.plain.arm('PATCH', flex.id, '2023-12-01', {
      properties: { functionAppConfig: { deployment: { storage: others } } },
    });
    assert.doesNotMatch((await takeBack(grants[0] ?? assert.fail())).join(), /package/);
  });

  it('stays for a later grant that relies on the same role, but not for one of other data', async () => {
    const wide = await give(question('writeBlobs', account()));
    const relying = await give(question());
    assert.deepEqual(relying.steps, [], 'a role on the account is enough');
    const queues = await give(question('sendToQueue', account()));
    const [assignment] = wide.steps;
    assert.equal(assignment?.kind, 'deleteRoleAssignment');
    assert.equal(needs(relying, assignment), true);
    assert.equal(needs(queues, assignment), false);
    const secret: Grant = { ...relying, secretName: 's', vaultId: `${account()}/x` };
    const { roles: _, ...ofSecret } = secret;
    assert.equal(needs(ofSecret, assignment), false, 'a role for blobs opens no secret');
    assert.deepEqual(await takeBack(wide, [queues, relying]), [
      `deleteRoleAssignment: the grant "${container()}" needs it`,
      `disableIdentity: the grant "${account()}" needs it`,
    ]);
  });

  it('is read for a queue, and for what is closed, absent, or blocked', async () => {
    const bus = `${account().split('/Microsoft.Storage')[0] ?? ''}/Microsoft.ServiceBus/namespaces/keyless-shop-bus`;
    assert.deepEqual(await listParts(world.c, bus, 'queues'), ['orders']);
    const asked = question('sendMessages', `${bus}/queues/orders`);
    await give(asked);
    assert.equal(inShort(await verdict(asked)), 'can');
    assert.equal(inShort(await verdict(question('readBlobs', `${container()}2`))), 'cannot: absent');
    const patch = (properties: object) => world.plain.arm('PATCH', account(), '2023-05-01', { properties });
    await createRoleAssignment(world.c, {
      ...{ scope: account(), principalId: (await principal())?.principalId ?? '' },
      roleDefinitionId: roleDefinitionIdOf(shop().subscriptionId, '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'),
    });
    await patch({
      networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '0.0.0.0/1' }, { value: '128.0.0.0/1' }] },
    });
    // Both are in West Europe, where rules for addresses don't apply.
    assert.equal(inShort(await verdict(question())), 'cannot: blocked');
    await patch({ publicNetworkAccess: 'Disabled' });
    assert.equal(inShort(await verdict(question())), 'cannot: closed');
  });

  it('stays for a reference to a secret that a role may open', async () => {
    const role = { guid: '4633458b-17de-408a-b874-0445c86b69e6', name: 'Key Vault Secrets User' };
    const scope = account().split('/providers/')[0] ?? '';
    const grant = await give({ ...question(), scope, wanted: { kind: 'role', role } });
    const value = `@Microsoft.KeyVault(SecretUri=${world.vault('keyless-rbac-kv').vaultUri}/secrets/DbPassword)`;
    await changeAppSettings(world.c, shop(), { kind: 'set', name: 'DB', value });
    const [kept] = await takeBack(grant);
    assert.equal(kept, 'deleteRoleAssignment: the setting DB of keyless-shop-app depends on it');
    await changeAppSettings(world.c, shop(), { kind: 'delete', name: 'DB' });
    assert.deepEqual(await takeBack(grant), []);
  });

  it("is given and taken away by a Cosmos DB account's own roles", async () => {
    const stock = `${account().split('/Microsoft.Storage')[0] ?? ''}/Microsoft.DocumentDB/databaseAccounts/keyless-shop-stock`;
    const asked = question('readItems', stock);
    const grant = await give(asked);
    assert.deepEqual(
      grant.steps.map(({ kind }) => kind),
      ['removeDataRole', 'disableIdentity'],
    );
    assert.equal(inShort(await verdict(asked)), 'can');
    assert.equal(inShort(await verdict(question('writeItems', stock))), 'cannot: noRole');
    const { found, keys } = await readAccessors(world.c, stock, asked.wanted, never);
    assert.deepEqual(
      found.accessors.map(({ principalId }) => principalId),
      [grant.principalId],
    );
    assert.ok(keys?.isSure && keys.listers.accessors.length > 0);
    const relying = await give(asked);
    assert.deepEqual(relying.steps, []);
    assert.match((await takeBack(grant, [relying]))[0] ?? '', /^removeDataRole: the grant .* needs it$/);
    assert.deepEqual(await takeBack(grant), []);
    assert.equal(inShort(await verdict(asked)), 'cannot: noIdentity');
  });

  it('is given by those roles on one container alone, whatever is beside it', async () => {
    const stock = `${account().split('/Microsoft.Storage')[0] ?? ''}/Microsoft.DocumentDB/databaseAccounts/keyless-shop-stock`;
    assert.deepEqual(await listParts(world.c, stock, 'sqlDatabases'), ['shop']);
    assert.deepEqual(await listParts(world.c, `${stock}/sqlDatabases/shop`, 'containers'), ['stock']);
    const scope = `${stock}/dbs/shop/colls/stock`;
    const asked = question('readItems', scope);
    assert.equal(inShort(await verdict(asked)), 'cannot: noIdentity');
    const grant = await give(asked);
    const [step] = grant.steps;
    assert.ok(step?.kind === 'removeDataRole');
    assert.deepEqual([step.resourceId, step.scope], [stock, scope]);
    assert.equal(inShort(await verdict(asked)), 'can');
    for (const above of [stock, `${stock}/dbs/shop`])
      assert.equal(inShort(await verdict(question('readItems', above))), 'cannot: noRole', above);
    for (const absent of [`${stock}/dbs/other`, `${stock}/dbs/shop/colls/other`])
      assert.equal(inShort(await verdict(question('readItems', absent))), 'cannot: absent', absent);
    const { found } = await readAccessors(world.c, stock, asked.wanted, never);
    const [way] = found.accessors.flatMap(({ ways }) => ways);
    assert.deepEqual([way?.assignment.scope, way?.isOfPart], [scope, true]);
    const wide = await give(question('readItems', `${stock}/dbs/shop`));
    assert.deepEqual(await takeBack(grant, [wide]), [
      `disableIdentity: the grant "${stock}/dbs/shop" needs it`,
    ]);
    assert.equal(inShort(await verdict(asked)), 'can', 'the database has the container');
    assert.deepEqual(await takeBack(wide), []);
    assert.equal(inShort(await verdict(asked)), 'cannot: noRole');
  });

  it('is given on one file share, where roles have a name of their own for it', async () => {
    const share = `${account('keylessshopstorage')}/fileServices/default/fileshares/reports`;
    assert.deepEqual(await listParts(world.c, account('keylessshopstorage'), 'fileServices/default/shares'), [
      'reports',
    ]);
    const asked = question('readFiles', share);
    const grant = await give(asked);
    assert.equal(inShort(await verdict(asked)), 'can');
    const [step] = grant.steps;
    assert.ok(step?.kind === 'deleteRoleAssignment');
    assert.equal(step.scope, share);
    assert.equal(inShort(await verdict(question('writeFiles', share))), 'cannot: noRole');
    assert.equal(
      inShort(await verdict(question('readFiles', account('keylessshopstorage')))),
      'cannot: noRole',
    );
    assert.equal(inShort(await verdict(question('readFiles', `${share}2`))), 'cannot: absent');
    assert.deepEqual(await takeBack(grant), []);
  });

  it('is offered for what apps use, and names what has rights of its own', async () => {
    const { items } = await listDataResources(world.c, [shop().subscriptionId]);
    const types = new Set(items.map(({ type }) => type));
    for (const type of ['microsoft.storage/storageaccounts', 'microsoft.servicebus/namespaces'])
      assert.ok(types.has(type), [...types].join());
    assert.ok(types.has('microsoft.documentdb/databaseaccounts'));
    assert.ok(!types.has('microsoft.web/sites'));
  });
});
