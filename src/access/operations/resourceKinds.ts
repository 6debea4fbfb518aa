/** A type of resource whose data roles open. */
export interface ResourceKind {
  /** In lowercase. */
  readonly type: string;
  /** What roles can be assigned on inside it. */
  readonly parts: readonly PartKind[];
  /** No role can be assigned on the whole. */
  readonly isOnlyParts?: true;
}

/** A type of part of a resource, whose names roles may call otherwise than Resource Manager. */
export interface PartKind extends ResourceKind {
  /** Below the resource, where Resource Manager lists them. */
  readonly path: string;
  /** Below the resource, in the scope of an assignment. */
  readonly inScope: string;
}

/** @param path where Resource Manager lists them, and where they are in a scope if that's not the same */
function part(type: string, path: string, inScope = path, parts: readonly PartKind[] = []): PartKind {
  return { type, path, inScope, parts };
}

const storage = 'microsoft.storage/storageaccounts';
const bus = 'microsoft.servicebus/namespaces';
const hubs = 'microsoft.eventhub/namespaces';
const cosmosType = 'microsoft.documentdb/databaseaccounts';
/** The type of resources whose rights are in the databases themselves, in lowercase. */
export const sqlType = 'microsoft.sql/servers';

/** In the order of a list. */
export const resourceKinds: readonly ResourceKind[] = [
  {
    type: storage,
    parts: [
      part(`${storage}/blobservices/containers`, 'blobServices/default/containers'),
      part(
        `${storage}/fileservices/fileshares`,
        'fileServices/default/shares',
        'fileServices/default/fileshares',
      ),
      part(`${storage}/queueservices/queues`, 'queueServices/default/queues'),
      part(`${storage}/tableservices/tables`, 'tableServices/default/tables'),
    ],
  },
  {
    type: bus,
    parts: [part(`${bus}/queues`, 'queues'), part(`${bus}/topics`, 'topics')],
  },
  { type: hubs, parts: [part(`${hubs}/eventhubs`, 'eventhubs')] },
  ...[
    ...['microsoft.eventgrid/topics', 'microsoft.appconfiguration/configurationstores'],
    ...['microsoft.cognitiveservices/accounts', 'microsoft.search/searchservices'],
    ...['microsoft.signalrservice/signalr', 'microsoft.signalrservice/webpubsub'],
  ].map((type) => ({ type, parts: [] })),
  {
    type: cosmosType,
    parts: [
      part(`${cosmosType}/dbs`, 'sqlDatabases', 'dbs', [
        part(`${cosmosType}/dbs/colls`, 'containers', 'colls'),
      ]),
    ],
  },
  { type: sqlType, parts: [part(`${sqlType}/databases`, 'databases')], isOnlyParts: true },
];

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

/** Where Resource Manager has what a scope names: `/dbs/shop` of a Cosmos DB account is `/sqlDatabases/shop`. */
export function armIdOf(scope: string): string {
  return scope
    .replace(/(\/fileServices\/default)\/fileshares\//i, '$1/shares/')
    .replace(/(\/databaseAccounts\/[^/]+)\/dbs\//i, '$1/sqlDatabases/')
    .replace(/(\/sqlDatabases\/[^/]+)\/colls\//i, '$1/containers/');
}
