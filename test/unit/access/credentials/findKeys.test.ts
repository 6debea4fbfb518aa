import assert from 'node:assert/strict';
import { fakeKeys as fake } from './fakeKeys';
import { binding, expectOne, find } from './find';

describe('finding keys, passwords, and signed URLs', () => {
  it('finds keys of App Configuration and SignalR', () => {
    expectOne(
      {
        AppConfig: `Endpoint=https://fakecfg.azconfig.io;Id=0-l1-s0:FakeFake;Secret=${fake.appConfiguration}`,
      },
      'appConfigurationKey',
      'fakecfg',
      { way: 'code', because: 'codeReads' },
    );
    expectOne(
      {
        AzureSignalRConnectionString: `Endpoint=https://fakesig.service.signalr.net;AccessKey=${fake.namespaceUnmarked};Version=1.0;`,
      },
      'signalRKey',
      'fakesig',
      {
        way: 'identity',
        add: { AzureSignalRConnectionString__serviceUri: 'https://fakesig.service.signalr.net' },
      },
      [binding('signalR', { hubName: 'chat' })],
    );
  });

  it('finds a key by the endpoint in the setting beside it', () => {
    const cases = [
      [
        'TopicKey',
        fake.eventGrid,
        'TopicEndpoint',
        'https://faket.westeurope-1.eventgrid.azure.net/api/events',
        'eventGridKey',
        'faket',
        'bindingChange',
      ],
      [
        'AZURE_OPENAI_KEY',
        fake.openAi,
        'AZURE_OPENAI_ENDPOINT',
        'https://fakeoai.openai.azure.com/',
        'aiKey',
        'fakeoai',
        'codeReads',
      ],
      [
        'VISION_KEY',
        fake.aiUnmarked,
        'VISION_ENDPOINT',
        'https://westeurope.api.cognitive.microsoft.com/',
        'aiKey',
        undefined,
        'regionalEndpoint',
      ],
      [
        'SEARCH_API_KEY',
        fake.search,
        'SEARCH_ENDPOINT',
        'https://fakesrch.search.windows.net',
        'searchKey',
        'fakesrch',
        'codeReads',
      ],
      [
        'COSMOS_KEY',
        fake.storageUnmarked,
        'COSMOS_URL',
        'https://fakecos.documents.azure.com:443/',
        'cosmosKey',
        'fakecos',
        'codeReads',
      ],
    ] as const;
    for (const [name, key, beside, address, kind, resource, because] of cases)
      expectOne({ [name]: key, [beside]: address }, kind, resource, { way: 'code', because });
    const [bare] = find({ STORAGE_KEY: fake.storage, STORAGE_ACCOUNT: 'fakeacct01' });
    assert.deepEqual([bare?.kind, bare?.account], ['storageKey', 'fakeacct01']);
  });

  it('finds a Redis key in any order', () => {
    for (const value of [
      `fakeredis.redis.cache.windows.net:6380,password=${fake.redis},ssl=True,abortConnect=False`,
      `ssl=True,password=${fake.redis},fakeredis.redis.cache.windows.net:6380`,
    ])
      expectOne(
        { RedisConnection: value },
        'redisKey',
        'fakeredis',
        {
          way: 'identity',
          add: { RedisConnection__redisHostName: 'fakeredis.redis.cache.windows.net' },
        },
        [binding('redisPubSubTrigger', { connection: 'RedisConnection' })],
      );
    expectOne(
      { Cache: `rediss://:${encodeURIComponent(fake.redis)}@fakeredis.redis.cache.windows.net:6380` },
      'redisKey',
      'fakeredis',
      { way: 'code' },
    );
  });

  it('finds client secrets', () => {
    const cases = [
      ['AZURE_CLIENT_SECRET', 'clientSecret'],
      ['MICROSOFT_PROVIDER_AUTHENTICATION_SECRET', 'signInSecret'],
      ['Orders__clientSecret', 'clientSecret'],
    ] as const;
    for (const [name, kind] of cases)
      expectOne({ [name]: fake.clientSecret }, kind, undefined, { way: 'code', because: 'federation' });
  });

  it('finds URLs that give access to anyone who has them', () => {
    expectOne(
      {
        NextFlow: `https://prod-01.westeurope.logic.azure.com/workflows/0123/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${fake.signature}`,
      },
      'logicAppUrl',
      undefined,
      { way: 'keyVault', because: 'noIdentityApi' },
    );
    expectOne(
      { BackendUrl: `https://fakefunc.azurewebsites.net/api/Pay?code=${fake.functionKey}` },
      'functionKey',
      'fakefunc',
      { way: 'keyVault', because: 'noIdentityApi' },
    );
  });

  it("doesn't offer an identity on the built-in endpoint of an IoT hub", () => {
    expectOne(
      {
        Devices: `Endpoint=sb://ihsuprodamres001dednamespace.servicebus.windows.net/;SharedAccessKeyName=service;SharedAccessKey=${fake.namespaceUnmarked};EntityPath=iothub-ehub-fake-1`,
      },
      'iotHubKey',
      undefined,
      { way: 'keyVault', because: 'builtInEndpoint' },
      [binding('eventHubTrigger', { connection: 'Devices', eventHubName: 'iothub-ehub-fake-1' })],
    );
  });
});
