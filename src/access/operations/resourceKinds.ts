/** A type of resource whose data roles open. */
export interface ResourceKind {
  /** In lowercase. */
  readonly type: string;
  /** What roles can be assigned on inside it: types in lowercase, and where Resource Manager lists them. */
  readonly parts: readonly { readonly type: string; readonly path: string }[];
}

const storage = 'microsoft.storage/storageaccounts';
const bus = 'microsoft.servicebus/namespaces';
const hubs = 'microsoft.eventhub/namespaces';
const cosmosType = 'microsoft.documentdb/databaseaccounts';

/** In the order of a list. */
export const resourceKinds: readonly ResourceKind[] = [
  {
    type: storage,
    parts: [
      { type: `${storage}/blobservices/containers`, path: 'blobServices/default/containers' },
      { type: `${storage}/queueservices/queues`, path: 'queueServices/default/queues' },
      { type: `${storage}/tableservices/tables`, path: 'tableServices/default/tables' },
    ],
  },
  {
    type: bus,
    parts: [
      { type: `${bus}/queues`, path: 'queues' },
      { type: `${bus}/topics`, path: 'topics' },
    ],
  },
  { type: hubs, parts: [{ type: `${hubs}/eventhubs`, path: 'eventhubs' }] },
  ...[
    ...['microsoft.eventgrid/topics', 'microsoft.appconfiguration/configurationstores'],
    ...['microsoft.cognitiveservices/accounts', 'microsoft.search/searchservices'],
    ...['microsoft.signalrservice/signalr', 'microsoft.signalrservice/webpubsub', cosmosType],
  ].map((type) => ({ type, parts: [] })),
];

/** The type of resources whose rights are in the databases themselves, in lowercase. */
export const sqlType = 'microsoft.sql/servers';

export function kindOf(type: string): ResourceKind | undefined {
  return resourceKinds.find((kind) => kind.type === type);
}

/** The type of a resource by its ARM ID, in lowercase; '' for a resource group or a subscription. */
export function typeIn(id: string): string {
  const parts = id.toLowerCase().split('/').filter(Boolean);
  const at = parts.lastIndexOf('providers');
  if (at < 0) return '';
  const [namespace = '', ...pairs] = parts.slice(at + 1);
  return [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
}

/** The resource that a part belongs to: the storage account of a container. Of anything else, its own ID. */
export function resourceOf(id: string): string {
  return /^(.*\/providers\/[^/]+\/[^/]+\/[^/]+)(?:\/.*)?$/i.exec(id)?.[1] ?? id;
}
