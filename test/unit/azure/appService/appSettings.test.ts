import assert from 'node:assert/strict';
import {
  changeAppSettings,
  listAppSettings,
  readAppSettings,
} from '../../../../src/azure/appService/settings/appSettings';
import {
  listReferences,
  refreshReferences,
} from '../../../../src/azure/appService/settings/settingReferences';
import { explain } from '../../../../src/azure/explain/explain';
import { systemClock } from '../../../../src/azure/core/clock';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { callResourceManager } from '../../../../src/azure/core/request';
import type { SettingEdit } from '../../../../src/azure/appService/settings/settingsMap';
import { siteOf } from '../../../../src/azure/appService/siteModel';
import { enableSystemAssignedIdentity, listSlots } from '../../../../src/azure/appService/sites';
import { changedConnection, sendingConnection } from '../../../support/connections';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

describe('app settings', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let demo: FunctionApp;
  let linux: FunctionApp;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const apps = (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
    demo = only(apps, ({ name }) => name === 'keyless-demo-app', 'the demo app');
    linux = only(apps, ({ name }) => name === 'keyless-linux-app', 'the linux app');
  });
  after(() => sandbox.stop());

  const values = async (app = demo) => Object.fromEntries(await readAppSettings(c, app));
  const writes = () => c.log.filter((line) => line.startsWith('PUT')).length;

  it('are changed one at a time, and the others stay the same', async () => {
    const before = await values();
    assert.deepEqual(
      await changeAppSettings(c, demo, { kind: 'set', name: 'NEW', value: 'one', was: null }),
      {
        written: true,
      },
    );
    assert.deepEqual(
      await changeAppSettings(c, demo, { kind: 'set', name: 'new', value: 'two', was: 'one' }),
      {
        before: 'one',
        written: true,
      },
    );
    assert.deepEqual(await values(), { ...before, NEW: 'two' });
    await changeAppSettings(c, demo, { kind: 'rename', name: 'NEW', newName: 'RENAMED' });
    assert.deepEqual(await values(), { ...before, RENAMED: 'two' });
    await changeAppSettings(c, demo, { kind: 'rename', name: 'RENAMED', newName: 'Renamed' });
    assert.deepEqual(await values(), { ...before, Renamed: 'two' });
    await changeAppSettings(c, demo, { kind: 'delete', name: 'Renamed', was: 'two' });
    assert.deepEqual(await values(), before);
  });

  it('are not written if nothing changes or a setting is not as expected', async () => {
    const before = writes();
    const same = { kind: 'set', name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' } as const;
    assert.deepEqual(await changeAppSettings(c, demo, same), { before: 'node', written: false });
    const refused: SettingEdit[] = [
      { ...same, value: 'x', was: 'python' },
      { ...same, name: 'functions_worker_runtime', value: 'x', was: null },
      { kind: 'set', name: 'ABSENT', value: 'x', was: 'y' },
      { kind: 'delete', name: 'ABSENT' },
      { kind: 'delete', name: 'SECRET_URI', was: 'other' },
      { kind: 'rename', name: 'ABSENT', newName: 'OTHER' },
      { kind: 'rename', name: 'SECRET_URI', newName: 'functions_worker_runtime' },
    ];
    for (const change of refused)
      await assert.rejects(changeAppSettings(c, demo, change), { code: 'SettingChanged' });
    assert.equal(writes(), before);
  });

  it('are all saved when many are changed at once', async () => {
    const before = await values();
    const names = Array.from({ length: 8 }, (_, index) => `MANY_${index}`);
    await Promise.all(
      names.map((name) => changeAppSettings(c, demo, { kind: 'set', name, value: name, was: null })),
    );
    assert.deepEqual(await values(), {
      ...before,
      ...Object.fromEntries(names.map((name) => [name, name])),
    });
    for (const name of names) await changeAppSettings(c, demo, { kind: 'delete', name });
  });

  it("keep someone else's earlier change, and report when someone else overwrites ours", async () => {
    const other = connect(sandbox.ready);
    await changeAppSettings(other, demo, { kind: 'set', name: 'THEIRS', value: 'theirs' });
    const stale = await values();
    // Someone who reads before our write and writes after it restores the old map.
    const overwritten = sendingConnection(c, async (request) => {
      const answer = await c.http.sendRequest(request);
      if (request.method === 'PUT')
        await callResourceManager(other, {
          method: 'PUT',
          path: `${demo.id}/config/appsettings`,
          apiVersion: '2023-12-01',
          body: { properties: { ...stale, LATER: 'theirs' } },
        });
      return answer;
    });
    const ours = { kind: 'set', name: 'OURS', value: 'planted-value' } as const;
    await assert.rejects(changeAppSettings(overwritten, demo, ours), (error: Error) => {
      const { reason, nextStep } = explain(error);
      assert.equal((error as { code?: string }).code, 'SettingsLost');
      assert.match(`${reason} ${nextStep ?? ''}`, /change to OURS was lost.*try again/);
      assert.doesNotMatch(JSON.stringify([error, reason]), /planted-value/);
      return true;
    });
    assert.deepEqual(await values(), { ...stale, LATER: 'theirs' });
    for (const name of ['THEIRS', 'LATER']) await changeAppSettings(c, demo, { kind: 'delete', name });
  });

  it('are read again before a throttled write is retried', async () => {
    const other = connect(sandbox.ready);
    await control(c, sandbox.ready, 'POST', '/faults', {
      method: 'PUT',
      path: 'config/appsettings',
      status: 429,
      retryAfterSeconds: 1,
    });
    const reads = () => c.log.filter((line) => line.includes('appsettings/list')).length;
    const before = [reads(), writes()] as const;
    // In real time, so that the other write comes first.
    const slow = changedConnection(c, { clock: systemClock });
    const ours = changeAppSettings(slow, demo, { kind: 'set', name: 'OURS', value: 'ours' });
    await until(() => writes() > before[1], { what: 'the throttled write' });
    await changeAppSettings(other, demo, { kind: 'set', name: 'THEIRS', value: 'theirs' });
    assert.deepEqual(await ours, { written: true });
    const now = await values();
    assert.deepEqual([now['OURS'], now['THEIRS']], ['ours', 'theirs']);
    assert.equal(reads() - before[0] - 1, 3);
    await changeAppSettings(c, demo, { kind: 'delete', name: 'THEIRS' });
  });

  it('are found changed if the response to the write was lost', async () => {
    await changeAppSettings(c, demo, { kind: 'set', name: 'OURS', value: 'ours' });
    for (const change of [
      { kind: 'rename', name: 'OURS', newName: 'RENAMED' },
      { kind: 'set', name: 'RENAMED', value: 'more', was: 'ours' },
      { kind: 'delete', name: 'RENAMED', was: 'more' },
    ] as const) {
      const fault = { method: 'PUT', path: 'config/appsettings', truncateJson: true };
      await control(c, sandbox.ready, 'POST', '/faults', fault);
      const { written, before } = await changeAppSettings(c, demo, change);
      assert.equal(written, true);
      assert.equal(before, change.kind === 'delete' ? 'more' : 'ours');
    }
    assert.ok(!('RENAMED' in (await values())));
  });

  it('are never mistaken for empty', async () => {
    const before = await values();
    const puts = writes();
    await control(c, sandbox.ready, 'POST', '/faults', { path: 'appsettings/list', status: 200, body: {} });
    await assert.rejects(changeAppSettings(c, demo, { kind: 'set', name: 'X', value: 'x' }), {
      code: 'BadAnswer',
    });
    assert.equal(writes(), puts);
    assert.deepEqual(await values(), before);
  });

  it('are all written back, whatever their names and values', async () => {
    const stored: Record<string, unknown> = { NULL: null, NUMBER: 5, ['__proto__']: 'odd', TEXT: 'text' };
    const sent: string[] = [];
    const arm = await TestServer.start((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'PUT') sent.push(Buffer.concat(chunks).toString());
        json(response, 200, { properties: sent.length > 0 ? { ...stored, NEW: 'new' } : stored });
      });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      const app = siteOf(plain, siteJson({}, {}));
      assert.ok(app);
      assert.equal(app.id, siteId);
      await changeAppSettings(plain, app, { kind: 'set', name: 'NEW', value: 'new' });
      assert.deepEqual(sent, [
        '{"properties":{"NULL":null,"NUMBER":5,"__proto__":"odd","TEXT":"text","NEW":"new"}}',
      ]);
    } finally {
      await arm.stop();
    }
  });

  it("have no values in errors, even if the service's message quotes them", async () => {
    const value = 'planted "value" 1';
    await control(c, sandbox.ready, 'POST', '/faults', {
      method: 'PUT',
      path: 'config/appsettings',
      status: 403,
      body: {
        error: { code: 'RequestDisallowedByPolicy', message: `No ${value}`, additionalInfo: [{ value }] },
      },
    });
    await assert.rejects(
      changeAppSettings(c, demo, { kind: 'set', name: 'X', value }),
      (error: Error & { body?: string }) => {
        assert.match(error.message, /No \(hidden by Keyless\)/);
        assert.doesNotMatch(`${error.stack ?? ''} ${error.body ?? ''}`, /planted/);
        return (error as { status?: number }).status === 403;
      },
    );
  });

  it('are changed only in the slot, and the slot setting names stay the same', async () => {
    const [staging] = await listSlots(c, linux);
    assert.ok(staging);
    const sticky = async () =>
      (
        await callResourceManager(c, {
          method: 'GET',
          path: `${linux.id}/config/slotConfigNames`,
          apiVersion: '2023-12-01',
        })
      ).body;
    const [production, names] = [await values(linux), await sticky()];
    await changeAppSettings(c, staging, { kind: 'set', name: 'STAGE', value: 'other' });
    await changeAppSettings(c, staging, { kind: 'rename', name: 'STAGE', newName: 'PHASE' });
    assert.equal((await values(staging))['PHASE'], 'other');
    assert.deepEqual(await values(linux), production);
    assert.deepEqual(await sticky(), names);
    await changeAppSettings(c, staging, { kind: 'rename', name: 'PHASE', newName: 'STAGE' });
    const stage = only(await listAppSettings(c, staging), ({ name }) => name === 'STAGE', 'STAGE');
    assert.deepEqual(stage, { name: 'STAGE', looksSecret: false, slotSetting: true });
  });

  it('include how Key Vault references resolve, or why not', async () => {
    const reference = '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)';
    await changeAppSettings(c, demo, { kind: 'set', name: 'REF', value: reference });
    await changeAppSettings(c, demo, { kind: 'set', name: 'BAD', value: '@Microsoft.KeyVault(hidden)' });
    const looksSecret = (name: string) => name === 'SECRET_URI' || name === 'REF';
    const list = await listAppSettings(c, demo, undefined, looksSecret);
    const named = (wanted: string) => only(list, ({ name }) => name === wanted, wanted);
    assert.equal(named('REF').keyVaultReference, reference);
    assert.equal(named('REF').resolution?.status, 'MSINotEnabled');
    assert.match(named('REF').resolution?.details ?? '', /Managed Identity/i);
    assert.equal(named('REF').looksSecret, false);
    assert.equal(named('BAD').keyVaultReference, undefined);
    assert.equal(named('BAD').resolution?.status, 'InvalidSyntax');
    assert.equal(named('SECRET_URI').looksSecret, true);
    assert.equal(named('SECRET_URI').resolution, undefined);
    assert.doesNotMatch(JSON.stringify(list), /hidden|secrets\/ASampleKey/);

    const on = await enableSystemAssignedIdentity(c, demo);
    const states = await refreshReferences(c, on);
    assert.deepEqual(
      states.map(({ name, status }) => `${name} ${status}`),
      ['REF AccessToKeyVaultDenied', 'BAD InvalidSyntax'],
    );

    await control(c, sandbox.ready, 'POST', '/faults', { path: 'configreferences', status: 403, count: 0 });
    const unread = only(await listAppSettings(c, demo), ({ name }) => name === 'REF', 'REF');
    assert.ok(unread.resolutionUnread);
    await control(c, sandbox.ready, 'DELETE', '/faults');
  });

  it('include references from the map that older API versions return', async () => {
    const state = { reference: 'x', status: 'Resolved', details: 'fine', activeVersion: 'a'.repeat(32) };
    const arm = await TestServer.start((_request, response) => {
      json(response, 200, { properties: { keyToReferenceStatuses: { REF: state } } });
    });
    try {
      const { c: plain } = await testCloud({ arm: arm.port });
      const app = siteOf(plain, siteJson({}, {}));
      assert.ok(app);
      assert.deepEqual(await listReferences(plain, app, undefined, ['appsettings']), [
        { name: 'REF', status: 'Resolved', details: 'fine', activeVersion: 'a'.repeat(32) },
      ]);
    } finally {
      await arm.stop();
    }
  });
});
