import assert from 'node:assert/strict';
import { findCredentials } from '../../../../src/access/credentials/findings';
import { fakeKeys as fake } from './fakeKeys';
import { binding, expectOne, find } from './find';

const storage = `DefaultEndpointsProtocol=https;AccountName=fakeacct01;AccountKey=${fake.storage};EndpointSuffix=core.windows.net`;

describe('finding credentials in the settings of an app', () => {
  it('finds a storage key, and the setting that replaces it for the host', () => {
    expectOne({ AzureWebJobsStorage: storage }, 'storageKey', 'fakeacct01', {
      way: 'identity',
      add: { AzureWebJobsStorage__accountName: 'fakeacct01' },
    });
  });

  it("replaces another cloud's account by URIs, because an account name makes hosts append the public suffix", () => {
    const value = `AccountKey=${fake.storageUnmarked};EndpointSuffix=core.usgovcloudapi.net;AccountName=fakegov;DefaultEndpointsProtocol=https`;
    expectOne(
      { OrdersStorage: value },
      'storageKey',
      'fakegov',
      {
        way: 'identity',
        add: {
          OrdersStorage__blobServiceUri: 'https://fakegov.blob.core.usgovcloudapi.net',
          OrdersStorage__queueServiceUri: 'https://fakegov.queue.core.usgovcloudapi.net',
        },
      },
      [binding('blobTrigger', { connection: 'OrdersStorage' })],
    );
    const [host] = find({ AzureWebJobsStorage: value });
    assert.deepEqual(host?.wayOut.add, {
      AzureWebJobsStorage__blobServiceUri: 'https://fakegov.blob.core.usgovcloudapi.net',
      AzureWebJobsStorage__queueServiceUri: 'https://fakegov.queue.core.usgovcloudapi.net',
      AzureWebJobsStorage__tableServiceUri: 'https://fakegov.table.core.usgovcloudapi.net',
    });
  });

  it('finds an account SAS, and when it ends', () => {
    const [finding] = find({
      AzureWebJobsStorage: `BlobEndpoint=https://fakeacct01.blob.core.windows.net/;QueueEndpoint=https://fakeacct01.queue.core.windows.net/;TableEndpoint=https://fakeacct01.table.core.windows.net/;SharedAccessSignature=?sv=2022-11-02&ss=bqt&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&sig=${fake.signature}`,
    });
    assert.equal(finding?.kind, 'storageSas');
    assert.equal(finding.host?.name, 'fakeacct01');
    assert.equal(finding.expires?.toISOString(), '2027-01-01T00:00:00.000Z');
    assert.deepEqual(finding.wayOut.add, { AzureWebJobsStorage__accountName: 'fakeacct01' });
  });

  it('finds a key in quotes, and says that nothing can use it like this', () => {
    const [finding] = find({
      Photos: `"DefaultEndpointsProtocol=https;AccountName=fakeacct02;AccountKey=${fake.storage}"`,
    });
    assert.deepEqual(
      [finding?.kind, finding?.host?.name, finding?.wayOut.because],
      ['storageKey', 'fakeacct02', 'quoted'],
    );
  });

  it("can't replace the key of the content share", () => {
    expectOne({ WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: storage }, 'storageKey', 'fakeacct01', {
      way: 'none',
      because: 'contentShare',
    });
  });

  it('replaces the SAS of a package by its URL alone', () => {
    const url = 'https://fakeacct01.blob.core.windows.net/pkg/app.zip';
    const value = `${url}?sv=2022-11-02&sr=b&sp=r&se=2027-06-30&sig=${fake.signature}`;
    expectOne({ WEBSITE_RUN_FROM_PACKAGE: value }, 'storageSas', 'fakeacct01', {
      way: 'identity',
      keeps: true,
      add: { WEBSITE_RUN_FROM_PACKAGE: url, WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: 'SystemAssigned' },
    });
  });

  it('finds keys of Service Bus and Event Hubs, whose host names are alike', () => {
    const value = `Endpoint=sb://fakebus.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${fake.serviceBus}`;
    expectOne(
      { ServiceBusConnection: value },
      'namespaceKey',
      'fakebus',
      {
        way: 'identity',
        add: { ServiceBusConnection__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net' },
      },
      [binding('serviceBusTrigger', { connection: 'ServiceBusConnection', queueName: 'orders' })],
    );
    const [either] = find({ Telemetry2: value.replace(fake.serviceBus, fake.namespaceUnmarked) });
    assert.equal(either?.kind, 'namespaceKey');
    assert.equal(either.host?.types.length, 3);
  });

  it("doesn't replace an Event Hubs string by settings if its hub isn't the one of the binding", () => {
    const settings = {
      Telemetry: `SharedAccessKey=${fake.eventHubs};EntityPath=telemetry;Endpoint=sb://fakehub.servicebus.windows.net;SharedAccessKeyName=listen`,
    };
    const reasons = ['telemetry', 'other'].map(
      (eventHubName) =>
        find(settings, [binding('eventHubTrigger', { connection: 'Telemetry', eventHubName })])[0]?.wayOut
          .because,
    );
    assert.deepEqual(reasons, ['settings', 'entityPath']);
  });

  it('finds a Cosmos DB key', () => {
    expectOne(
      { CosmosDb: `AccountEndpoint=https://fakecos.documents.azure.com:443/;AccountKey=${fake.cosmos};` },
      'cosmosKey',
      'fakecos',
      { way: 'identity', add: { CosmosDb__accountEndpoint: 'https://fakecos.documents.azure.com:443/' } },
      [binding('cosmosDBTrigger', { connection: 'CosmosDb' })],
    );
  });

  it('finds Cosmos DB keys of APIs that know no identity', () => {
    for (const value of [
      `mongodb://fakecos:${encodeURIComponent(fake.cosmos)}@fakecos.mongo.cosmos.azure.com:10255/?ssl=true`,
      `DefaultEndpointsProtocol=https;AccountName=fakecos;AccountKey=${fake.cosmos};TableEndpoint=https://fakecos.table.cosmos.azure.com:443/;`,
    ])
      expectOne({ Cosmos: value }, 'cosmosKey', 'fakecos', { way: 'keyVault', because: 'noIdentityApi' });
  });

  it('finds a SQL password in quotes with semicolons, and names nothing of it', () => {
    expectOne(
      {
        SqlConnectionString:
          "Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=db1;User ID=app;Password='p;w=1';Encrypt=True;",
      },
      'databasePassword',
      'fakesql',
      {
        ...{ way: 'identity', because: 'newValue', keeps: true },
        add: {
          SqlConnectionString:
            'Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=db1;Encrypt=True;Authentication=Active Directory Managed Identity',
        },
      },
    );
  });

  for (const [form, value] of [
    ['JDBC', 'jdbc:sqlserver://fakesql.database.windows.net:1433;user=app;password=pw1'],
    ['ODBC', 'Driver={ODBC Driver 18};Server=tcp:fakesql.database.windows.net,1433;Uid=app;Pwd={p};}}w};'],
    ['a URL', 'mssql://app:pw1@fakesql.database.windows.net/db1'],
  ] as const)
    it(`finds a SQL password in the form of ${form}`, () => {
      expectOne({ Db: value }, 'databasePassword', 'fakesql', { way: 'identity' });
      assert.equal(find({ Db: value })[0]?.wayOut.add, undefined);
    });

  it('finds a PostgreSQL password', () => {
    for (const value of [
      'postgresql://u%40srv:pw@fakepg.postgres.database.azure.com:5432/db?sslmode=require',
      'Host=fakepg.postgres.database.azure.com;Username=u;Password=pw',
      'Host=fakepg.postgres.database.usgovcloudapi.net;Username=u;Password=pw',
    ])
      expectOne({ Pg: value }, 'databasePassword', 'fakepg', { way: 'code' });
    expectOne(
      { PGHOST: 'fakepg.postgres.database.azure.com', PGPASSWORD: 'pw-1' },
      'databasePassword',
      'fakepg',
      { way: 'code' },
    );
  });

  it('finds credentials in connection strings of App Service, and passwords for publishing', () => {
    const findings = findCredentials(
      {
        appSettings: new Map(),
        connectionStrings: new Map([['Orders', storage]]),
        bindings: [],
        basicPublishing: ['scm'],
      },
      Buffer.from('salt'),
    );
    assert.deepEqual(
      findings.map(({ source, name }) => [source, name]),
      [
        ['connectionString', 'Orders'],
        ['publishing', 'scm'],
      ],
    );
  });

  it('tells that two settings hold the same key, in this session only', () => {
    const settings = { AzureWebJobsStorage: storage, KEY_BESIDE: fake.storage };
    const [one, other] = find(settings);
    assert.equal(one?.fingerprint, other?.fingerprint);
    const [elsewhere] = find(settings, [], 'another salt');
    assert.notEqual(one?.fingerprint, elsewhere?.fingerprint);
  });
});
