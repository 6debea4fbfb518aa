import type { Binding } from '../../src/access/credentials/uses';
import type { ReplaceFacts } from '../../src/access/replace/replaceFacts';
import { fakeKeys as fake } from '../unit/access/credentials/fakeKeys';
import { binding } from '../unit/access/credentials/find';
import { namespace, storageAccount, storageKey, timer } from '../unit/access/replace/replaceWorld';

const host = 'AzureWebJobsStorage';
const durable = ['durableBlob', 'durableQueue', 'durableTable'];
const ofHost = ['blob', 'queue', 'blobTriggerQueue', ...durable];
const otherSuffixes = ['core.usgovcloudapi.net', 'core.chinacloudapi.cn', 'z12.storage.azure.net'];
/** The clients that must work with the settings of a plan, and with which host each has to talk. */
export interface Form {
  readonly what: string;
  readonly setting: string;
  readonly value: string;
  readonly bindings: readonly Binding[];
  readonly more?: Partial<ReplaceFacts>;
  readonly clients: readonly (readonly [kind: string, host: string])[];
}

function storageForms(suffix: string): Form[] {
  const at = (service: string) => `fakeacct01.${service}.${suffix}`;
  const services: Readonly<Record<string, string>> = {
    blob: 'blob',
    durableBlob: 'blob',
    durableTable: 'table',
  };
  const clients = (kinds: readonly string[]) =>
    kinds.map((kind) => [kind, at(services[kind] ?? 'queue')] as const);
  const value = storageKey('fakeacct01', suffix);
  const more = { resource: storageAccount('fakeacct01', suffix) };
  const own = (what: string, bindings: readonly Binding[], kinds: readonly string[]): Form => ({
    ...{ what: `${what} at ${suffix}`, setting: 'Photos', value, bindings, more, clients: clients(kinds) },
  });
  const [connection, path] = [{ connection: 'Photos' }, { path: 'photos/{name}' }];
  const trigger = binding('blobTrigger', { ...connection, ...path });
  const input = binding('blob', { ...connection, ...path, direction: 'in' });
  const queue = binding('queue', { ...connection, queueName: 'orders' });
  const table = binding('table', { ...connection, tableName: 'orders' });
  return [
    {
      what: `host storage at ${suffix}`,
      setting: host,
      value,
      bindings: [timer],
      more,
      clients: clients(ofHost),
    },
    own('a blob trigger', [trigger], ['blob', 'blobTriggerQueue']),
    own('a blob', [input], ['blob']),
    own('a queue', [queue], ['queue']),
    // NuGet has no Tables extension for this; Durable Functions reads the same settings.
    own('a table', [table], ['durableTable']),
    own('all of these', [trigger, queue, table], ['blob', 'blobTriggerQueue', 'queue', 'durableTable']),
  ];
}

/** Their extensions aren't on NuGet, so these are the clients that the extensions use, and show less. */
const messaging: readonly Form[] = [
  {
    ...{
      what: 'a Service Bus trigger',
      setting: 'Bus',
      bindings: [binding('serviceBusTrigger', { connection: 'Bus', queueName: 'q' })],
    },
    value: `Endpoint=sb://fakebus.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${fake.serviceBus}`,
    more: { resource: namespace('Microsoft.ServiceBus', 'fakebus') },
    clients: [['serviceBus', 'fakebus.servicebus.windows.net']],
  },
  {
    ...{
      what: 'an Event Hubs output',
      setting: 'Hub',
      bindings: [binding('eventHub', { connection: 'Hub', eventHubName: 'hub' })],
    },
    value: `Endpoint=sb://fakehub.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${fake.eventHubs}`,
    more: { resource: namespace('Microsoft.EventHub', 'fakehub') },
    clients: [['eventHub', 'fakehub.servicebus.windows.net']],
  },
];

/** Of these, only the credential can be made here. */
const credentials: readonly Form[] = [
  {
    ...{
      what: 'SignalR',
      setting: 'AzureSignalRConnectionString',
      bindings: [binding('signalR', { hubName: 'chat' })],
    },
    value: `Endpoint=https://fakesig.service.signalr.net;AccessKey=${fake.namespaceUnmarked};Version=1.0;`,
    more: { resource: { id: '/signalR/fakesig', type: 'microsoft.signalrservice/signalr', parts: [] } },
    clients: [['credential', 'https://signalr.azure.com']],
  },
  {
    ...{
      what: 'Web PubSub',
      setting: 'WebPubSubConnectionString',
      bindings: [binding('webPubSub', { hub: 'chat' })],
    },
    value: `Endpoint=https://chat.webpubsub.azure.com;AccessKey=${fake.namespaceUnmarked};Version=1.0;`,
    more: { resource: { id: '/webPubSub/chat', type: 'microsoft.signalrservice/webpubsub', parts: [] } },
    clients: [['credential', 'https://webpubsub.azure.com']],
  },
];

/** The value stays a connection string of SqlClient, which says what it reads in it. */
const databases: readonly Form[] = [
  'Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=db1;User ID=app;Password=pw1;Encrypt=True;',
  `PWD='p;"w';Data Source=fakesql.database.windows.net;UID=app;database="db1"`,
  `Server=fakesql.database.windows.net;Database='db1';User="a;b";Password="p""w;";Persist Security Info=True`,
].map((value, index) => ({
  ...{ what: `the SQL database of connection string ${index + 1}`, setting: 'Sql', value },
  bindings: [binding('sql', { connectionStringSetting: 'Sql', commandText: 'dbo.Orders' })],
  more: { resource: { id: '/servers/fakesql', type: 'microsoft.sql/servers', parts: [] } },
  clients: [['sql', 'fakesql.database.windows.net']],
}));

/** All that Keyless writes for what a binding or the host uses. */
export const forms: readonly Form[] = [
  ...['core.windows.net', ...otherSuffixes].flatMap(storageForms),
  ...messaging,
  ...credentials,
  ...databases,
];
