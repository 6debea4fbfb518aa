import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { isSlotSetting } from '../../../../src/access/replace/replaceFacts';
import { readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { apply } from '../../../../src/grants/apply';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { control } from '../../azure/support';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

const apiVersion = '2023-12-01';

describe('A credential among the connection strings of an app', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = replaceEvents(world);

  const shop = () => world.app('keyless-shop-app');
  const connectionStrings = async () =>
    (
      (await world.plain.arm('POST', `${shop().id}/config/connectionstrings/list`, apiVersion)) as {
        properties: Record<string, { value: string; type: string }>;
      }
    ).properties;
  const both = async () => [
    Object.fromEntries(await readAppSettings(world.c, shop())),
    await connectionStrings(),
  ];

  /** Moves an app setting there. */
  const move = async (name: string, type: string): Promise<string> => {
    const { [name]: value = assert.fail(), ...properties } = Object.fromEntries(
      await readAppSettings(world.c, shop()),
    );
    await world.plain.arm('PUT', `${shop().id}/config/appsettings`, apiVersion, { properties });
    const strings = { ...(await connectionStrings()), [name]: { value, type } };
    await world.plain.arm('PUT', `${shop().id}/config/connectionstrings`, apiVersion, {
      properties: strings,
    });
    return value;
  };
  const begin = async (setting: string): Promise<Replacement> => {
    const question = {
      appId: shop().id,
      setting,
      source: 'connectionString',
      identity: 'SystemAssigned',
    } as const;
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts);
    const {
      refusals,
      grant,
      write,
      connectionType = assert.fail(),
    } = planReplacement({ ...facts, asksForScript: true });
    assert.deepEqual(refusals, []);
    const { done, failure } = await apply(world.place(), grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    return {
      ...{ id: 'one', appId: shop().id, identity: question.identity, readyAt: 0 },
      parts: [
        {
          ...{ setting, connectionType, write, sticky: [] },
          oldValue: listed ?? { kind: 'secret', vaultId: world.vault().id, secretName: 'Old' },
        },
      ],
      ...{ functions: facts.functions ?? [], steps: done.flatMap(({ undo }) => undo ?? []).reverse() },
    };
  };
  const replace = (replacement: Replacement) =>
    replaceCredential(world.c, replacement, events, world.never, quickWatch);
  const undo = (replacement: Replacement) =>
    undoReplacement(world.place(), replacement, [], [], events, world.never);

  it('is deleted after the settings that replace it were written, and comes back with its type', async () => {
    await move('Photos', 'Custom');
    const [before] = await both();
    const was = await connectionStrings();
    const replacement = await begin('Photos');
    const { told } = world;
    told.length = 0;
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.deepEqual(
      told.filter((one) => one !== 'syncTriggers'),
      ['writes', 'exchangeAppSettings', 'writes', 'deleteAppSetting'],
    );
    const { Photos: _, ...others } = was;
    const set = { Photos__blobServiceUri: 'https://keylessshopphotos.blob.core.windows.net' };
    assert.deepEqual(await both(), [{ ...before, ...set }, others]);
    assert.deepEqual(await replace(replacement), { kind: 'replaced' }, 'a second run finds it done');
    assert.deepEqual(await undo(replacement), { left: [] });
    assert.deepEqual(await both(), [before, was]);
  });

  it('is restored if the second of its two writes fails', async () => {
    await move('Photos', 'Custom');
    const before = await both();
    const replacement = await begin('Photos');
    const path = String.raw`/config/connectionstrings\?`;
    const fault = { service: 'arm', method: 'PUT', path, status: 403, count: 1 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    assert.equal((await replace(replacement)).kind, 'back');
    assert.deepEqual(await both(), before);
  });

  it("isn't touched if someone else has changed it", async () => {
    await move('Photos', 'Custom');
    const replacement = await begin('Photos');
    const all = await connectionStrings();
    const properties = { ...all, Photos: { value: 'theirs', type: 'Custom' } };
    await world.plain.arm('PUT', `${shop().id}/config/connectionstrings`, apiVersion, { properties });
    const before = await both();
    assert.equal((await replace(replacement)).kind, 'untouched');
    assert.deepEqual(await both(), before);
  });

  it('of a SQL database gets another value in one write, and keeps its type', async () => {
    const value = await move('ShopDb', 'SQLAzure');
    await world.plain.arm('PATCH', shop().id, apiVersion, { identity: { type: 'SystemAssigned' } });
    await world.plain.vault('PUT', world.vault().vaultUri, '/secrets/Old', { value });
    const before = await both();
    const replacement = await begin('ShopDb');
    world.told.length = 0;
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.deepEqual(
      world.told.filter((one) => one !== 'syncTriggers'),
      ['writes', 'setAppSetting'],
    );
    const { type, value: now } = (await connectionStrings())['ShopDb'] ?? assert.fail();
    assert.equal(type, 'SQLAzure');
    assert.match(now, /^Server=.*;Authentication=Active Directory Managed Identity$/);
    assert.doesNotMatch(now, /Password/);
    assert.deepEqual(await undo(replacement), { left: [] });
    assert.deepEqual(await both(), before);
  });

  it('is known to stay with its slot by the marks of connection strings', async () => {
    await move('Photos', 'Custom');
    const properties = { connectionStringNames: ['Photos'], appSettingNames: [] };
    await world.plain.arm('PUT', `${shop().id}/config/slotConfigNames`, apiVersion, { properties });
    const question = { appId: shop().id, setting: 'Photos', identity: 'SystemAssigned' } as const;
    const read = (source: 'appSetting' | 'connectionString') =>
      factsOfKey(world.c, { ...question, source }, world.never);
    const { facts } = await read('connectionString');
    assert.ok(facts);
    assert.deepEqual([facts.connectionType, isSlotSetting(facts)], ['Custom', true]);
    assert.equal((await read('appSetting')).facts, undefined);
  });
});
