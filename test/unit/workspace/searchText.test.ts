import assert from 'node:assert/strict';
import { identityChoices } from '../../../src/workspace/model/identityChoices';
import { configurationFiles, formatOf } from '../../../src/workspace/model/fileKinds';
import { entryOf, searchText } from '../../../src/workspace/model/searchText';
import { busString, storageString } from '../../support/worlds/keysWorld';

const settings = (values: Record<string, string>, encrypted = false) =>
  JSON.stringify({ IsEncrypted: encrypted, Values: values }, null, 2);

describe('searching a file', () => {
  it('finds nothing in encrypted settings, whose values are no secrets', async () => {
    const values = { Photos: storageString('fakeacct01') };
    assert.equal((await searchText(settings(values), 'a/local.settings.json')).length, 1);
    assert.deepEqual(await searchText(settings(values, true), 'a/local.settings.json'), []);
  });

  it('pauses at each line, so that a large file blocks nothing', async () => {
    let pauses = 0;
    const text = `a = 1\nPHOTOS=${storageString('fakeacct01')}\n`.repeat(50);
    const found = await searchText(text, '.env', () => {
      pauses++;
      return undefined;
    });
    assert.equal(found.length, 50);
    assert.ok(pauses >= 200, String(pauses));
  });

  it('ends after 200 secrets, which no one reads', async () => {
    const found = await searchText(`A=${busString('fakebus')}\n`.repeat(300), '.env');
    assert.equal(found.length, 200);
  });

  it('finds the value again, unless the text has changed', async () => {
    const text = settings({ A: 'x', Photos: storageString('fakeacct01') });
    const [secret] = await searchText(text, 'local.settings.json');
    assert.ok(secret);
    assert.equal(entryOf(text, 'local.settings.json', secret)?.value, storageString('fakeacct01'));
    assert.equal(entryOf(text.replace('"A"', '"AB"'), 'local.settings.json', secret), undefined);
  });

  it('knows the format of each configuration file by its name', () => {
    const formats = new Map(
      configurationFiles.map((name) => [name, formatOf(`a/${name.replace('*', 'x')}`)]),
    );
    assert.deepEqual(
      ['local.settings.json', '.env', '.env.*', '*.env', '*.bicepparam', 'local.settings.json.bak'].map(
        (name) => formats.get(name),
      ),
      ['json', 'env', 'env', 'env', 'text', 'json'],
    );
  });
});

describe('identity-based settings in place of a secret in local.settings.json', () => {
  const choices = async (name: string, value: string) => {
    const [secret] = await searchText(settings({ [name]: value }), 'local.settings.json');
    return (secret ? identityChoices(secret) : []).map(({ add }) => add);
  };

  it('are an account name for host storage', async () => {
    assert.deepEqual(await choices('AzureWebJobsStorage', storageString('fakeacct01')), [
      { AzureWebJobsStorage__accountName: 'fakeacct01' },
    ]);
  });

  it('depend on what uses a storage account', async () => {
    const [trigger, blob, queue, table, several] = await choices('Photos', storageString('fakeacct01'));
    const uri = (service: string) => `https://fakeacct01.${service}.core.windows.net`;
    assert.deepEqual(trigger, { Photos__blobServiceUri: uri('blob'), Photos__queueServiceUri: uri('queue') });
    assert.deepEqual(
      [blob, queue, table].map((one) => Object.keys(one ?? {})),
      [...[['Photos__blobServiceUri'], ['Photos__queueServiceUri'], ['Photos__tableServiceUri']]],
    );
    assert.equal(Object.keys(several ?? {}).length, 3);
  });

  it('name the host of a namespace, and no identity', async () => {
    assert.deepEqual(await choices('Orders', busString('fakebus')), [
      { Orders__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net' },
    ]);
  });

  it("don't exist for other secrets", async () => {
    assert.deepEqual(await choices('Sql', 'Server=fakesql.database.windows.net;User ID=a;Password=pw1'), []);
    assert.deepEqual(await choices('AzureWebJobs.Photos', storageString('fakeacct01')), []);
  });
});
