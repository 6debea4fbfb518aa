import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { apiVersions } from '../../../src/azure/core/apiVersions';
import { callResourceManager } from '../../../src/azure/core/request';
import { findKeysLeft } from '../../../src/inventory/keysLeft';
import { control } from '../azure/support';
import { useSandboxApps } from '../azure/sandboxApps';
import { fakeKeys } from '../access/credentials/fakeKeys';

describe('the keys that an app holds', () => {
  const apps = useSandboxApps();
  const { app } = apps;
  const { signal } = new AbortController();

  it('are found in its settings and connection strings, and in how it can be published', async () => {
    const site = app('keyless-demo-app');
    const storage = `DefaultEndpointsProtocol=https;AccountName=fakeacct01;AccountKey=${fakeKeys.storage}`;
    await changeAppSettings(apps.c, site, { kind: 'set', name: 'Photos', value: storage });
    await changeAppSettings(apps.c, site, {
      ...{ kind: 'set', name: 'Db', connectionType: 'SQLAzure' },
      value: 'Server=tcp:fakesql.database.windows.net;User ID=a;Password=planted-1',
    });
    await callResourceManager(apps.c, {
      ...{ method: 'PUT', path: `${site.id}/basicPublishingCredentialsPolicies/scm` },
      ...{ apiVersion: apiVersions.web, body: { properties: { allow: true } } },
    });
    const { keys, unread } = await findKeysLeft(apps.c, site, signal);
    assert.deepEqual(unread, []);
    const found = keys.map(({ finding: { source, name, kind, host } }) => [source, name, kind, host?.name]);
    assert.deepEqual(
      found.filter(([, name]) => name === 'Photos' || name === 'Db'),
      [
        ['appSetting', 'Photos', 'storageKey', 'fakeacct01'],
        ['connectionString', 'Db', 'databasePassword', 'fakesql'],
      ],
    );
    assert.deepEqual(
      found.filter(([source]) => source === 'publishing').map(([, name]) => name),
      ['scm'],
    );
    const said = JSON.stringify(keys);
    assert.ok(!said.includes(fakeKeys.storage) && !said.includes('planted-1'), said);
    const db = keys.find(({ finding: { name } }) => name === 'Db');
    assert.equal(db?.setting?.connectionType, 'SQLAzure');
  });

  it('are found although the ways of publishing cannot be read, which is said', async () => {
    const { ready } = apps;
    const path = '/basicPublishingCredentialsPolicies/';
    await control(apps.c, ready, 'POST', '/faults', { service: 'arm', path, status: 403, count: 0 });
    const { unread } = await findKeysLeft(apps.c, app('keyless-demo-app'), signal);
    await control(apps.c, ready, 'DELETE', '/faults');
    assert.deepEqual(unread, ['publishing']);
  });
});
