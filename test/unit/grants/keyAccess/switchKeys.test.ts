import assert from 'node:assert/strict';
import { keyAccessVerdict } from '../../../../src/access/keyAccess/keyAccessFacts';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import type { Connection } from '../../../../src/azure/core/connection';
import { readKeyedResource, writeKeyAccess } from '../../../../src/azure/resources/keySwitch';
import { listServiceKeys } from '../../../../src/azure/resources/serviceKeys';
import { readKeyAccessFacts } from '../../../../src/grants/keyAccess/readKeyAccessFacts';
import type { KeySwitching, WatchedApp } from '../../../../src/grants/keyAccess/switchKeys';
import { healthyApps, turnOffKeys } from '../../../../src/grants/keyAccess/switchKeys';
import { control } from '../../azure/support';
import { useGrantWorld } from '../grantWorld';

describe('Turning off the keys of a resource', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const looks: number[] = [];
  const kept: KeySwitching[] = [];
  const events = {
    changed: ({ kind }: { readonly kind: string }) => world.told.push(kind),
    turnedOff: (switching: KeySwitching) => {
      kept.push(switching);
      return Promise.resolve();
    },
    looked: (left: number) => looks.push(left),
  };
  const timing = { length: 20_000, poll: 5000, failing: 8000, silent: 60_000 };
  let accountId: string;

  const idIn = (app: string, path: string) =>
    `${world.app(app).id.split('/providers/')[0] ?? ''}/providers/${path}`;
  const keysWork = async (id = accountId) => (await readKeyedResource(world.c, id)).keysWork;
  const turnOff = (watched: readonly WatchedApp[], signal = world.never, resourceId = accountId) =>
    turnOffKeys(world.c, { resourceId, watched, until: 0, isOff: false }, events, signal, timing);

  beforeEach(async () => {
    looks.length = kept.length = 0;
    accountId = idIn('keyless-demo-app', 'Microsoft.Storage/storageAccounts/keylessdemostorage');
    const key = (await listServiceKeys(world.c, accountId)).get('key1') ?? '';
    const value = `DefaultEndpointsProtocol=https;AccountName=keylessdemostorage;AccountKey=${key};EndpointSuffix=core.windows.net`;
    await changeAppSettings(world.c, world.app(), { kind: 'set', name: 'AzureWebJobsStorage', value });
  });

  it('begins with who uses them: the apps in sight, and what the service counted', async () => {
    const apps = world.apps.map((app) => ({ connection: world.c, app }));
    const hidden = { name: 'Hidden', error: new Error() };
    const facts = await readKeyAccessFacts(world.c, accountId, { apps, unlisted: [hidden] }, world.never);
    const users = facts.users.map(({ app, findings }) => [app.name, ...findings.map(({ name }) => name)]);
    assert.deepEqual(users, [['keyless-demo-app', 'AzureWebJobsStorage']]);
    assert.deepEqual(facts.unread, ['Hidden']);
    assert.equal(facts.users[0]?.isElsewhere, undefined);
    const guest = Object.assign(Object.create(world.c) as Connection, { tenantId: 'another' });
    const foreign = world.apps.map((app) => ({ connection: guest, app }));
    const seen = await readKeyAccessFacts(world.c, accountId, { apps: foreign, unlisted: [] }, world.never);
    assert.equal(seen.users[0]?.isElsewhere, true);
    assert.deepEqual(facts.requests, { key: 0, sas: 0 });
    assert.equal(keyAccessVerdict(facts), 'inUse');
    const key = (await listServiceKeys(world.c, accountId)).get('key1') ?? '';
    assert.ok(!JSON.stringify(facts).includes(key));
    const bus = idIn('keyless-shop-app', 'Microsoft.ServiceBus/namespaces/keyless-shop-bus');
    const ofBus = await readKeyAccessFacts(world.c, bus, { apps, unlisted: [] }, world.never);
    assert.deepEqual(
      [ofBus.users.map(({ app }) => app.name), ofBus.requests],
      [['keyless-shop-app'], undefined],
    );
  });

  it('watches the apps for a while, and records one change', async () => {
    await changeAppSettings(world.c, world.app(), { kind: 'delete', name: 'AzureWebJobsStorage' });
    const watched = await healthyApps(world.c, [world.app().id, '/subscriptions/none'], world.never);
    assert.deepEqual(watched, [{ appId: world.app().id, functions: ['ReadSecret'] }]);
    assert.deepEqual(await turnOff(watched), { kind: 'off' });
    assert.equal(await keysWork(), false);
    assert.deepEqual(world.told, ['turnOffKeys']);
    assert.ok(looks.length >= 4 && looks.at(-1) === 0, looks.join());
    assert.deepEqual(
      kept.map(({ isOff, until }) => [isOff, until > world.c.clock.now() - 25_000]),
      [[true, true]],
    );
  });

  it('turns them on again if an app fails without them', async () => {
    const watched = await healthyApps(world.c, [world.app().id], world.never);
    assert.equal(watched.length, 1);
    const switched = await turnOff(watched);
    assert.equal(switched.kind, 'back');
    assert.ok('error' in switched && /host reports an error/.test(String(switched.error)));
    assert.equal(await keysWork(), true);
    assert.deepEqual(world.told, ['turnOffKeys', 'turnOnKeys']);
  });

  it("doesn't turn them on again where they're deleted for good", async () => {
    const watched = await healthyApps(world.c, [world.app().id], world.never);
    const store = idIn(
      'keyless-shop-app',
      'Microsoft.AppConfiguration/configurationStores/keyless-shop-config',
    );
    // The app fails for another reason meanwhile.
    await writeKeyAccess(world.c, await readKeyedResource(world.c, accountId), false);
    assert.equal((await turnOff(watched, world.never, store)).kind, 'failing');
    assert.equal(await keysWork(store), false);
    assert.deepEqual(world.told, ['turnOffKeys']);
  });

  it('leaves them off if watching is canceled, and on if the service refuses', async () => {
    const abort = new AbortController();
    const watched = [{ appId: world.app().id, functions: [] }];
    const switching = { resourceId: accountId, watched, until: 0, isOff: false };
    const canceling = {
      ...events,
      looked: () => {
        abort.abort();
      },
    };
    const canceled = await turnOffKeys(world.c, switching, canceling, abort.signal, timing);
    assert.deepEqual([canceled, await keysWork()], [{ kind: 'unwatched' }, false]);
    await writeKeyAccess(world.c, await readKeyedResource(world.c, accountId), true);
    world.told.length = 0;
    const fault = { service: 'arm', method: 'PATCH', path: 'keylessdemostorage', status: 403, count: 0 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    assert.equal((await turnOff(watched)).kind, 'notOff');
    assert.deepEqual([await keysWork(), world.told], [true, []]);
  });

  it('notices in the next window that an app fails, however much later that opens', async () => {
    const watched = [{ appId: world.app().id, functions: ['ReadSecret'] }];
    for (const until of [0, world.c.clock.now() - 1]) {
      await writeKeyAccess(world.c, await readKeyedResource(world.c, accountId), false);
      const switching = { resourceId: accountId, watched, until, isOff: true };
      assert.equal((await turnOffKeys(world.c, switching, events, world.never, timing)).kind, 'back');
    }
    assert.deepEqual(world.told, ['turnOnKeys', 'turnOnKeys']);
  });

  it('watches in the next window as long as it would have, if nothing fails', async () => {
    await changeAppSettings(world.c, world.app(), { kind: 'delete', name: 'AzureWebJobsStorage' });
    const watched = [{ appId: world.app().id, functions: ['ReadSecret'] }];
    const of = { resourceId: accountId, watched, isOff: true };
    const short = { ...timing, length: 40_000, silent: 5000 };
    for (const [until, left] of [
      [0, 40_000],
      [world.c.clock.now() - 1, 10_000],
    ] as const) {
      looks.length = 0;
      const ended = await turnOffKeys(world.c, { ...of, until }, events, world.never, short);
      assert.deepEqual([ended.kind, looks[0] === left, looks.at(-1)], ['off', true, 0], looks.join());
    }
  });
});
