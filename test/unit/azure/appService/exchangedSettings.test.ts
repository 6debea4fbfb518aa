import assert from 'node:assert/strict';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { isHealthy, lacksRole, readHostStatus } from '../../../../src/azure/appService/hosting/hostStatus';
import { enableSystemAssignedIdentity } from '../../../../src/azure/appService/sites';
import { useSandboxApps } from '../sandboxApps';

describe('several app settings', () => {
  const apps = useSandboxApps();
  const site = () => apps.app('keyless-demo-app');
  const values = async () => Object.fromEntries(await readAppSettings(apps.c, site()));
  const writes = () => apps.c.log.filter((line) => line.startsWith('PUT')).length;
  const edit = { kind: 'exchange', name: 'KEY', set: { KEY__accountName: 'fakeacct01' }, remove: ['KEY'] };
  afterEach(() =>
    changeAppSettings(apps.c, site(), { kind: 'exchange', name: '', set: {}, remove: ['KEY', 'OTHER'] }),
  );

  it('are exchanged in one write, and the others stay the same', async () => {
    const before = await values();
    await changeAppSettings(apps.c, site(), { kind: 'set', name: 'Key', value: 'old' });
    const sent = writes();
    const exchange = { ...edit, kind: 'exchange', was: { Key: 'old' } } as const;
    assert.deepEqual(await changeAppSettings(apps.c, site(), exchange), { before: 'old', written: true });
    assert.equal(writes() - sent, 1);
    assert.deepEqual(await values(), { ...before, KEY__accountName: 'fakeacct01' });
    assert.equal((await changeAppSettings(apps.c, site(), { ...edit, kind: 'exchange' })).written, false);
    const back = { kind: 'exchange', name: 'KEY', was: { KEY: null }, set: { KEY: 'old' } } as const;
    await changeAppSettings(apps.c, site(), { ...back, remove: ['key__accountname'] });
    assert.deepEqual(await values(), { ...before, KEY: 'old' });
  });

  it("aren't exchanged if one of them has changed", async () => {
    await changeAppSettings(apps.c, site(), { kind: 'set', name: 'KEY', value: 'newer' });
    await changeAppSettings(apps.c, site(), { kind: 'set', name: 'OTHER', value: 'same' });
    const before = await values();
    for (const was of [{ OTHER: 'same', KEY: 'old' }, { KEY: null }] as Record<string, string | null>[])
      await assert.rejects(changeAppSettings(apps.c, site(), { ...edit, kind: 'exchange', was }), {
        code: 'SettingChanged',
      });
    assert.deepEqual(await values(), before);
  });

  it('show in the status of the host whether it still works', async () => {
    const status = await readHostStatus(apps.c, site());
    assert.ok(isHealthy(status), JSON.stringify(status));
    assert.match(status.version ?? '', /^4\./);
    await enableSystemAssignedIdentity(apps.c, site());
    await changeAppSettings(apps.c, site(), {
      ...{ kind: 'exchange', name: '', remove: ['AzureWebJobsStorage'] },
      set: { AzureWebJobsStorage__accountName: 'keylessdemostorage' },
    });
    const failing = await readHostStatus(apps.c, site());
    assert.ok(!isHealthy(failing) && lacksRole(failing), JSON.stringify(failing));
  });
});
