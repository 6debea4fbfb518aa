import assert from 'node:assert/strict';
import type { Binding } from '../../../../src/access/credentials/uses';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import type { ResourceFacts } from '../../../../src/access/replace/replaceFacts';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding } from '../credentials/find';
import {
  cache,
  cosmosAccount,
  factsOf,
  namespace,
  principalId,
  storageAccount,
  storageKey,
  timer,
} from './replaceWorld';

interface Row {
  readonly value: string;
  readonly bindings?: readonly Binding[];
  readonly resource: ResourceFacts;
  /** The setting stays if it's among these. */
  readonly set: Readonly<Record<string, string>>;
}

const bus = (name: string, key: string, more = '') =>
  `Endpoint=sb://${name}.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=${key}${more}`;
const gov = 'core.usgovcloudapi.net';

/** Inputs of the fact sheet (section 8) that an identity replaces by settings alone, with the settings that it has for them. */
const rows: Readonly<Record<string, Row>> = {
  AzureWebJobsStorage: {
    value: storageKey(),
    resource: storageAccount(),
    set: { AzureWebJobsStorage__accountName: 'fakeacct01' },
  },
  OrdersStorage: {
    value: `AccountKey=${fake.storageUnmarked};EndpointSuffix=${gov};AccountName=fakegov;DefaultEndpointsProtocol=https`,
    bindings: [binding('blobTrigger', { connection: 'OrdersStorage', path: 'in/{name}' })],
    resource: storageAccount('fakegov', gov),
    set: {
      OrdersStorage__blobServiceUri: `https://fakegov.blob.${gov}`,
      OrdersStorage__queueServiceUri: `https://fakegov.queue.${gov}`,
    },
  },
  WEBSITE_RUN_FROM_PACKAGE: {
    value: `https://fakeacct01.blob.core.windows.net/pkg/app.zip?sv=2022-11-02&sr=b&sp=r&se=2027-06-30&sig=${fake.signature}`,
    resource: storageAccount(),
    set: {
      WEBSITE_RUN_FROM_PACKAGE: 'https://fakeacct01.blob.core.windows.net/pkg/app.zip',
      WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: 'SystemAssigned',
    },
  },
  ServiceBusConnection: {
    value: bus('fakebus', fake.serviceBus),
    bindings: [binding('serviceBusTrigger', { connection: 'ServiceBusConnection', queueName: 'orders' })],
    resource: namespace('Microsoft.ServiceBus', 'fakebus'),
    set: { ServiceBusConnection__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net' },
  },
  Telemetry: {
    value: bus('fakehub', fake.eventHubs, ';EntityPath=telemetry'),
    bindings: [binding('eventHubTrigger', { connection: 'Telemetry', eventHubName: 'telemetry' })],
    resource: namespace('Microsoft.EventHub', 'fakehub'),
    set: { Telemetry__fullyQualifiedNamespace: 'fakehub.servicebus.windows.net' },
  },
  CosmosDb: {
    value: `AccountEndpoint=https://fakecos.documents.azure.com:443/;AccountKey=${fake.cosmos};`,
    bindings: [binding('cosmosDBTrigger', { connection: 'CosmosDb', databaseName: 'a', containerName: 'b' })],
    resource: cosmosAccount('a/b', 'a/leases'),
    set: { CosmosDb__accountEndpoint: 'https://fakecos.documents.azure.com:443/' },
  },
  AzureSignalRConnectionString: {
    value: `Endpoint=https://fakesig.service.signalr.net;AccessKey=${fake.namespaceUnmarked};Version=1.0;`,
    bindings: [binding('signalR', { hubName: 'a' })],
    resource: { id: `${cache().id}/x`, type: 'microsoft.signalrservice/signalr', parts: [] },
    set: { AzureSignalRConnectionString__serviceUri: 'https://fakesig.service.signalr.net' },
  },
  RedisConnection: {
    value: `fakeredis.redis.cache.windows.net:6380,password=${fake.redis},ssl=True,abortConnect=False`,
    bindings: [binding('redisPubSubTrigger', { connection: 'RedisConnection', channel: 'a' })],
    resource: cache(),
    set: {
      RedisConnection__redisHostName: 'fakeredis.redis.cache.windows.net',
      RedisConnection__principalId: principalId,
    },
  },
};

describe("the settings of the fact sheet's table", () => {
  for (const [name, { value, bindings = [timer], resource, set }] of Object.entries(rows))
    it(`are those of the plan for ${name}`, () => {
      const { refusals, write, roles } = planReplacement(factsOf(name, value, bindings, { resource }));
      assert.deepEqual(refusals, []);
      assert.deepEqual(write, { remove: name in set ? [] : [name], set });
      assert.ok(roles.length > 0);
      const secrets = Object.values(fake).filter((secret) => JSON.stringify(write).includes(secret));
      assert.deepEqual(secrets, []);
    });
});
