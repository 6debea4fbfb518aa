import assert from 'node:assert/strict';
import { identityConnections } from '../../../../src/access/credentials/identityConnections';

const found = (settings: Record<string, string>) =>
  identityConnections(new Map(Object.entries(settings))).map(({ name, host, account, clientId }) =>
    [name, host?.service ?? 'storage', host?.name ?? account, clientId].filter(Boolean).join(' '),
  );

describe('The connections that an app opens as its identity', () => {
  it('are found by the members that say what they open', () => {
    assert.deepEqual(
      found({
        AzureWebJobsStorage__accountName: 'fakeacct01',
        Photos__blobServiceUri: 'https://fakeacct02.blob.core.windows.net',
        Photos__queueServiceUri: 'https://fakeacct02.queue.core.windows.net',
        Photos__credential: 'managedidentity',
        photos__clientid: 'c1',
        Orders__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net',
        Stock__accountEndpoint: 'https://stock-1.documents.azure.com:443/',
        Cache__redisHostName: 'cache-1.redis.cache.windows.net',
        Hub__serviceUri: 'https://fakehub.service.signalr.net',
      }),
      [
        'AzureWebJobsStorage storage fakeacct01',
        'Photos storage fakeacct02 c1',
        'Orders namespace fakebus',
        'Stock cosmos stock-1',
        'Cache redis cache-1',
        'Hub signalR fakehub',
      ],
    );
  });

  it("aren't used as long as there is a connection string, and nothing is guessed", () => {
    assert.deepEqual(found({ Photos: 'a key', Photos__accountName: 'fakeacct01' }), []);
    assert.deepEqual(found({ PHOTOS: '', Photos__accountName: 'fakeacct01' }), ['Photos storage fakeacct01']);
    assert.deepEqual(
      found({
        Own__endpoint: 'https://example.com',
        My__accountName: "x' or 1",
        Other__name: 'a',
        A__accountName: '',
      }),
      [],
    );
  });
});
