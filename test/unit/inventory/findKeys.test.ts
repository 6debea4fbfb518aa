import assert from 'node:assert/strict';
import type { AppKeys } from '../../../src/inventory/findKeys';
import { findKeysOf, listAppsIn } from '../../../src/inventory/findKeys';
import type { AppTarget } from '../../../src/inventory/targets';
import { startWorld } from '../../support/worlds/largeWorlds';
import { keysWorld } from '../../support/worlds/keysWorld';
import type { RunningSandbox } from '../../support/sandbox';
import { useSandbox } from '../azure/useSandbox';
import type { TestConnection } from '../azure/support';
import { connect, control } from '../azure/support';
import { fakeKeys } from '../access/credentials/fakeKeys';
import { openInventory } from './openInventory';

const { signal } = new AbortController();
const namesOf = (apps: readonly AppTarget[]) =>
  apps.map(({ app }) => app.id.replace(/^.*\/sites\//i, '')).sort();

describe('the apps to find keys in', () => {
  const sandbox = useSandbox();
  const appsIn = async (scope: string) => {
    const { inventory } = await openInventory(sandbox.c);
    return listAppsIn(inventory, scope, signal);
  };
  const idOf = async (name: string) => {
    const { apps } = await appsIn('');
    return apps.find(({ app }) => app.name === name)?.app.id ?? assert.fail();
  };

  it('are all apps and slots, those of a subscription or group, or one app with its slots', async () => {
    const linux = await idOf('keyless-linux-app');
    const group = linux.replace(/\/providers\/.*$/, '');
    const ofApp = ['keyless-linux-app', 'keyless-linux-app/slots/staging'];
    const ofGroup = ['keyless-flex-app', ...ofApp, 'keyless-rbac-app', 'keyless-shop-app'];
    const all = await appsIn('');
    assert.deepEqual(all.unlisted, []);
    assert.deepEqual(
      namesOf(all.apps).filter((name) => ofGroup.includes(name)),
      ofGroup,
    );
    assert.ok(namesOf(all.apps).includes('keyless-demo-app'));
    assert.deepEqual(namesOf((await appsIn(group.toUpperCase())).apps), ofGroup);
    assert.deepEqual(namesOf((await appsIn(linux)).apps), ofApp);
    assert.deepEqual(namesOf((await appsIn(`${linux}/slots/staging`)).apps), [ofApp[1]]);
    const subscription = linux.split('/').slice(0, 3).join('/');
    assert.deepEqual(
      namesOf((await appsIn(subscription)).apps),
      namesOf(all.apps.filter(({ app }) => app.id.startsWith(`${subscription}/`))),
    );
  });

  it('are found without Resource Graph, slots included', async () => {
    const fault = { service: 'arm', path: '/Microsoft.ResourceGraph/', status: 403, count: 0 };
    await sandbox.control('POST', '/faults', fault);
    const { apps, unlisted } = await appsIn('');
    await sandbox.control('DELETE', '/faults');
    assert.deepEqual(unlisted, []);
    assert.ok(namesOf(apps).includes('keyless-linux-app/slots/staging'));
    assert.ok(namesOf(apps).includes('keyless-demo-app'));
  });

  it("say whose apps and slots couldn't be listed", async () => {
    const fault = { service: 'arm', path: '/Microsoft.ResourceGraph/', status: 409, count: 0 };
    const { inventory, subscriptions } = await openInventory(sandbox.c);
    await sandbox.control('POST', '/faults', fault);
    const { apps, unlisted } = await listAppsIn(inventory, '', signal);
    await sandbox.control('DELETE', '/faults');
    assert.deepEqual(apps, []);
    assert.deepEqual(
      unlisted.map(({ name }) => name).sort(),
      subscriptions.map(({ displayName }) => displayName).sort(),
    );
  });
});

describe('the keys of many apps', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let apps: readonly AppTarget[];

  before(async () => {
    sandbox = await startWorld(keysWorld(2, 40));
    c = connect(sandbox.ready);
    const { inventory } = await openInventory(c);
    ({ apps } = await listAppsIn(inventory, '', signal));
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    c.log.length = 0;
  });

  const find = async (some = apps) => {
    const found = new Map<string, AppKeys>();
    await findKeysOf(some, (keys) => found.set(keys.app.name, keys), signal);
    return found;
  };
  const sent = (part: string) => c.log.filter((line) => line.includes(part)).length;
  const withFault = async (fault: object, work: () => Promise<void>) => {
    await control(c, sandbox.ready, 'POST', '/faults', { service: 'arm', ...fault });
    try {
      await work();
    } finally {
      await control(c, sandbox.ready, 'DELETE', '/faults');
    }
  };

  it('take one request for each kind of settings and one for publishing, and the functions only where needed', async () => {
    const found = await find();
    assert.equal(found.size, 40);
    for (const part of ['appsettings/list', 'connectionstrings/list', 'basicPublishingCredentialsPolicies'])
      assert.equal(sent(part), 40, part);
    assert.equal(c.log.filter((line) => /\/functions\b/.test(line)).length, 4);
    const keys = [...found.values()].flatMap((app) => app.found?.keys ?? assert.fail(app.app.name));
    const byKind = Map.groupBy(keys, ({ finding }) => finding.kind);
    assert.equal(byKind.get('storageKey')?.length, 36);
    assert.equal(byKind.get('namespaceKey')?.length, 4);
    assert.equal(new Set(byKind.get('storageKey')?.map(({ finding }) => finding.fingerprint)).size, 1);
    const said = JSON.stringify(keys);
    assert.ok(!said.includes(fakeKeys.storage) && !said.includes(fakeKeys.serviceBus));
  });

  it("say which apps couldn't be read, and why, and go on", async () => {
    const fault = { path: '/scale-app-1-3/config/appsettings/list', status: 403, count: 0 };
    await withFault(fault, async () => {
      const found = await find();
      assert.equal(found.size, 40);
      const failed = [...found.values()].filter(({ failure }) => failure);
      assert.deepEqual(
        failed.map(({ app, failure, found: keys }) => [app.name, failure?.status, keys]),
        [['scale-app-1-3', 403, undefined]],
      );
    });
  });

  it('wait as long as Azure asks for, and are complete in the end', async () => {
    const paths = ['/config/connectionstrings/list', '/basicPublishingCredentialsPolicies'];
    for (const path of paths)
      await withFault({ path, status: 429, retryAfterSeconds: 90, count: 3 }, async () => {
        const found = await find(apps.slice(0, 10));
        assert.equal(found.size, 10);
        for (const keys of found.values())
          assert.deepEqual([keys.failure, keys.found?.unread], [undefined, []]);
      });
  });

  it('are complete although they are in one subscription, whose limit they exceed', async () => {
    const crowded = await startWorld(keysWorld(1, 150));
    try {
      const client = connect(crowded.ready);
      const { inventory } = await openInventory(client);
      const found: AppKeys[] = [];
      const all = await listAppsIn(inventory, '', signal);
      await findKeysOf(all.apps, (keys) => found.push(keys), signal);
      assert.ok(client.log.some((line) => / 429 /.test(line)));
      assert.equal(found.filter((keys) => keys.found?.unread.length === 0).length, 150);
    } finally {
      await crowded.stop();
    }
  });

  it("don't wait for a limit that lasts too long", async () => {
    const fault = { path: '/config/appsettings/list', status: 429, retryAfterSeconds: 3600, count: 1 };
    await withFault(fault, async () => {
      const found = await find(apps.slice(0, 5));
      const failed = [...found.values()].filter(({ failure }) => failure?.status === 429);
      assert.equal(failed.length, 1);
    });
  });

  it('are no longer read once canceled', async () => {
    const cancel = new AbortController();
    let read = 0;
    const work = findKeysOf(
      apps,
      () => {
        read++;
        cancel.abort();
      },
      cancel.signal,
    );
    await assert.rejects(work, { name: 'AbortError' });
    assert.ok(read < 10, String(read));
  });
});
