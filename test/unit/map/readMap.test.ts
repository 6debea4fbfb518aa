import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import type { AccessMap } from '../../../src/map/model/map';
import { MapReader } from '../../../src/map/readMap';
import type { LiveInventory } from '../../../src/inventory/inventory';
import { mapWorld } from '../../support/worlds/mapWorld';
import { temporaryFolder } from '../../support/processes';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { fakeKeys } from '../access/credentials/fakeKeys';
import type { TestConnection } from '../azure/support';
import { connect, only } from '../azure/support';
import { openInventory } from '../inventory/openInventory';

describe('reading the access map', () => {
  const work = temporaryFolder('map');
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let inventory: LiveInventory;
  let reader: MapReader;

  before(async () => {
    const world = path.join(work.path, 'world.json');
    fs.writeFileSync(world, JSON.stringify(mapWorld()));
    sandbox = await startSandbox(['--world', world]);
    c = connect(sandbox.ready);
    ({ inventory } = await openInventory(c));
  });
  beforeEach(() => {
    reader = new MapReader(inventory);
  });
  after(async () => {
    await sandbox.stop();
    work.remove();
  });

  const requests = (part: string) => c.log.filter((line) => line.includes(part)).length;
  const readings = async (scope = '', keys = false) => {
    c.log.length = 0;
    const found = [];
    for await (const reading of reader.read(scope, new AbortController().signal, keys)) found.push(reading);
    return found;
  };
  const edges = ({ edges: all }: AccessMap, kind: string) => all.filter((edge) => edge.kind === kind).length;

  it('shows access to 52 vaults after one request per subscription, and then adds references', async () => {
    const [first, last, ...more] = await readings();
    assert.ok(first && last);
    assert.equal(more.length, 0);
    assert.deepEqual([first.done, first.of, edges(first.map, 'reference')], [0, 56, 0]);
    assert.equal(edges(last.map, 'reference'), 56);
    assert.deepEqual(edges(first.map, 'access'), edges(last.map, 'access'));
    assert.equal(requests('/roleAssignments'), 2);
    // Most roles are the same in all subscriptions.
    assert.equal(requests('/roleDefinitions'), 1);
    assert.equal(requests('/configreferences/appsettings'), 56);
    // The directory tells nothing, so their kinds come from the role assignments.
    const others = last.map.nodes.filter(({ kind }) => kind === 'other');
    assert.deepEqual(others.map(({ note }) => note).sort(), ['application or managed identity', 'user']);
    assert.ok(others.every(({ id, name }) => id === `other ${name.toLowerCase()}`));
    assert.equal(last.map.edges.filter(({ kind, broken }) => kind === 'reference' && broken).length, 9);
  });

  it('rereads only what a write may have changed', async () => {
    await readings();
    assert.equal((await readings()).length, 1);
    assert.deepEqual([requests('/configreferences'), requests('/roleAssignments')], [0, 0]);
    const { vault } = only(
      await inventory.keyVaults(),
      ({ vault: { name } }) => name === 'shop-pay-kv',
      'the vault',
    );
    reader.forget(vault.id);
    await readings();
    // Only the vault's own subscription of the two.
    assert.deepEqual([requests('/configreferences'), requests('/roleAssignments')], [6, 1]);
    const { app } = only(
      await inventory.functionApps(),
      ({ app: { name } }) => name === 'shop-web',
      'the app',
    );
    reader.forget(app.id);
    await readings();
    assert.equal(requests('/configreferences'), 2);
  });

  it('reads the references of a single app if the map is scoped to it', async () => {
    reader.forget();
    const { app } = only(
      await inventory.functionApps(),
      ({ app: { name } }) => name === 'shop-web',
      'the app',
    );
    await readings(app.id);
    assert.equal(requests('/configreferences'), 2);
  });

  it('reads settings only if keys are shown, after everything else, and then only of apps that were written', async () => {
    const value = `DefaultEndpointsProtocol=https;AccountName=fakeacct01;AccountKey=${fakeKeys.storage}`;
    const { app } = only(
      await inventory.functionApps(),
      ({ app: { name } }) => name === 'shop-web',
      'the app',
    );
    await changeAppSettings(c, app, { kind: 'set', name: 'Photos', value });
    const settings = () => requests('/config/appsettings/list');
    const before = await readings();
    assert.deepEqual([settings(), before.map(({ keysOf }) => keysOf)], [0, [0, 0]]);
    const [first, last, ...more] = await readings('', true);
    assert.deepEqual([first?.keysOf, last?.keysOf, more.length, settings()], [56, 0, 0, 56]);
    const keys = last?.map.edges.filter(({ kind }) => kind === 'key') ?? [];
    assert.deepEqual(
      keys.map(({ from, to }) => [from.split('/').at(-1), to]),
      [['shop-web', 'resource storage/fakeacct01']],
    );
    assert.ok(!JSON.stringify(last).includes(fakeKeys.storage));
    await readings('', true);
    assert.equal(settings(), 0);
    await changeAppSettings(c, app, { kind: 'delete', name: 'Photos' });
    reader.forget(app.id);
    const [, now] = await readings('', true);
    assert.equal(settings(), 1);
    assert.equal(edges(now?.map ?? first?.map ?? assert.fail(), 'key'), 0);
  });

  it('asks only for identities that apps list and the inventory does not', async () => {
    const userAssigned = (resourceId: string) => [{ resourceId, principalId: 'p', clientId: 'c' }];
    const [target] = await inventory.functionApps();
    const id = `${target?.app.id.split('/providers/')[0] ?? ''}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gone`;
    const stale = new Proxy(inventory, {
      get: (all, name) =>
        name === 'functionApps'
          ? async () =>
              (await all.functionApps()).map((one) => ({
                ...one,
                app: { ...one.app, identity: { userAssigned: userAssigned(id) } },
              }))
          : (Reflect.get(all, name) as unknown),
    });
    reader = new MapReader(stale);
    const map = (await readings()).at(-1)?.map;
    assert.equal(requests('/userAssignedIdentities/'), 1);
    assert.equal(map?.nodes.find(({ name }) => name === 'gone')?.note, 'deleted identity');
  });

  it("lists a vault's secrets on request and marks missing ones", async () => {
    const target = only(
      await inventory.keyVaults(),
      ({ vault: { name } }) => name === 'shop-kv',
      'the vault',
    );
    await reader.readSecrets(target, new AbortController().signal);
    const map = (await readings()).at(-1)?.map;
    const secrets = map?.nodes.filter(
      ({ kind, vaultId }) => kind === 'secret' && vaultId?.endsWith('/shop-kv'),
    );
    assert.deepEqual(
      new Map(secrets?.map(({ name, note }) => [name, note])),
      new Map([
        ['DbPassword', ''],
        ['ApiKey', ''],
        ['SessionKey', "doesn't exist"],
      ]),
    );
  });
});

describe('reading the access map of 60 subscriptions', () => {
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox(['--scale', 'subscriptions=60,vaults=60']);
  });
  after(() => sandbox.stop());

  it('never has more than two dozen requests under way, and reads only the written subscription again', async () => {
    const c = connect(sandbox.ready);
    const { inventory } = await openInventory(c);
    await inventory.keyVaults();
    let [now, most] = [0, 0];
    const http = {
      sendRequest: async (request: PipelineRequest) => {
        most = Math.max(most, ++now);
        return c.http.sendRequest(request).finally(() => {
          now -= 1;
        });
      },
    };
    const counted = Object.create(c, { http: { value: http } }) as TestConnection;
    const vaults = (await inventory.keyVaults()).map(({ vault }) => ({ vault, connection: counted }));
    const reader = new MapReader(
      Object.create(inventory, { keyVaults: { value: () => Promise.resolve(vaults) } }) as LiveInventory,
    );
    const read = async () => {
      for await (const { map } of reader.read('', new AbortController().signal))
        assert.equal(map.nodes.filter(({ kind }) => kind === 'vault').length, 60);
    };
    await read();
    assert.ok(most > 1 && most <= 24, `${most} requests at once`);
    c.log.length = 0;
    reader.forget(vaults[7]?.vault.id);
    await read();
    assert.equal(c.log.filter((line) => line.includes('/roleAssignments')).length, 1);
    assert.equal(c.log.filter((line) => line.includes('/roleDefinitions')).length, 0);
  });
});
