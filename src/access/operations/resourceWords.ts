import * as l10n from '@vscode/l10n';

/** What a type of resource is called. @param type in lowercase */
export function typeWords(type: string): string {
  switch (type) {
    case 'microsoft.storage/storageaccounts':
      return l10n.t('storage account');
    case 'microsoft.servicebus/namespaces':
      return l10n.t('Service Bus namespace');
    case 'microsoft.eventhub/namespaces':
      return l10n.t('Event Hubs namespace');
    case 'microsoft.eventgrid/topics':
      return l10n.t('Event Grid topic');
    case 'microsoft.eventgrid/domains':
      return l10n.t('Event Grid domain');
    case 'microsoft.appconfiguration/configurationstores':
      return l10n.t('App Configuration store');
    case 'microsoft.cognitiveservices/accounts':
      return l10n.t('AI services account');
    case 'microsoft.search/searchservices':
      return l10n.t('search service');
    case 'microsoft.signalrservice/signalr':
      return l10n.t('SignalR service');
    case 'microsoft.signalrservice/webpubsub':
      return l10n.t('Web PubSub service');
    case 'microsoft.documentdb/databaseaccounts':
      return l10n.t('Cosmos DB account');
    case 'microsoft.documentdb/databaseaccounts/dbs':
      return l10n.t('database');
    case 'microsoft.cache/redis':
    case 'microsoft.cache/redisenterprise':
      return l10n.t('Redis cache');
    case 'microsoft.sql/servers':
      return l10n.t('SQL server');
    default:
      return type;
  }
}

/** The heading above the parts of a resource, by their type in lowercase. */
export function partsHeading(type: string): string {
  switch (type.split('/').at(-1)) {
    case 'dbs':
    case 'databases':
      return l10n.t('Databases');
    case 'colls':
    case 'containers':
      return l10n.t('Containers');
    case 'fileshares':
      return l10n.t('File shares');
    case 'queues':
      return l10n.t('Queues');
    case 'tables':
      return l10n.t('Tables');
    case 'topics':
      return l10n.t('Topics');
    default:
      return l10n.t('Event hubs');
  }
}
