import assert from 'node:assert/strict';
import type { Change } from '../../../src/changes/change';
import {
  changeAppSettings,
  readAppSettings,
  readSettings,
} from '../../../src/azure/appService/settings/appSettings';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { formatKeyVaultReference } from '../../../src/azure/keyVault/secretUri';
import { setSecret } from '../../../src/azure/keyVault/secrets';
import { enableSystemAssignedIdentity } from '../../../src/azure/appService/sites';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { continueMove } from '../../../src/grants/continueMove';
import type { PendingResolution } from '../../../src/grants/moveSetting';
import { replaceByReference } from '../../../src/grants/moveSetting';
import type { Clock } from '../../../src/azure/core/clock';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, control, only } from '../azure/support';

describe('A setting that is replaced by a reference', () => {
  const trial = 'KEYLESS_TRIAL_1';
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
  /** Of the setting, and of the temporary one. */
  const values = async () => {
    const settings = await readAppSettings(c, app);
    return [settings.get('TO_MOVE'), settings.get(trial)];
  };
  const events = {
    writes: () => void (restarts += 1),
    changed: (change: Change) => void changes.push(change),
    looked: (look: PendingResolution) => void looks.push(look),
  };
  const replace = (secretName: string, time: Clock, signal = new AbortController().signal) =>
    replaceByReference(
      c,
      {
        app,
        name: 'TO_MOVE',
        value: 'plain',
        reference: formatKeyVaultReference({ vaultUri: vault.vaultUri, name: secretName }),
        trial,
      },
      events,
      signal,
      time,
    );

  const fault = (more: object) => control(c, sandbox.ready, 'POST', '/faults', more);
  /** Lets the reference resolve once, in the temporary setting, and then refuses it. */
  const refuseAfterTrial = (status: number) =>
    fault({ service: 'vault', path: '/secrets/Moved', status, skip: 1, count: 0 });
  const told = () => changes.map((change) => ('name' in change ? `${change.kind} ${change.name}` : ''));
  const tried = [`setAppSetting ${trial}`, `deleteAppSetting ${trial}`];

  it("leaves the value alone if a trial of the reference doesn't resolve within ten minutes", async () => {
    const replaced = await replace('Moved', clock());
    assert.ok(replaced.kind === 'untouched' && 'resolution' in replaced.why);
    assert.equal(replaced.why.resolution.status, 'AccessToKeyVaultDenied');
    assert.deepEqual(told(), tried, 'the setting itself was written');
    assert.deepEqual(await values(), ['plain', undefined]);
    const waited = looks.map(({ wait }) => wait);
    assert.deepEqual(waited.slice(0, 5), [2000, 4000, 8000, 16_000, 30_000]);
    const sum = waited.reduce((total, wait) => total + wait, 0);
    assert.ok(sum > 9 * 60_000 && sum <= 10 * 60_000, `${sum}`);
  });

  it("leaves the value alone at once if waiting can't help", async () => {
    await letRead();
    const replaced = await replace('Absent', clock());
    assert.ok(replaced.kind === 'untouched' && 'resolution' in replaced.why);
    assert.equal(replaced.why.resolution.status, 'SecretNotFound');
    assert.deepEqual(await values(), ['plain', undefined]);
    assert.equal(looks.length, 0);
    assert.deepEqual(told(), tried);
    assert.equal(restarts, 2);
  });

  it('replaces the value only once the reference resolves, even if that takes a while', async () => {
    await letRead();
    await fault({ service: 'vault', path: '/secrets/Moved', status: 403, count: 0 });
    const seen: unknown[] = [];
    const time = clock(3, async () => {
      seen.push(...(await values()));
      await control(c, sandbox.ready, 'DELETE', '/faults');
    });
    assert.deepEqual(await replace('Moved', time), { kind: 'resolved' });
    assert.match(String(seen), /^plain,@Microsoft\.KeyVault/, 'until it resolves');
    const [now, left] = await values();
    assert.match(now ?? '', /^@Microsoft\.KeyVault/);
    assert.equal(left, undefined);
    assert.deepEqual(told(), [tried[0], 'setAppSetting TO_MOVE', tried[1]]);
    assert.equal(restarts, 2);
    assert.equal(looks.length, 3);
    assert.equal(looks[0]?.resolution?.status, 'AccessToKeyVaultDenied');
    assert.doesNotMatch(JSON.stringify(changes), /plain/);
  });

  it('replaces a connection string by a reference of the same type, also after an interruption', async () => {
    await letRead();
    const id = { name: 'TO_MOVE', connectionType: 'SQLAzure' };
    await changeAppSettings(c, app, { kind: 'set', ...id, value: 'plain' });
    const reference = formatKeyVaultReference({ vaultUri: vault.vaultUri, name: 'Moved' });
    const { signal } = new AbortController();
    const move = { app, ...id, value: 'plain', reference, trial };
    assert.deepEqual(await replaceByReference(c, move, events, signal, clock()), { kind: 'resolved' });
    const strings = async () => (await readSettings(c, app)).filter(({ connectionType }) => connectionType);
    assert.deepEqual(await strings(), [{ ...id, value: reference }]);
    assert.deepEqual(await values(), ['plain', undefined], 'the app setting stays as it is');
    const trialId = { name: trial, connectionType: 'SQLAzure' };
    assert.deepEqual(changes, [
      { kind: 'setAppSetting', appId: app.id, ...trialId, reference },
      { kind: 'setAppSetting', appId: app.id, ...id, reference },
      { kind: 'deleteAppSetting', appId: app.id, ...trialId },
    ]);

    await changeAppSettings(c, app, { kind: 'set', ...id, value: 'plain' });
    await changeAppSettings(c, app, { kind: 'set', ...trialId, value: reference });
    const place = { appId: app.id, vaultId: vault.id, secretName: 'Moved' };
    const interrupted = { ...place, ...id, reference, trial };
    assert.deepEqual(await continueMove(c, interrupted, events, signal), { kind: 'resolved' });
    assert.deepEqual(await strings(), [{ ...id, value: reference }]);
    await setSecret(c, vault, { name: 'Moved', value: 'new' });
    await fault({ service: 'vault', path: '/secrets/Moved', status: 404, count: 0 });
    await changeAppSettings(c, app, { kind: 'set', ...id, value: 'theirs' });
    const failed = await replaceByReference(c, { ...move, value: 'theirs' }, events, signal, clock());
    assert.equal(failed.kind, 'untouched');
    assert.deepEqual(await strings(), [{ ...id, value: 'theirs' }]);
  });

  it("restores the value if the reference doesn't resolve in the setting itself", async () => {
    await letRead();
    await refuseAfterTrial(404);
    const replaced = await replace('Moved', clock());
    assert.ok(replaced.kind === 'back' && 'resolution' in replaced.why);
    assert.equal(replaced.why.resolution.status, 'SecretNotFound');
    assert.deepEqual(await values(), ['plain', undefined]);
  });

  it('leaves or restores the value if the wait is canceled or the service fails', async () => {
    await letRead();
    const abort = new AbortController();
    const cancel = clock(2, () => {
      abort.abort();
      return Promise.resolve();
    });
    await fault({ service: 'vault', status: 403, count: 0 });
    const canceled = await replace('Moved', cancel, abort.signal);
    assert.ok(canceled.kind === 'untouched' && 'error' in canceled.why);
    assert.equal((canceled.why.error as Error).name, 'AbortError');
    assert.deepEqual(await values(), ['plain', undefined]);
    await control(c, sandbox.ready, 'DELETE', '/faults');

    await fault({ path: 'configreferences', status: 403, skip: 1, count: 0 });
    const failed = await replace('Moved', clock());
    assert.ok(failed.kind === 'back' && 'error' in failed.why);
    assert.equal((failed.why.error as { status?: number }).status, 403);
    assert.deepEqual(await values(), ['plain', undefined]);
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it("restores the value if it isn't known whether the reference was written", async () => {
    await letRead();
    await fault({ method: 'PUT', path: 'config/appsettings', truncateJson: true, skip: 1 });
    await fault({ path: 'appsettings/list', status: 403, skip: 3 });
    const replaced = await replace('Moved', clock());
    assert.equal(replaced.kind, 'back');
    assert.deepEqual(await values(), ['plain', undefined]);
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it('says so if the temporary setting stays', async () => {
    await fault({ method: 'PUT', path: 'config/appsettings', status: 403, skip: 1 });
    const replaced = await replace('Absent', clock());
    assert.ok(replaced.kind === 'untouched');
    assert.equal(replaced.trialLeft, trial);
  });

  it("doesn't overwrite what someone else changed, neither when replacing nor when restoring", async () => {
    await letRead();
    await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'theirs' });
    const refused = await replace('Moved', clock());
    assert.ok(refused.kind === 'untouched' && 'error' in refused.why);
    assert.equal((refused.why.error as { code?: string }).code, 'SettingChanged');
    assert.deepEqual(await values(), ['theirs', undefined]);

    await changeAppSettings(c, app, { kind: 'set', name: 'TO_MOVE', value: 'plain' });
    await refuseAfterTrial(403);
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
    assert.equal((await values())[0], 'theirs');
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  describe('that a window left unfinished', () => {
    let version: string | undefined;
    beforeEach(async () => {
      await letRead();
      ({ version } = await setSecret(c, vault, { name: 'Moved', value: 'plain' }));
    });
    const reference = () => formatKeyVaultReference({ vaultUri: vault.vaultUri, name: 'Moved' });
    const set = (name: string, value: string) => changeAppSettings(c, app, { kind: 'set', name, value });
    const proceed = () => {
      const move = { ...{ appId: app.id, name: 'TO_MOVE', vaultId: vault.id, secretName: 'Moved', trial } };
      const how = version === undefined ? {} : { secretVersion: version };
      const state = { ...move, ...how, reference: reference() };
      assert.doesNotMatch(JSON.stringify(state), /plain/);
      return continueMove(c, state, events, new AbortController().signal);
    };

    it('goes on if the trial was under way', async () => {
      await set(trial, reference());
      assert.deepEqual(await proceed(), { kind: 'resolved' });
      assert.deepEqual(await values(), [reference(), undefined]);
    });

    it('is left alone before the trial, or if the setting is no longer what the secret is', async () => {
      const early = await proceed();
      assert.ok(early.kind === 'untouched' && 'error' in early.why);
      assert.match((early.why.error as Error).message, /window was closed before the reference resolved/);
      assert.deepEqual(told(), []);
      await set(trial, reference());
      await set('TO_MOVE', 'theirs');
      assert.equal((await proceed()).kind, 'untouched');
      assert.deepEqual(await values(), ['theirs', undefined]);
    });

    it('is kept if the reference resolves, and else restored from the secret', async () => {
      await set('TO_MOVE', reference());
      assert.deepEqual(await proceed(), { kind: 'resolved' });
      assert.deepEqual(told(), []);
      await set(trial, 'x'); // so that references are looked at anew
      await fault({ service: 'vault', path: String.raw`/secrets/Moved/\?`, status: 404, count: 0 });
      assert.equal((await proceed()).kind, 'back');
      assert.deepEqual(await values(), ['plain', undefined]);
    });
  });
});
