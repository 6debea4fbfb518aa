import type { RoleAction } from '../rules/dataActions';

/**
 * The action that lists the keys of a type of resource, which open its data without any role (azure-docs,
 * role-based-access-control/permissions/*.md). Undefined if it has none. @param type in lowercase
 */
export function listKeysAction(type: string): RoleAction | undefined {
  const name = names.get(type);
  return name === undefined ? undefined : { name, isData: false };
}

const names: ReadonlyMap<string, string> = new Map([
  ['microsoft.storage/storageaccounts', 'Microsoft.Storage/storageAccounts/listkeys/action'],
  ['microsoft.servicebus/namespaces', 'Microsoft.ServiceBus/namespaces/authorizationRules/listkeys/action'],
  ['microsoft.eventhub/namespaces', 'Microsoft.EventHub/namespaces/authorizationRules/listkeys/action'],
  ['microsoft.eventgrid/topics', 'Microsoft.EventGrid/topics/listKeys/action'],
  [
    'microsoft.appconfiguration/configurationstores',
    'Microsoft.AppConfiguration/configurationStores/ListKeys/action',
  ],
  ['microsoft.cognitiveservices/accounts', 'Microsoft.CognitiveServices/accounts/listKeys/action'],
  ['microsoft.documentdb/databaseaccounts', 'Microsoft.DocumentDB/databaseAccounts/listKeys/action'],
  ['microsoft.search/searchservices', 'Microsoft.Search/searchServices/listAdminKeys/action'],
  ['microsoft.signalrservice/signalr', 'Microsoft.SignalRService/SignalR/listkeys/action'],
  ['microsoft.signalrservice/webpubsub', 'Microsoft.SignalRService/WebPubSub/listkeys/action'],
]);
