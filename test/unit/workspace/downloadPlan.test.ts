import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planDownload } from '../../../src/workspace/model/downloadPlan';
import { readLocalSettings } from '../../../src/workspace/model/localSettings';
import { busString, storageString } from '../../support/worlds/keysWorld';
import { binding } from '../access/credentials/find';
import { fakeKeys } from '../access/credentials/fakeKeys';

const reference = '@Microsoft.KeyVault(SecretUri=https://fakekv.vault.azure.net/secrets/docs)';

const app = new Map([
  ['AzureWebJobsStorage', storageString('fakeacct01')],
  ['FUNCTIONS_WORKER_RUNTIME', 'node'],
  ['FUNCTIONS_EXTENSION_VERSION', '~4'],
  ['WEBSITE_CONTENTSHARE', 'fakeshare1234'],
  ['Docs', reference],
  ['Orders', busString('fakebus')],
  ['Read_By_Code', busString('fakebus')],
  ['Photos__blobServiceUri', 'https://fakeacct01.blob.core.windows.net'],
  ['Photos__credential', 'managedidentity'],
  ['Photos__clientId', '00000000-1111-2222-3333-444444444444'],
  ['API_PASSWORD', 'not-shaped-like-a-key'],
]);
const bindings = [binding('serviceBusTrigger', { connection: 'Orders', queueName: 'orders' })];
const remote = { appSettings: app, connectionStrings: new Map([['Db', reference]]), bindings };

describe('what local.settings.json gets from an app', () => {
  it('is everything but secrets, with identities in place of keys, and without what belongs to the platform', () => {
    const plan = planDownload(remote, undefined);
    assert.deepEqual(plan.values, {
      AzureWebJobsStorage__accountName: 'fakeacct01',
      FUNCTIONS_WORKER_RUNTIME: 'node',
      Docs: reference,
      Orders__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net',
      Photos__blobServiceUri: 'https://fakeacct01.blob.core.windows.net',
    });
    assert.deepEqual(plan.connectionStrings, { Db: reference });
    assert.deepEqual(plan.byIdentity, ['AzureWebJobsStorage', 'Orders']);
    assert.deepEqual(plan.leftOut, ['Read_By_Code', 'API_PASSWORD']);
    assert.deepEqual(plan.differ, []);
  });

  it("leaves keys out if it's unknown what uses them", () => {
    const { appSettings, connectionStrings } = remote;
    const plan = planDownload({ appSettings, connectionStrings }, undefined);
    assert.deepEqual(plan.leftOut, ['Orders', 'Read_By_Code', 'API_PASSWORD']);
  });

  it('says what the file has otherwise, and adds no identity beside a value that would win', () => {
    const local = readLocalSettings(
      '{"IsEncrypted":false,"Values":{"AzureWebJobsStorage":"UseDevelopmentStorage=true","FUNCTIONS_WORKER_RUNTIME":"python","Docs":"' +
        reference +
        '"}}',
    );
    const plan = planDownload(remote, local);
    assert.deepEqual(plan.differ, ['FUNCTIONS_WORKER_RUNTIME']);
    assert.ok(!('AzureWebJobsStorage__accountName' in plan.values));
    assert.deepEqual(plan.byIdentity, ['Orders']);
    assert.ok(plan.leftOut.includes('AzureWebJobsStorage'));
  });

  it('never contains a key, whatever the settings are', () => {
    const values = fc.constantFrom(
      ...[storageString('fakeacct01'), busString('fakebus'), fakeKeys.search, fakeKeys.clientSecret],
      `https://fakefunc.azurewebsites.net/api/Pay?code=${fakeKeys.functionKey}`,
      `fakeredis.redis.cache.windows.net:6380,password=${fakeKeys.redis},ssl=True`,
    );
    const names = fc.constantFrom(
      'AzureWebJobsStorage',
      'Orders',
      'SEARCH_KEY',
      'AZURE_CLIENT_SECRET',
      'x',
      'Url',
    );
    const map = fc.array(fc.tuple(names, values)).map((some) => new Map(some));
    fc.assert(
      fc.property(map, map, fc.boolean(), (appSettings, connectionStrings, known) => {
        const plan = planDownload(
          { appSettings, connectionStrings, ...(known ? { bindings } : {}) },
          undefined,
        );
        const shown = JSON.stringify(plan);
        for (const key of Object.values(fakeKeys)) assert.ok(!shown.includes(key), shown);
      }),
    );
  });
});
