import assert from 'node:assert/strict';
import { keyToRotate, keyToSwitchTo, rotationStep } from '../../../../src/access/keyAccess/rotation';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { listStorageKeys, regenerateStorageKey } from '../../../../src/azure/resources/storageKeys';
import { readKeyHolders } from '../../../../src/grants/keyAccess/readKeyHolders';
import { rotateStorageKey } from '../../../../src/grants/keyAccess/rotateStorageKey';
import { switchStorageKey } from '../../../../src/grants/keyAccess/switchStorageKey';
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
  const facts = () => {
    const apps = world.apps.map((app) => ({ connection: world.c, app }));
    return readKeyHolders(world.c, accountId, { apps, unlisted: [] }, world.never);
  };
  const switchTo = (to: string, from: string) => {
    const change = { appId: world.app().id, setting: { name }, accountId, from, to };
    return switchStorageKey({ app: world.c, account: world.c }, change, events, world.never, timing);
  };

  beforeEach(async () => {
    const group = world.app().id.split('/providers/')[0] ?? '';
    accountId = `${group}/providers/Microsoft.Storage/storageAccounts/keylessdemostorage`;
    keys = await listStorageKeys(world.c, accountId);
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
    await regenerateStorageKey(world.c, accountId, 'key1');
    assert.equal(keyToRotate(await facts())?.keyName, 'key2');
  });

  it("isn't known if the app holds one that was rotated since", async () => {
    await regenerateStorageKey(world.c, accountId, 'key1');
    const { others, keys: now } = await facts();
    assert.deepEqual(
      others.map(({ finding }) => finding.name),
      [name],
    );
    assert.ok(now.every(({ holders }) => holders.length === 0));
  });

  it('is rotated even if the answer is lost, and known not to be if the service refuses', async () => {
    const rotate = () => rotateStorageKey(world.c, accountId, 'key1', world.never);
    const fault = { service: 'arm', path: 'regenerateKey' };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', { ...fault, truncateJson: true });
    await rotate();
    const rotated = (await listStorageKeys(world.c, accountId)).get('key1');
    assert.notEqual(rotated, keys.get('key1'));
    await control(world.c, world.sandbox.ready, 'POST', '/faults', { ...fault, status: 403 });
    await assert.rejects(rotate(), { name: 'AzureError', status: 403 });
    assert.equal((await listStorageKeys(world.c, accountId)).get('key1'), rotated);
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
