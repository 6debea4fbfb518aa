/** The kinds of services that credentials open. Service Bus, Event Hubs, and Relay share their host names. */
export type Service =
  | 'storage'
  | 'namespace'
  | 'cosmos'
  | 'sql'
  | 'postgres'
  | 'mysql'
  | 'appConfiguration'
  | 'signalR'
  | 'webPubSub'
  | 'eventGrid'
  | 'ai'
  | 'search'
  | 'redis'
  | 'communication'
  | 'iotHub'
  | 'registry'
  | 'logicApp'
  | 'site';

/** Where a credential is used: as much of the resource as its host name tells. */
export interface Host {
  readonly service: Service;
  /** Host name in lowercase, without a port. */
  readonly host: string;
  /** Resource name; absent where the host name doesn't contain it, as in `westeurope.api.cognitive.microsoft.com`. */
  readonly name?: string;
  /** Resource types, in lowercase, that may have this host name. */
  readonly types: readonly string[];
  /** Whether this is a host name of Azure's public cloud. Some settings work only there. */
  readonly publicCloud: boolean;
}

interface Form {
  readonly service: Service;
  readonly types: readonly string[];
  /** Suffixes of the public cloud, then of US Government and China. */
  readonly suffixes: readonly [publicCloud: readonly string[], others: readonly string[]];
  /** Set if the first label isn't the resource's name. */
  readonly unnamed?: true;
}

/**
 * Suffixes: Azure CLI's cloud definitions, API specifications of the providers, and Microsoft Learn. Inferred, because
 * only analogous: Cosmos DB, SignalR, and AI services in US Government and China, AI Search in China.
 */
const forms: readonly Form[] = [
  {
    service: 'storage',
    types: ['microsoft.storage/storageaccounts'],
    suffixes: [
      ['blob', 'queue', 'table', 'file', 'dfs', 'web'].flatMap((part) => [
        `${part}.core.windows.net`,
        `${part}.storage.azure.net`,
      ]),
      ['blob', 'queue', 'table', 'file', 'dfs', 'web'].flatMap((part) => [
        `${part}.core.usgovcloudapi.net`,
        `${part}.core.chinacloudapi.cn`,
      ]),
    ],
  },
  {
    service: 'namespace',
    types: ['microsoft.servicebus/namespaces', 'microsoft.eventhub/namespaces', 'microsoft.relay/namespaces'],
    suffixes: [['servicebus.windows.net'], ['servicebus.usgovcloudapi.net', 'servicebus.chinacloudapi.cn']],
  },
  {
    service: 'cosmos',
    types: ['microsoft.documentdb/mongoclusters'],
    suffixes: [['mongocluster.cosmos.azure.com'], []],
  },
  {
    service: 'cosmos',
    types: ['microsoft.documentdb/databaseaccounts'],
    suffixes: [
      [
        'documents.azure.com',
        'table.cosmos.azure.com',
        'mongo.cosmos.azure.com',
        'gremlin.cosmos.azure.com',
        'cassandra.cosmos.azure.com',
      ],
      ['documents.azure.us', 'documents.azure.cn', 'table.cosmos.azure.us', 'table.cosmos.azure.cn'],
    ],
  },
  {
    service: 'postgres',
    types: ['microsoft.dbforpostgresql/flexibleservers'],
    suffixes: [
      ['postgres.database.azure.com'],
      ['postgres.database.usgovcloudapi.net', 'postgres.database.chinacloudapi.cn'],
    ],
  },
  {
    service: 'mysql',
    types: ['microsoft.dbformysql/flexibleservers'],
    suffixes: [
      ['mysql.database.azure.com'],
      ['mysql.database.usgovcloudapi.net', 'mysql.database.chinacloudapi.cn'],
    ],
  },
  // After the other databases, whose names end like this in other clouds.
  {
    service: 'sql',
    types: ['microsoft.sql/servers', 'microsoft.sql/managedinstances'],
    suffixes: [['database.windows.net'], ['database.usgovcloudapi.net', 'database.chinacloudapi.cn']],
  },
  {
    service: 'appConfiguration',
    types: ['microsoft.appconfiguration/configurationstores'],
    suffixes: [['azconfig.io'], ['azconfig.azure.us', 'azconfig.azure.cn']],
  },
  {
    service: 'signalR',
    types: ['microsoft.signalrservice/signalr'],
    suffixes: [['service.signalr.net'], ['signalr.azure.us', 'signalr.azure.cn']],
  },
  {
    service: 'webPubSub',
    types: ['microsoft.signalrservice/webpubsub'],
    suffixes: [['webpubsub.azure.com'], ['webpubsub.azure.us', 'webpubsub.azure.cn']],
  },
  {
    service: 'eventGrid',
    types: ['microsoft.eventgrid/topics', 'microsoft.eventgrid/domains'],
    suffixes: [['eventgrid.azure.net'], ['eventgrid.azure.us', 'eventgrid.azure.cn']],
  },
  {
    // Regional hosts of AI services; they don't name the resource.
    service: 'ai',
    types: ['microsoft.cognitiveservices/accounts'],
    suffixes: [
      ['api.cognitive.microsoft.com'],
      ['api.cognitive.microsoft.us', 'api.cognitive.azure.us', 'api.cognitive.azure.cn'],
    ],
    unnamed: true,
  },
  {
    service: 'ai',
    types: ['microsoft.cognitiveservices/accounts'],
    suffixes: [
      ['openai.azure.com', 'cognitiveservices.azure.com', 'services.ai.azure.com'],
      ['openai.azure.us', 'cognitiveservices.azure.us', 'cognitiveservices.azure.cn'],
    ],
  },
  {
    service: 'search',
    types: ['microsoft.search/searchservices'],
    suffixes: [['search.windows.net'], ['search.azure.us', 'search.azure.cn']],
  },
  {
    service: 'redis',
    types: ['microsoft.cache/redisenterprise'],
    suffixes: [['redis.azure.net', 'redisenterprise.cache.azure.net'], []],
  },
  {
    service: 'redis',
    types: ['microsoft.cache/redis'],
    suffixes: [
      ['redis.cache.windows.net'],
      ['redis.cache.usgovcloudapi.net', 'redis.cache.chinacloudapi.cn'],
    ],
  },
  {
    service: 'communication',
    types: ['microsoft.communication/communicationservices'],
    suffixes: [['communication.azure.com'], ['communication.azure.us']],
  },
  {
    service: 'iotHub',
    types: ['microsoft.devices/iothubs'],
    suffixes: [['azure-devices.net'], ['azure-devices.us', 'azure-devices.cn']],
  },
  {
    service: 'registry',
    types: ['microsoft.containerregistry/registries'],
    suffixes: [['azurecr.io'], ['azurecr.us', 'azurecr.cn']],
  },
  {
    service: 'logicApp',
    types: ['microsoft.logic/workflows'],
    suffixes: [['logic.azure.com'], ['logic.azure.us', 'logic.azure.cn']],
    unnamed: true,
  },
  {
    service: 'site',
    types: ['microsoft.web/sites'],
    suffixes: [['azurewebsites.net'], ['azurewebsites.us', 'chinacloudsites.cn']],
  },
];

/**
 * Says which resource has this host name. Custom domains and private names are unknown, never guessed.
 * @param address a host name or URL, with or without a port
 */
export function hostOf(address: string): Host | undefined {
  const host = hostNameOf(address);
  if (host === undefined) return undefined;
  for (const form of forms) {
    const [publicSuffixes, others] = form.suffixes;
    const suffix = [...publicSuffixes, ...others].find((one) => host.endsWith(`.${one}`));
    if (suffix === undefined) continue;
    const label = host.slice(0, -suffix.length - 1).split('.')[0] ?? '';
    const found = { host, publicCloud: publicSuffixes.includes(suffix) };
    if (form.service === 'namespace' && isIotHubEndpoint(label)) return { ...found, ...iotHub };
    const name = form.unnamed ? {} : { name: resourceName(form.service, label) };
    return { ...found, service: form.service, types: form.types, ...name };
  }
  return undefined;
}

/** A storage account's secondary endpoint has its name and `-secondary`. */
function resourceName(service: Service, label: string): string {
  return service === 'storage' ? label.replace(/-secondary$/, '') : label;
}

const iotHub = { service: 'iotHub', types: ['microsoft.devices/iothubs'] } as const;

/** The built-in endpoint of an IoT hub looks like an Event Hubs namespace, but nobody owns it (azure-functions-host#9612). */
function isIotHubEndpoint(label: string): boolean {
  return /^(ihsuprod|iothub-ns-)/.test(label);
}

function hostNameOf(address: string): string | undefined {
  const text = address.trim().replace(/^tcp:/i, '').replace(/,\d+$/, '');
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase().replace(/\.$/, '') : '';
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) ? host : undefined;
}

/** Whether an address belongs to an emulator on this machine, or to no machine at all. */
export function isLocal(address: string): boolean {
  const text = address.trim().replace(/^tcp:/i, '');
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?(?:localhost|127\.0\.0\.1|\[::1\]|azurite|host\.docker\.internal|\(local\)|\(localdb\)|\.)(?=[:/\\,]|$)/i.test(
    text,
  );
}
