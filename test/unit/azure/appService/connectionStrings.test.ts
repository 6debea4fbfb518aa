import assert from 'node:assert/strict';
import {
  changeAppSettings,
  listAppSettings,
  readAppSettings,
  readSettings,
  readSettingValue,
} from '../../../../src/azure/appService/settings/appSettings';
import {
  listReferences,
  refreshReferences,
} from '../../../../src/azure/appService/settings/settingReferences';
import { changeSlotSetting } from '../../../../src/azure/appService/settings/slotSettings';
import type { SettingEdit } from '../../../../src/azure/appService/settings/settingsMap';
import { changed, isDone } from '../../../../src/azure/appService/settings/settingsMap';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { callResourceManager } from '../../../../src/azure/core/request';
import { enableSystemAssignedIdentity } from '../../../../src/azure/appService/sites';
import { sendingConnection } from '../../../support/connections';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

const reference = '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)';
const apiVersion = '2023-12-01';

describe('connection strings', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;

  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const apps = (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
    app = only(apps, ({ name }) => name === 'keyless-demo-app', 'the demo app');
  });
  afterEach(() => sandbox.stop());

  const request = async (method: 'GET' | 'POST' | 'PUT', path: string, properties?: object) =>
    (
      await callResourceManager(c, {
        ...{ method, path: `${app.id}/config/${path}`, apiVersion },
        ...(properties ? { body: { properties } } : {}),
      })
    ).body as { properties: Record<string, unknown> };
  const stored = async () => (await request('POST', 'connectionstrings/list')).properties;
  const edit = (change: SettingEdit) => changeAppSettings(c, app, change);
  /** Someone who reads before our write and writes after it restores the old state. */
  const overwriting = (path: string, properties: object) =>
    sendingConnection(c, async (sent) => {
      const answer = await c.http.sendRequest(sent);
      if (sent.method === 'PUT') await request('PUT', path, properties);
      return answer;
    });
  const db = { name: 'Db', connectionType: 'SQLAzure' };

  it('are changed one at a time and keep their types, and app settings stay as they are', async () => {
    const settings = await readAppSettings(c, app);
    await changeAppSettings(c, app, { kind: 'set', name: 'Db', value: 'an app setting' });
    await request('PUT', 'connectionstrings', { Other: { value: 'theirs', type: 'Custom' } });
    await edit({ kind: 'set', ...db, value: 'one', was: null });
    assert.deepEqual(await edit({ kind: 'set', name: 'db', connectionType: 'Custom', value: 'two' }), {
      before: 'one',
      written: true,
    });
    assert.deepEqual(await edit({ kind: 'set', ...db, value: 'two' }), { before: 'two', written: false });
    assert.deepEqual(await stored(), {
      Other: { value: 'theirs', type: 'Custom' },
      Db: { value: 'two', type: 'SQLAzure' },
    });
    await edit({ kind: 'rename', ...db, newName: 'Shop' });
    await edit({ kind: 'delete', ...db, name: 'Other', was: 'theirs' });
    assert.deepEqual(await stored(), { Shop: { value: 'two', type: 'SQLAzure' } });
    assert.deepEqual(
      Object.fromEntries(await readAppSettings(c, app)),
      Object.fromEntries([...settings, ['Db', 'an app setting']]),
    );
    const read = (await readSettings(c, app)).filter(({ name }) => name === 'Db' || name === 'Shop');
    assert.deepEqual(read, [
      { name: 'Db', value: 'an app setting' },
      { name: 'Shop', connectionType: 'SQLAzure', value: 'two' },
    ]);
  });

  it("aren't written if they aren't as expected, and a lost change is noticed", async () => {
    await request('PUT', 'connectionstrings', { Db: { value: 'theirs', type: 'SQLAzure' } });
    const refused: SettingEdit[] = [
      { kind: 'set', ...db, value: 'x', was: null },
      { kind: 'set', ...db, value: 'x', was: 'ours' },
      { kind: 'delete', ...db, name: 'SECRET_URI' },
      { kind: 'rename', ...db, newName: 'New', name: 'Absent' },
    ];
    for (const change of refused) await assert.rejects(edit(change), { code: 'SettingChanged' });
    const overwritten = overwriting('connectionstrings', { Db: { value: 'theirs', type: 'SQLAzure' } });
    await assert.rejects(changeAppSettings(overwritten, app, { kind: 'set', ...db, value: 'ours' }), {
      code: 'SettingsLost',
    });
  });

  it('are listed with their types, marks, and how their references resolve', async () => {
    await edit({ kind: 'set', ...db, value: reference });
    await edit({ kind: 'set', name: 'Queue', connectionType: 'ServiceBus', value: 'planted' });
    await request('PUT', 'slotConfigNames', { connectionStringNames: ['QUEUE'], appSettingNames: ['Db'] });
    app = await enableSystemAssignedIdentity(c, app);
    const list = await listAppSettings(c, app, undefined, undefined, ['connectionstrings']);
    const [first, second] = list;
    assert.equal(list.length, 2);
    assert.equal(first?.resolution?.status, 'AccessToKeyVaultDenied');
    assert.deepEqual(
      [first.connectionType, first.slotSetting, first.keyVaultReference],
      ['SQLAzure', false, reference],
    );
    assert.deepEqual(second, {
      ...{ name: 'Queue', connectionType: 'ServiceBus', looksSecret: false, slotSetting: true },
    });
    assert.doesNotMatch(JSON.stringify(list), /planted/);

    const ofBoth = (states: Awaited<ReturnType<typeof listReferences>>) =>
      states.map(({ name, status, connectionString }) => [name, status, connectionString]);
    const denied = [['Db', 'AccessToKeyVaultDenied', true]];
    assert.deepEqual(ofBoth(await listReferences(c, app)), denied);
    assert.deepEqual(ofBoth(await refreshReferences(c, app)), denied);
  });

  it('that are null differ from empty ones, and become null again with their types', async () => {
    // Inferred from app settings: no source shows one, and ConnStringValueTypePair (WebApps.json) requires a value.
    const [none, empty] = [null, ''].map((value) => ({ Db: { value, type: 'SQLAzure' } }));
    const list = { method: 'POST', path: 'connectionstrings/list', status: 200, count: 2 };
    const lists = async (properties: unknown) => {
      await control(c, sandbox.ready, 'POST', '/faults', { ...list, body: { properties } });
      const [info] = await listAppSettings(c, app, undefined, undefined, ['connectionstrings']);
      return [info, await readSettingValue(c, app, { ...db, name: 'DB' })];
    };
    const info = { ...db, looksSecret: false, slotSetting: false };
    assert.deepEqual(await lists(none), [{ ...info, noValue: true }, null]);
    assert.deepEqual(await lists(empty), [info, '']);
    assert.equal(await readSettingValue(c, app, { name: 'Db' }), undefined);
    const change = { kind: 'set', ...db, value: null } as const;
    assert.ok(none && empty);
    assert.deepEqual(changed(empty, change), none);
    assert.equal(changed(none, change), undefined);
    assert.deepEqual([isDone(none, empty, change), isDone(empty, empty, change)], [true, false]);
  });

  it('become slot settings and back, and other marks stay', async () => {
    await edit({ kind: 'set', ...db, value: 'x' });
    const marks = async () => (await request('GET', 'slotConfigNames')).properties;
    await request('PUT', 'slotConfigNames', { appSettingNames: ['Db'], connectionStringNames: ['Other'] });
    const wanted = { appSettingNames: ['Db'], connectionStringNames: ['Other', 'Db'] };
    assert.deepEqual(await changeSlotSetting(c, app, db, true), wanted);
    assert.deepEqual(await marks(), { ...wanted, azureStorageConfigNames: null });
    assert.equal(await changeSlotSetting(c, app, { ...db, name: 'DB' }, true), undefined);
    const fault = { method: 'PUT', path: 'slotConfigNames', truncateJson: true };
    await control(c, sandbox.ready, 'POST', '/faults', fault);
    const slot = { ...app, id: `${app.id}/slots/staging` };
    assert.deepEqual(await changeSlotSetting(c, slot, { name: 'db' }, false), {
      appSettingNames: [],
      connectionStringNames: ['Other', 'Db'],
    });
    await assert.rejects(changeSlotSetting(c, app, { name: 'WEBSITE_CONTENTSHARE' }, true), {
      message: "'WEBSITE_CONTENTSHARE' cannot be a slot setting",
    });
    await control(c, sandbox.ready, 'POST', '/faults', {
      ...{
        method: 'GET',
        path: 'slotConfigNames',
        status: 200,
        body: { properties: { appSettingNames: 'x' } },
      },
    });
    await assert.rejects(changeSlotSetting(c, app, db, false), { code: 'BadAnswer' });
    const overwritten = overwriting('slotConfigNames', { connectionStringNames: ['Db'] });
    await assert.rejects(changeSlotSetting(overwritten, app, db, false), { code: 'SettingsLost' });
  });

  it('never have values in errors', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', {
      ...{ method: 'PUT', path: 'config/connectionstrings', status: 403 },
      body: { error: { code: 'RequestDisallowedByPolicy', message: 'No planted' } },
    });
    await assert.rejects(edit({ kind: 'set', ...db, value: 'planted' }), (error: Error) => {
      assert.doesNotMatch(`${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`, /planted/);
      return true;
    });
  });
});
