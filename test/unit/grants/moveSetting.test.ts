import assert from 'node:assert/strict';
import type { Change } from '../../../src/changes/change';
import { changeAppSettings, readAppSettings } from '../../../src/azure/appService/appSettings';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { formatKeyVaultReference } from '../../../src/azure/keyVault/secretUri';
import { setSecret } from '../../../src/azure/keyVault/secrets';
import { enableSystemAssignedIdentity } from '../../../src/azure/appService/sites';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import type { PendingResolution } from '../../../src/grants/moveSetting';
import { replaceByReference } from '../../../src/grants/moveSetting';
import type { Clock } from '../../../src/azure/core/clock';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, control, only } from '../azure/support';

describe('replaceByReference', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  let vault: KeyVault;
  let looks: PendingResolution[];
  let changes: Change[];
  let restarts: number;

  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const { subscriptionIds } = sandbox.ready;
    app = only(
      (await listFunctionApps(c, subscriptionIds)).items,
      ({ name }) => name === 'keyless-demo-app',
      'app',
    );
    vault = only(
      (await listKeyVaults(c, subscriptionIds)).items,
      ({ name }) => name === 'keyless-demo-kv',
      'vault',
    );
    app = await enableSystemAssignedIdentity(c, app);
    await setSecret(c, vault, { name: 'Moved', value: 'plain' });
  });
  afterEach(() => sandbox.stop());
  beforeEach(async () => {
    [looks, changes, restarts] = [[], [], 0];
    await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'plain' });
  });

  const letRead = () => {
    const objectId = app.identity.systemAssigned?.principalId ?? '';
    return addAccessPolicy(c, vault, { objectId, permissions: { secrets: ['get'] } });
  };

  /** Simulated time, with something happening at a given look. */
  const clock = (at = 0, happens: () => Promise<unknown> = () => Promise.resolve()): Clock => {
    let now = 0;
    return {
      now: () => now,
      after(milliseconds, act) {
        const pass = async () => {
          now += milliseconds;
          if (looks.length === at) await happens();
          act();
        };
        void pass();
        return () => undefined;
      },
    };
  };
  const value = async () => (await readAppSettings(c, app)).get('TO_MOVE');
  const replace = (secretName: string, time: Clock, signal = new AbortController().signal) =>
    replaceByReference(
      c,
      {
        app,
        name: 'TO_MOVE',
        value: 'plain',
        reference: formatKeyVaultReference({ vaultUri: vault.vaultUri, name: secretName }),
      },
      {
        writes: () => (restarts += 1),
        changed: (change) => changes.push(change),
        looked: (look) => looks.push(look),
      },
      signal,
      time,
    );

  it("restores the value if the reference doesn't resolve within ten minutes", async () => {
    const replaced = await replace('Moved', clock());
    assert.equal(replaced.kind, 'back');
    assert.ok('why' in replaced && 'resolution' in replaced.why);
    assert.equal(replaced.why.resolution.status, 'AccessToKeyVaultDenied');
    assert.equal(await value(), 'plain');
    const waited = looks.map(({ wait }) => wait);
    assert.deepEqual(waited.slice(0, 5), [2000, 4000, 8000, 16_000, 30_000]);
    const sum = waited.reduce((total, wait) => total + wait, 0);
    assert.ok(sum > 9 * 60_000 && sum <= 10 * 60_000, `${sum}`);
  });

  it("restores the value at once if waiting can't help", async () => {
    await letRead();
    const replaced = await replace('Absent', clock());
    assert.ok(replaced.kind === 'back' && 'resolution' in replaced.why);
    assert.equal(replaced.why.resolution.status, 'SecretNotFound');
    assert.equal(await value(), 'plain');
    assert.equal(looks.length, 0);
    assert.deepEqual(
      changes.map((change) => 'reference' in change),
      [true, false],
    );
    assert.equal(restarts, 2);
    assert.doesNotMatch(JSON.stringify(changes), /plain/);
  });

  it('keeps a reference that resolves, even if it takes a while', async () => {
    await letRead();
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'vault',
      path: '/secrets/Moved',
      status: 403,
      count: 0,
    });
    const time = clock(3, () => control(c, sandbox.ready, 'DELETE', '/faults'));
    assert.deepEqual(await replace('Moved', time), { kind: 'resolved' });
    assert.match((await value()) ?? '', /^@Microsoft\.KeyVault/);
    assert.equal(looks.length, 3);
    assert.equal(looks[0]?.resolution?.status, 'AccessToKeyVaultDenied');
  });

  it('restores the value if the wait is canceled or the service fails', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', { service: 'vault', status: 403, count: 0 });
    const abort = new AbortController();
    const canceled = await replace(
      'Moved',
      clock(2, () => {
        abort.abort();
        return Promise.resolve();
      }),
      abort.signal,
    );
    assert.ok(canceled.kind === 'back' && 'error' in canceled.why);
    assert.equal((canceled.why.error as Error).name, 'AbortError');
    assert.equal(await value(), 'plain');
    await control(c, sandbox.ready, 'POST', '/faults', { path: 'configreferences', status: 403, count: 0 });
    const failed = await replace('Moved', clock());
    assert.ok(failed.kind === 'back' && 'error' in failed.why);
    assert.equal((failed.why.error as { status?: number }).status, 403);
    assert.equal(await value(), 'plain');
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it("restores the value if it isn't known whether the reference was written", async () => {
    const fault = { method: 'PUT', path: 'config/appsettings', truncateJson: true };
    await control(c, sandbox.ready, 'POST', '/faults', fault);
    await control(c, sandbox.ready, 'POST', '/faults', {
      path: 'appsettings/list',
      status: 403,
      skip: 1,
    });
    const replaced = await replace('Moved', clock());
    assert.equal(replaced.kind, 'back');
    assert.equal(await value(), 'plain');
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it("doesn't overwrite what someone else changed, neither when replacing nor when restoring", async () => {
    await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'theirs' });
    const refused = await replace('Moved', clock());
    assert.ok(refused.kind === 'back' && 'error' in refused.why);
    assert.equal((refused.why.error as { code?: string }).code, 'SettingChanged');
    assert.equal(await value(), 'theirs');

    await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'plain' });
    await control(c, sandbox.ready, 'POST', '/faults', { service: 'vault', status: 403, count: 0 });
    const abort = new AbortController();
    const stuck = await replace(
      'Moved',
      clock(1, async () => {
        await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'theirs' });
        abort.abort();
      }),
      abort.signal,
    );
    assert.equal(stuck.kind, 'stuck');
    assert.equal(await value(), 'theirs');
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });
});
