import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { apiVersions } from '../../../src/azure/core/apiVersions';
import { callResourceManager } from '../../../src/azure/core/request';
import type { FunctionApp } from '../../../src/azure/core/model';
import { keysLeftOf } from '../../../src/tree/children/keyChildren';
import { contextValueOf } from '../../../src/tree/contextValue';
import { findKeysLeft } from '../../../src/inventory/keysLeft';
import { useSandboxApps } from '../azure/sandboxApps';
import { fakeKeys } from '../access/credentials/fakeKeys';

describe('the keys that an app holds', () => {
  const apps = useSandboxApps();
  const { app } = apps;
  const { signal } = new AbortController();
  const holdStorageKey = async (site: FunctionApp, ...settings: string[]) => {
    const value = `DefaultEndpointsProtocol=https;AccountName=fakeacct01;AccountKey=${fakeKeys.storage}`;
    for (const name of settings) await changeAppSettings(apps.c, site, { kind: 'set', name, value });
  };
  const rowsOf = (site: FunctionApp) =>
    keysLeftOf({ kind: 'keysLeft', id: 'keys', connection: apps.c, app: site }, signal);

  it('are found in its settings and connection strings, and in how it can be published', async () => {
    const site = app('keyless-demo-app');
    await holdStorageKey(site, 'Photos');
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

  it('are shown with what they open, what else holds them, and how to do without them', async () => {
    const site = app('keyless-demo-app');
    await holdStorageKey(site, 'AzureWebJobsStorage', 'Photos');
    const rows = await rowsOf(site);
    const [host, photos] = ['AzureWebJobsStorage', 'Photos'].map(
      (name) => rows.find((node) => node.kind === 'keyLeft' && node.finding.name === name) ?? assert.fail(),
    );
    assert.ok(host?.kind === 'keyLeft' && photos?.kind === 'keyLeft');
    assert.equal(host.appearance.description, 'storage account key, fakeacct01');
    const details = new Map(host.appearance.details);
    assert.equal(details.get('Used by'), 'the Functions host');
    assert.equal(details.get('Same key as'), 'Photos');
    assert.equal(details.get('Replaced by'), 'AzureWebJobsStorage__accountName=fakeacct01');
    assert.equal(new Map(photos.appearance.details).get('Used by'), "the app's code, or nothing");
    assert.ok(!JSON.stringify([host.appearance, photos.appearance]).includes(fakeKeys.storage));
    // A vault that can't be reached must not take the host down.
    assert.doesNotMatch(contextValueOf(host), /movable/);
    assert.match(contextValueOf(photos), /^keyLeft .*\bmovable\b/);
  });

  it('take one request for each kind of settings, and wake the host only if nothing else says who uses them', async () => {
    const site = app('keyless-rbac-app');
    const requests = async (functions: 'always' | 'ifUnknown') => {
      apps.c.log.length = 0;
      await findKeysLeft(apps.c, site, signal, functions);
      return apps.c.log.map((line) => /\/sites\/[^/]+\/([^? ]+)/.exec(line)?.[1] ?? line).sort();
    };
    const always = [
      'basicPublishingCredentialsPolicies',
      'config/appsettings/list',
      'config/connectionstrings/list',
    ];
    assert.deepEqual(await requests('always'), always);
    await holdStorageKey(site, 'AzureWebJobsStorage');
    assert.deepEqual(await requests('ifUnknown'), always);
    assert.deepEqual(await requests('always'), [...always, 'functions']);
    await holdStorageKey(site, 'Photos');
    assert.deepEqual(await requests('ifUnknown'), [...always, 'functions']);
    for (const name of ['AzureWebJobsStorage', 'Photos'])
      await changeAppSettings(apps.c, site, { kind: 'delete', name });
  });

  it('are five in the shop of the sandbox, with the bindings that use them', async () => {
    const { keys } = await findKeysLeft(apps.c, app('keyless-shop-app'), signal);
    assert.deepEqual(
      keys.map(({ finding: { name, kind, host } }) => `${name} ${kind} ${host?.name ?? ''}`).sort(),
      [
        'AzureWebJobsStorage storageKey keylessshopstorage',
        'OrdersBus namespaceKey keyless-shop-bus',
        'Photos storageKey keylessshopphotos',
        'ShopDb databasePassword keyless-shop-sql',
        'Stock cosmosKey keyless-shop-stock',
      ],
    );
    const bus = keys.find(({ finding }) => finding.name === 'OrdersBus');
    assert.equal(bus?.finding.wayOut.way, 'identity');
  });

  it('are good news if there are none', async () => {
    const [only, ...others] = await rowsOf(app('keyless-rbac-app'));
    assert.ok(only?.kind === 'message' && others.length === 0);
    assert.equal(only.text, 'No keys left');
  });

  it('say nothing about their use if the functions cannot be read', async () => {
    const fault = { service: 'arm', path: '/functions\\?', status: 403, count: 0 };
    await apps.control('POST', '/faults', fault);
    await holdStorageKey(app('keyless-demo-app'), 'AzureWebJobsStorage', 'Photos');
    const { keys, unread } = await findKeysLeft(apps.c, app('keyless-demo-app'), signal);
    await apps.control('DELETE', '/faults');
    assert.deepEqual(unread, ['functions']);
    const ways = keys.map(({ finding: { name, wayOut } }) => [name, wayOut.way]);
    assert.deepEqual(
      ways.filter(([name]) => name === 'AzureWebJobsStorage' || name === 'Photos'),
      [
        ['AzureWebJobsStorage', 'identity'],
        ['Photos', 'unknown'],
      ],
    );
  });

  it('are found although the ways of publishing cannot be read, which is said', async () => {
    const path = String.raw`/basicPublishingCredentialsPolicies\?`;
    await apps.control('POST', '/faults', { service: 'arm', path, status: 403, count: 0 });
    const { unread } = await findKeysLeft(apps.c, app('keyless-demo-app'), signal);
    await apps.control('DELETE', '/faults');
    assert.deepEqual(unread, ['publishing']);
  });
});
