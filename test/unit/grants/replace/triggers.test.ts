import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { workingOf } from '../../../../src/access/replace/replaceFacts';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import { isObject, stringOf } from '../../../../src/azure/core/json';
import { deleteRoleAssignment } from '../../../../src/azure/directory/roles';
import { apply } from '../../../../src/grants/apply';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import { healthyApps } from '../../../../src/grants/keyAccess/switchKeys';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

/** What the watch over the host sees of triggers whose identity lacks its role. */
describe('A credential of a trigger', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const shop = () => world.app('keyless-shop-app');

  async function addFunction(name: string, trigger: object) {
    const bindings = [{ direction: 'in', name: 'message', ...trigger }];
    for (const [file, text] of [
      ['function.json', JSON.stringify({ bindings })],
      ['index.js', 'module.exports = async () => undefined;'],
    ] as const)
      await writeSiteFile(world.c, shop(), `site/wwwroot/${name}/${file}`, Buffer.from(text), undefined);
  }

  /** Replaces a setting, and deletes the role that the identity got for it before the setting is written. */
  async function replaceWithoutRole(setting: string) {
    const question = { appId: shop().id, setting, identity: 'SystemAssigned' };
    const { facts } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && typeof facts.resource === 'object');
    const value = (await readAppSettings(world.c, shop())).get(setting);
    const { id: vaultId, vaultUri } = world.vault();
    await world.plain.vault('PUT', vaultUri, `/secrets/${setting}`, { value });
    const oldValue = { kind: 'secret', vaultId, secretName: setting } as const;
    const { refusals, grant, write } = planReplacement(facts);
    assert.deepEqual(refusals, []);
    const { done, failure } = await apply(world.place(), grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    for (const { undo } of done)
      if (undo?.kind === 'deleteRoleAssignment') await deleteRoleAssignment(world.c, undo.id);
    const replacement = {
      ...{ id: 'one', appId: shop().id, identity: question.identity, steps: [], readyAt: 0 },
      parts: [{ setting, resourceId: facts.resource.id, write, sticky: [], oldValue }],
      functions: workingOf(facts),
    };
    const replaced = await replaceCredential(
      world.c,
      replacement,
      replaceEvents(world),
      world.never,
      quickWatch,
    );
    return { facts, replaced };
  }

  async function connectToEvents() {
    const { id } = shop();
    const namespace = `${id.split('/providers/')[0] ?? ''}/providers/Microsoft.EventHub/namespaces/keyless-shop-events`;
    const rule = `${namespace}/authorizationRules/RootManageSharedAccessKey/listKeys`;
    const keys = await world.plain.arm('POST', rule, '2024-01-01', {});
    const value = isObject(keys) ? stringOf(keys['primaryConnectionString']) : undefined;
    await changeAppSettings(world.c, shop(), { kind: 'set', name: 'Visits', value: value ?? assert.fail() });
    await addFunction('Count', { type: 'eventHubTrigger', eventHubName: 'visits', connection: 'Visits' });
  }

  it('is restored if the trigger no longer starts, although the host itself is healthy', async () => {
    await connectToEvents();
    const before = Object.fromEntries(await readAppSettings(world.c, shop()));
    const { replaced } = await replaceWithoutRole('Visits');
    assert.equal(replaced.kind, 'back');
    assert.match(
      String('error' in replaced && replaced.error),
      /triggers of these functions don't work: Count/,
    );
    assert.ok(!('stillFailing' in replaced));
    assert.deepEqual(Object.fromEntries(await readAppSettings(world.c, shop())), before);
  });

  it("isn't kept because of another function whose trigger doesn't work already", async () => {
    await connectToEvents();
    await addFunction('Broken', { type: 'serviceBusTrigger', queueName: 'orders', connection: 'Missing' });
    const { facts, replaced } = await replaceWithoutRole('Photos');
    assert.deepEqual(facts.failing, ['Broken']);
    assert.deepEqual(replaced, { kind: 'replaced' });
    const [watched] = await healthyApps(world.c, [shop().id], world.never);
    assert.deepEqual(watched?.functions, ['Count', 'ListPhotos', 'PlaceOrder']);
  });

  it("of Service Bus is replaced although nothing arrives, and the plan says that Keyless can't see that", async () => {
    await addFunction('Ship', { type: 'serviceBusTrigger', queueName: 'orders', connection: 'OrdersBus' });
    const { facts, replaced } = await replaceWithoutRole('OrdersBus');
    assert.deepEqual(replaced, { kind: 'replaced' });
    assert.ok(planReplacement(facts).notes.includes('listeners'));
  });
});
