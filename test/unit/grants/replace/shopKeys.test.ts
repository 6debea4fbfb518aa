import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import { readKeyedResource, writeKeyAccess } from '../../../../src/azure/resources/keySwitch';
import { listResources } from '../../../../src/azure/resources/resources';
import { apply } from '../../../../src/grants/apply';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import { readReplaceFacts, readSameValue } from '../../../../src/grants/replace/readReplaceFacts';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

describe('A credential of the shop', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = replaceEvents(world);

  it('is replaced for a blob trigger and a blob output with a connection of their own', async () => {
    const shop = world.app('keyless-shop-app');
    const { subscriptionId, id: appId } = shop;
    const accounts = await listResources(world.c, subscriptionId);
    const photos = accounts.find(({ name }) => name === 'keylessshopphotos')?.id ?? assert.fail();
    const small = `${photos}/blobServices/default/containers/small`;
    await world.plain.arm('PUT', small, '2023-05-01', {});
    const bindings = [
      { type: 'blobTrigger', direction: 'in', name: 'photo', path: 'photos/{name}', connection: 'Photos' },
      { type: 'blob', direction: 'out', name: 'thumbnail', path: 'small/{name}', connection: 'Photos' },
    ];
    for (const [file, text] of [
      ['function.json', JSON.stringify({ bindings })],
      ['index.js', 'module.exports = async () => undefined;'],
    ] as const)
      await writeSiteFile(world.c, shop, `site/wwwroot/Resize/${file}`, Buffer.from(text), undefined);
    const before = Object.fromEntries(await readAppSettings(world.c, shop));
    const question = { appId, setting: 'Photos', identity: 'SystemAssigned' };
    const { facts: found, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(found && listed);
    const { refusals, grant, write, roles } = planReplacement(found);
    assert.deepEqual(refusals, []);
    assert.deepEqual(
      roles.map(({ role, scope, functions }) => [role.name, scope, functions]),
      [
        ['Storage Blob Data Owner', photos, ['Resize']],
        ['Storage Queue Data Contributor', photos, ['Resize']],
      ],
    );
    const { done, failure } = await apply(world.place(), grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    const replacement: Replacement = {
      ...{ id: 'two', appId, identity: question.identity, readyAt: 0 },
      parts: [{ setting: 'Photos', resourceId: photos, write, sticky: [], oldValue: listed }],
      ...{ functions: found.functions ?? [], steps: done.flatMap(({ undo }) => undo ?? []).reverse() },
    };
    assert.deepEqual(await replaceCredential(world.c, replacement, events, world.never, quickWatch), {
      kind: 'replaced',
    });
    const { Photos: _, ...others } = before;
    assert.deepEqual(Object.fromEntries(await readAppSettings(world.c, shop)), {
      ...others,
      Photos__blobServiceUri: 'https://keylessshopphotos.blob.core.windows.net',
      Photos__queueServiceUri: 'https://keylessshopphotos.queue.core.windows.net',
    });
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(Object.fromEntries(await readAppSettings(world.c, shop)), before);
  });

  it('is copied to no other place once it has another value than the one of the plan', async () => {
    const shop = world.app('keyless-shop-app');
    const question = { appId: shop.id, identity: 'SystemAssigned', settings: [{ name: 'Photos' }] };
    const { keys } = await readReplaceFacts(world.c, question, world.never);
    const [key = assert.fail()] = keys;
    const value = (await readAppSettings(world.c, shop)).get('Photos') ?? assert.fail();
    assert.equal(await readSameValue(world.c, shop, key, world.never), value);
    assert.doesNotMatch(JSON.stringify(keys), /AccountKey=\w/);
    const other = value.replace('keylessshopphotos', 'keylessshopstorage');
    await changeAppSettings(world.c, shop, { kind: 'set', name: 'Photos', value: other });
    await assert.rejects(readSameValue(world.c, shop, key, world.never), { code: 'SettingChanged' });
    await changeAppSettings(world.c, shop, { kind: 'delete', name: 'Photos' });
    await assert.rejects(readSameValue(world.c, shop, key, world.never), { code: 'SettingChanged' });
  });

  it("doesn't come back while the keys of its resource are off", async () => {
    const shop = world.app('keyless-shop-app');
    const question = { appId: shop.id, identity: 'SystemAssigned' };
    const { facts, listed } = await factsOfKey(world.c, { ...question, setting: 'Photos' }, world.never);
    assert.ok(facts && listed && typeof facts.resource === 'object');
    const { id: resourceId } = facts.resource;
    const { write } = planReplacement(facts);
    const replacement: Replacement = {
      ...{ id: 'one', ...question, functions: facts.functions ?? [], steps: [], readyAt: 0 },
      parts: [{ setting: 'Photos', resourceId, write, sticky: [], oldValue: listed }],
    };
    await changeAppSettings(world.c, shop, {
      ...{ kind: 'exchange', name: 'Photos', set: write.set, remove: write.remove },
    });
    const settings = async () => Object.fromEntries(await readAppSettings(world.c, shop));
    const replaced = await settings();
    const undoing = () => undoReplacement(world.place(), replacement, [], [], events, world.never);
    const resource = await readKeyedResource(world.c, resourceId);
    await writeKeyAccess(world.c, resource, false);
    await assert.rejects(undoing(), { code: 'KeysOff' });
    assert.deepEqual(await settings(), replaced);
    await writeKeyAccess(world.c, resource, true);
    assert.deepEqual(await undoing(), { left: [] });
    assert.ok((await settings())['Photos']);
  });
});
