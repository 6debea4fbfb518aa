import assert from 'node:assert/strict';
import {
  changeAppSettings,
  listAppSettings,
  readAppSettings,
} from '../../../../src/azure/appService/settings/appSettings';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { callResourceManager } from '../../../../src/azure/core/request';
import { useSandboxApps } from '../sandboxApps';

describe('settings', () => {
  const sandbox = useSandboxApps();
  let demo: FunctionApp;
  before(() => {
    demo = sandbox.app('keyless-demo-app');
  });

  it('that are null are listed, kept, and not added again (Azure/Azure-Functions#1711)', async () => {
    const raw = async () =>
      (
        await callResourceManager(sandbox.c, {
          method: 'POST',
          path: `${demo.id}/config/appsettings/list`,
          apiVersion: '2023-12-01',
        })
      ).body as { properties: Record<string, string | null> };
    const before = (await raw()).properties;
    await callResourceManager(sandbox.c, {
      method: 'PUT',
      path: `${demo.id}/config/appsettings`,
      apiVersion: '2023-12-01',
      body: { properties: { ...before, NOTHING: null } },
    });
    assert.equal((await readAppSettings(sandbox.c, demo)).get('NOTHING'), '');
    const listed = (await listAppSettings(sandbox.c, demo)).find(({ name }) => name === 'NOTHING');
    assert.deepEqual(listed, { name: 'NOTHING', noValue: true, looksSecret: false, slotSetting: false });
    const again = { kind: 'set', name: 'Nothing', value: 'x', was: null } as const;
    await assert.rejects(changeAppSettings(sandbox.c, demo, again), { code: 'SettingChanged' });
    await changeAppSettings(sandbox.c, demo, { kind: 'set', name: 'OTHER', value: 'x', was: null });
    assert.deepEqual((await raw()).properties, { ...before, NOTHING: null, OTHER: 'x' });
    assert.equal((await changeAppSettings(sandbox.c, demo, { ...again, value: '', was: '' })).before, null);
    const empty = (await listAppSettings(sandbox.c, demo)).find(({ name }) => name === 'NOTHING');
    assert.deepEqual(empty, { name: 'NOTHING', looksSecret: false, slotSetting: false });
    const restored = await changeAppSettings(sandbox.c, demo, { ...again, value: null, was: '' });
    assert.deepEqual(restored, { before: '', written: true });
    assert.deepEqual((await raw()).properties, { ...before, NOTHING: null, OTHER: 'x' });
    for (const name of ['NOTHING', 'OTHER'])
      await changeAppSettings(sandbox.c, demo, { kind: 'delete', name });
    assert.deepEqual((await raw()).properties, before);
  });

  it('are slot settings whatever the case of the mark', async () => {
    const marks = (appSettingNames: string[]) =>
      callResourceManager(sandbox.c, {
        method: 'PUT',
        path: `${demo.id}/config/slotConfigNames`,
        apiVersion: '2023-12-01',
        body: { properties: { appSettingNames } },
      });
    await marks(['functions_worker_runtime']);
    const marked = (await listAppSettings(sandbox.c, demo)).filter(({ slotSetting }) => slotSetting);
    assert.deepEqual(
      marked.map(({ name }) => name),
      ['FUNCTIONS_WORKER_RUNTIME'],
    );
    await marks([]);
  });
});
