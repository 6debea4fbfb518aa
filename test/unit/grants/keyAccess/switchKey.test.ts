import assert from 'node:assert/strict';
import {
  firstStep,
  keyLabel,
  keyToRotate,
  keyToSwitchTo,
  rotationStep,
} from '../../../../src/access/keyAccess/rotation';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { AzureError } from '../../../../src/azure/core/errors';
import { listKeyPairs, regenerateKey } from '../../../../src/azure/resources/keyRotation';
import { listServiceKeys } from '../../../../src/azure/resources/serviceKeys';
import type { Change } from '../../../../src/changes/change';
import { findKeyIn, readKeyHolders } from '../../../../src/grants/keyAccess/readKeyHolders';
import { rotateKey } from '../../../../src/grants/keyAccess/rotateKey';
import { switchKey } from '../../../../src/grants/keyAccess/switchKey';
import { control } from '../../azure/support';
import { useGrantWorld } from '../grantWorld';

const name = 'AzureWebJobsStorage';

describe('A key of a storage account', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = {
    writes: () => world.told.push('writes'),
    changed: ({ kind }: { readonly kind: string }) => world.told.push(kind),
    looked: () => undefined,
  };
  const timing = { poll: 1000, failing: 3000, limit: 20_000 };
  let accountId: string;
  let keys: ReadonlyMap<string, string>;

  const hold = async (value: string) => changeAppSettings(world.c, world.app(), { kind: 'set', name, value });
  const withKey = (keyName: string) =>
    `DefaultEndpointsProtocol=https;AccountName=keylessdemostorage;AccountKey=${keys.get(keyName) ?? ''};EndpointSuffix=core.windows.net`;
  const held = async () => (await readAppSettings(world.c, world.app())).get(name);
  const facts = async (id = accountId) => {
    const apps = world.apps.map((app) => ({ connection: world.c, app }));
    const found = await readKeyHolders(world.c, id, { apps, unlisted: [] }, world.never);
    const [{ keys } = assert.fail()] = found.pairs;
    return { ...found, keys };
  };
  const switchTo = (to: string, from: string) => {
    const change = { appId: world.app().id, setting: { name }, resourceId: accountId, from, to };
    return switchKey({ app: world.c, resource: world.c }, change, events, world.never, timing);
  };

  beforeEach(async () => {
    const group = world.app().id.split('/providers/')[0] ?? '';
    accountId = `${group}/providers/Microsoft.Storage/storageAccounts/keylessdemostorage`;
    keys = await listServiceKeys(world.c, accountId);
    await hold(withKey('key1'));
    world.told.length = 0;
  });

  it('is found in the app that holds it, so that the other one is rotated first', async () => {
    const found = await facts();
    const holders = found.keys.map((key) => [key.keyName, ...key.holders.map(({ app }) => app.name)]);
    assert.deepEqual(holders, [['key1', 'keyless-demo-app'], ['key2']]);
    assert.equal(keyToRotate(found)?.keyName, 'key2');
    assert.equal(keyToSwitchTo(found, 'key1')?.keyName, 'key2');
    assert.equal(rotationStep(found, Date.now()).kind, 'rotate');
    for (const key of keys.values()) assert.ok(!JSON.stringify(found).includes(key));
  });

  it('is none to rotate while apps hold each, and the older one if no app holds any', async () => {
    await changeAppSettings(world.c, world.app(), { kind: 'set', name: 'Other', value: withKey('key2') });
    assert.equal(rotationStep(await facts(), Date.now()).kind, 'allHeld');
    for (const one of [name, 'Other'])
      await changeAppSettings(world.c, world.app(), { kind: 'delete', name: one });
    await regenerateKey(world.c, accountId, { name: 'key1' });
    assert.equal(keyToRotate(await facts())?.keyName, 'key2');
  });

  it("isn't known if the app holds one that was rotated since", async () => {
    await regenerateKey(world.c, accountId, { name: 'key1' });
    const { others, keys: now } = await facts();
    assert.deepEqual(
      others.map(({ finding }) => finding.name),
      [name],
    );
    assert.ok(now.every(({ holders }) => holders.length === 0));
  });

  it('is rotated even if the answer is lost, and known not to be if the service refuses', async () => {
    const recorded: Change[] = [];
    const rotate = () =>
      rotateKey(world.c, accountId, 'key1', (change) => recorded.push(change), world.never);
    const fault = { service: 'arm', path: 'regenerateKey' };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', { ...fault, truncateJson: true });
    await rotate();
    const rotated = (await listServiceKeys(world.c, accountId)).get('key1');
    assert.notEqual(rotated, keys.get('key1'));
    await control(world.c, world.sandbox.ready, 'POST', '/faults', { ...fault, status: 403 });
    await assert.rejects(rotate(), { name: 'AzureError', status: 403 });
    assert.equal((await listServiceKeys(world.c, accountId)).get('key1'), rotated);
    assert.deepEqual(recorded, [{ kind: 'regenerateKey', resourceId: accountId, keyName: 'key1' }]);
  });

  it('is replaced by the other one in a setting, and the host stays healthy', async () => {
    assert.deepEqual(await switchTo('key2', 'key1'), { kind: 'switched' });
    assert.equal(await held(), withKey('key2'));
    assert.deepEqual(
      world.told.filter((kind) => kind !== 'syncTriggers'),
      ['writes', 'setAppSetting'],
    );
  });

  it('comes back if the host fails with the other one', async () => {
    await control(world.c, world.sandbox.ready, 'POST', '/faults', {
      ...{ service: 'arm', path: 'hostruntime/admin/host/status', skip: 3, count: 0, status: 200 },
      body: { state: 'Error', errors: ['broken'] },
    });
    const switched = await switchTo('key2', 'key1');
    assert.equal(switched.kind, 'back');
    assert.equal(await held(), withKey('key1'));
    assert.ok('error' in switched && !String(switched.error).includes(keys.get('key1') ?? ''));
  });

  it("isn't touched if the setting has another key meanwhile", async () => {
    await hold(withKey('key2'));
    assert.equal((await switchTo('key2', 'key1')).kind, 'untouched');
    assert.equal(await held(), withKey('key2'));
  });
});

describe('A key of another service', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = { writes: () => undefined, changed: () => undefined, looked: () => undefined };
  const timing = { poll: 1000, failing: 3000, limit: 20_000 };
  const idOf = (type: string, name: string) =>
    `${world.app('keyless-shop-app').id.split('/providers/')[0] ?? ''}/providers/${type}/${name}`;
  const busId = () => idOf('Microsoft.ServiceBus/namespaces', 'keyless-shop-bus');
  const storeId = () => idOf('Microsoft.AppConfiguration/configurationStores', 'keyless-shop-config');
  const app = () => world.app('keyless-shop-app');
  const hold = (name: string, value: string) =>
    changeAppSettings(world.c, app(), { kind: 'set', name, value });
  const held = async (name: string) => (await readAppSettings(world.c, app())).get(name);
  const holdersOf = async (id: string) => {
    const apps = [{ connection: world.c, app: app() }];
    const facts = await readKeyHolders(world.c, id, { apps, unlisted: [] }, world.never);
    const named = facts.pairs.map(({ keys }) =>
      keys.map((key) => [key.keyName, ...key.holders.map(({ finding }) => finding.name)].join(' ')),
    );
    return { facts, named, others: facts.others.map(({ finding }) => finding.name) };
  };
  const switchTo = (resourceId: string, name: string, from: string, to: string) =>
    switchKey(
      { app: world.c, resource: world.c },
      { appId: app().id, setting: { name }, resourceId, from, to },
      events,
      world.never,
      timing,
    );

  it('is found by its value, also the one of a queue and one without an address', async () => {
    const root = 'authorizationRules/RootManageSharedAccessKey';
    const send = 'queues/orders/authorizationRules/send';
    assert.deepEqual((await holdersOf(busId())).named, [
      [`${root}/primaryKey OrdersBus`, `${root}/secondaryKey`],
    ]);
    const path = `${busId()}/${send}/listKeys`;
    const ofQueue = (await world.plain.arm('POST', path, '2021-11-01')) as Record<string, string>;
    const all = (await world.plain.arm(
      'POST',
      `${busId()}/${root}/listKeys`,
      '2021-11-01',
    )) as typeof ofQueue;
    await hold('Queue', ofQueue['secondaryConnectionString'] ?? '');
    await hold('BARE_KEY', all['secondaryKey'] ?? '');
    await hold('Gone', (all['primaryConnectionString'] ?? '').replace(/Key=[^;]{9}/, 'Key=AAAAAAAAA'));
    const { facts, named, others } = await holdersOf(busId());
    assert.deepEqual(named, [
      [`${root}/primaryKey OrdersBus`, `${root}/secondaryKey BARE_KEY`],
      [`${send}/primaryKey`, `${send}/secondaryKey Queue`],
    ]);
    assert.deepEqual(others, ['Gone']);
    const first = firstStep(facts, Date.now());
    assert.deepEqual([first?.pair, first?.step.kind], [facts.pairs[0], 'allHeld']);
    assert.equal(keyLabel(`${send}/primaryKey`), 'orders/send/primaryKey');
    for (const key of [...Object.values(ofQueue), ...Object.values(all)].filter((one) => one.length > 40))
      assert.ok(!JSON.stringify(facts).includes(key));
  });

  it('is recognized in a text', async () => {
    const find = (text: string, part?: string) => findKeyIn(world.c, busId(), { text, part }, world.never);
    const send = 'queues/orders/authorizationRules/send';
    const path = `${busId()}/${send}/listKeys`;
    const { primaryKey = '' } = (await world.plain.arm('POST', path, '2021-11-01')) as Record<string, string>;
    assert.equal(await find(`SharedAccessKey=${primaryKey};`, 'orders'), `${send}/primaryKey`);
    assert.equal(await find(encodeURIComponent(primaryKey), 'orders'), `${send}/primaryKey`);
    assert.equal(await find(primaryKey), undefined);
    assert.equal(await find(primaryKey.replace(/^...../, 'AAAAA'), 'orders'), undefined);
    await world.plain.arm('PATCH', busId(), '2021-11-01', { properties: { disableLocalAuth: true } });
    assert.equal(await find(primaryKey, 'orders'), undefined);
  });

  it("isn't read while keys are off", async () => {
    await world.plain.arm('PATCH', storeId(), '2023-03-01', { properties: { disableLocalAuth: true } });
    const { facts } = await holdersOf(storeId());
    assert.deepEqual([facts.resource.keysWork, facts.pairs], [false, []]);
    assert.equal(firstStep(facts, Date.now()), undefined);
  });

  it('is replaced along with its ID, or encoded as it was', async () => {
    const [pair = []] = await listKeyPairs(world.c, { id: storeId(), properties: {} }, []);
    const value = (at: number) => {
      const { id = '', value: secret } = pair[at] ?? assert.fail();
      return `Endpoint=https://keyless-shop-config.azconfig.io;Id=${id};Secret=${secret}`;
    };
    await hold('Config', value(0));
    assert.deepEqual((await holdersOf(storeId())).named[0], ['Primary Config', 'Secondary']);
    assert.deepEqual(await switchTo(storeId(), 'Config', 'Primary', 'Secondary'), { kind: 'switched' });
    assert.equal(await held('Config'), value(1));
    const root = 'authorizationRules/RootManageSharedAccessKey';
    const [keys = []] = await listKeyPairs(world.c, { id: busId(), properties: {} }, []);
    const url = (at: number) => `amqps://Root:${encodeURIComponent(keys[at]?.value ?? '')}@keyless-shop-bus`;
    await hold('Url', url(0));
    const switched = await switchTo(busId(), 'Url', `${root}/primaryKey`, `${root}/secondaryKey`);
    assert.deepEqual([switched.kind, await held('Url')], ['switched', url(1)]);
  });

  it("isn't given to an app while the resource may be making it", async () => {
    const root = 'authorizationRules/RootManageSharedAccessKey';
    const before = await held('OrdersBus');
    const json = (await world.plain.arm('GET', busId(), '2021-11-01')) as { properties: object };
    const body = { ...json, properties: { ...json.properties, provisioningState: 'Updating' } };
    const fault = { service: 'arm', path: '/namespaces/keyless-shop-bus', status: 200, body };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    const switched = await switchTo(busId(), 'OrdersBus', `${root}/primaryKey`, `${root}/secondaryKey`);
    assert.ok(switched.kind === 'untouched' && switched.error instanceof AzureError);
    assert.deepEqual([switched.error.code, await held('OrdersBus')], ['NotReady', before]);
  });

  for (const [type, name, keyName] of [
    ['Microsoft.SignalRService/SignalR', 'keyless-shop-signalr', 'secondaryKey'],
    ['Microsoft.DocumentDB/databaseAccounts', 'keyless-shop-stock', 'primaryReadonlyMasterKey'],
    ['Microsoft.AppConfiguration/configurationStores', 'keyless-shop-config', 'Primary'],
  ] as const)
    it(`is rotated, and recorded once it's certain (${type})`, async () => {
      const resourceId = idOf(type, name);
      const list = async () => (await listKeyPairs(world.c, { id: resourceId, properties: {} }, [])).flat();
      const find = async () => (await list()).find((key) => key.name === keyName) ?? assert.fail();
      const before = await find();
      const recorded: Change[] = [];
      await rotateKey(world.c, resourceId, keyName, (change) => recorded.push(change), world.never);
      const after = await find();
      assert.notEqual(after.value, before.value);
      const ofId = after.id === undefined ? {} : { keyId: after.id };
      assert.deepEqual(recorded, [{ kind: 'regenerateKey', resourceId, keyName, ...ofId }]);
    });
});
