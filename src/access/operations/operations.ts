import type { Role } from '../replace/roles';
import { roles } from '../replace/roles';
import type { Operation, OperationId } from './operation';
import { sqlType, typeIn } from './resourceKinds';

const storage = 'Microsoft.Storage/storageAccounts';
const blobs = `${storage}/blobServices/containers/blobs`;
const messages = `${storage}/queueServices/queues/messages`;
const files = `${storage}/fileServices`;
const entities = `${storage}/tableServices/tables/entities`;
const keyValues = 'Microsoft.AppConfiguration/configurationStores/keyValues';
const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const items = `${cosmos}/sqlDatabases/containers`;
const documents = 'Microsoft.Search/searchServices/indexes/documents';

const ofBlobs = [storage, `${storage}/blobServices/containers`];
const ofQueues = [storage, `${storage}/queueServices/queues`];
const ofShares = [storage, `${files}/fileshares`];
const ofTables = [storage, `${storage}/tableServices/tables`];
const ofBus = ['', '/queues', '/topics'].map((part) => `Microsoft.ServiceBus/namespaces${part}`);
const ofHubs = ['', '/eventhubs'].map((part) => `Microsoft.EventHub/namespaces${part}`);
const ofCosmos = ['', '/dbs', '/dbs/colls'].map((part) => `${cosmos}${part}`);
const ofAi = ['Microsoft.CognitiveServices/accounts'];

/**
 * What an app may want to do, the least first. Roles: Microsoft's list of built-in roles. Actions: "Permissions for calling
 * data operations" of the storage REST API, and the data actions in azure-docs, role-based-access-control/permissions/*.md.
 */
const operations: readonly Operation[] = [
  data('readBlobs', roles.blobReader, ofBlobs, [`${blobs}/read`]),
  data('writeBlobs', roles.blobContributor, ofBlobs, ...each(blobs, 'read', 'write', 'delete')),
  data(
    'ownBlobs',
    roles.blobOwner,
    ofBlobs,
    ...each(blobs, 'read', 'write', 'delete', 'modifyPermissions/action'),
  ),
  data(
    'peekQueue',
    { guid: '19e7f393-937e-4f77-808e-94535e297925', name: 'Storage Queue Data Reader' },
    ofQueues,
    [`${messages}/read`],
  ),
  data(
    'sendToQueue',
    { guid: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a', name: 'Storage Queue Data Message Sender' },
    ofQueues,
    [`${messages}/add/action`, `${messages}/write`],
  ),
  data(
    'receiveFromQueue',
    { guid: '8a0f0c08-91a1-4084-bc3d-661d67233fed', name: 'Storage Queue Data Message Processor' },
    ofQueues,
    [`${messages}/read`],
    [`${messages}/process/action`, `${messages}/delete`],
  ),
  data(
    'manageQueue',
    roles.queueContributor,
    ofQueues,
    ...each(messages, 'read', 'write', 'delete', 'process/action'),
  ),
  data('readTable', roles.tableReader, ofTables, [`${entities}/read`]),
  data('writeTable', roles.tableContributor, ofTables, ...each(entities, 'read', 'write', 'delete')),
  // Only with the intent "backup", which needs data actions of its own (authorize-oauth-rest.md).
  data(
    'readFiles',
    { guid: 'b8eda974-7b85-4f76-af95-65846b26df6d', name: 'Storage File Data Privileged Reader' },
    ofShares,
    ...each(files, 'fileshares/files/read', 'readFileBackupSemantics/action'),
  ),
  data(
    'writeFiles',
    { guid: '69566ab7-960f-475b-8e7c-b3118f30c6bd', name: 'Storage File Data Privileged Contributor' },
    ofShares,
    ...each(`${files}/fileshares/files`, 'read', 'write', 'delete'),
    ...each(files, 'readFileBackupSemantics/action', 'writeFileBackupSemantics/action'),
  ),
  data('receiveMessages', roles.busReceiver, ofBus, [
    'Microsoft.ServiceBus/namespaces/messages/receive/action',
  ]),
  data('sendMessages', roles.busSender, ofBus, ['Microsoft.ServiceBus/namespaces/messages/send/action']),
  data('receiveEvents', roles.hubReceiver, ofHubs, ['Microsoft.EventHub/namespaces/messages/receive/action']),
  data('sendEvents', roles.hubSender, ofHubs, ['Microsoft.EventHub/namespaces/messages/send/action']),
  data(
    'publishEvents',
    { guid: 'd5a91429-5739-47e2-a06b-3470a27159e7', name: 'EventGrid Data Sender' },
    ['Microsoft.EventGrid/topics'],
    ['Microsoft.EventGrid/events/send/action'],
  ),
  data(
    'readConfiguration',
    { guid: '516239f1-63e1-4d78-a4de-a74fb236a071', name: 'App Configuration Data Reader' },
    ['Microsoft.AppConfiguration/configurationStores'],
    [`${keyValues}/read`],
  ),
  data(
    'writeConfiguration',
    { guid: '5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b', name: 'App Configuration Data Owner' },
    ['Microsoft.AppConfiguration/configurationStores'],
    ...each(keyValues, 'read', 'write', 'delete'),
  ),
  data(
    'useModels',
    { guid: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd', name: 'Cognitive Services OpenAI User' },
    ofAi,
    ['Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action'],
  ),
  // Its data actions are `Microsoft.CognitiveServices/*`. The pattern as a name matches only a role that allows all of these.
  data(
    'useAiServices',
    { guid: 'a97b65f3-24c7-4388-baec-2e87135dc908', name: 'Cognitive Services User' },
    ofAi,
    ['Microsoft.CognitiveServices/*'],
  ),
  data(
    'readIndex',
    { guid: '1407120a-92aa-4202-b7e9-c0e197c71c8f', name: 'Search Index Data Reader' },
    ['Microsoft.Search/searchServices'],
    [`${documents}/read`],
  ),
  data(
    'writeIndex',
    { guid: '8ebe5a00-799e-43f5-93ac-243d3dce84a7', name: 'Search Index Data Contributor' },
    ['Microsoft.Search/searchServices'],
    ...each(documents, 'read', 'write', 'delete'),
  ),
  data(
    'useSignalR',
    roles.signalROwner,
    ['Microsoft.SignalRService/SignalR'],
    ['Microsoft.SignalRService/SignalR/hub/send/action'],
  ),
  data(
    'useWebPubSub',
    roles.webPubSubOwner,
    ['Microsoft.SignalRService/WebPubSub'],
    ['Microsoft.SignalRService/WebPubSub/hub/send/action'],
  ),
  // Roles of the account's own (how-to-setup-rbac.md, "Built-in role definitions").
  data('readItems', roles.cosmosReader, ofCosmos, [`${cosmos}/readMetadata`], ...each(items, 'items/read')),
  data(
    'writeItems',
    roles.cosmosContributor,
    ofCosmos,
    [`${cosmos}/readMetadata`],
    ...each(items, 'items/read', 'items/create', 'items/replace', 'items/delete'),
  ),
  // Fixed roles of each database (sql-docs, database-level-roles.md). Only `db_owner` allows EXECUTE.
  ...[
    inDatabase('readRows', 'db_datareader'),
    inDatabase('writeRows', 'db_datareader', 'db_datawriter'),
    inDatabase('ownDatabase', 'db_owner'),
  ],
  // A pattern as the name of an action: only a role that allows all of these matches it.
  {
    ...{ id: 'viewResources', isData: false, types: [''], needs: [['*/read']] },
    role: { guid: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader' },
  },
  {
    ...{ id: 'manageResources', isData: false, types: [''], needs: [['*']] },
    role: { guid: 'b24988ac-6180-42a0-ab88-20f7382dd24c', name: 'Contributor' },
  },
];

/** What can be done with a resource, a part of it, a resource group, or a subscription, by its ARM ID. The least comes first. */
export function operationsOn(id: string): readonly Operation[] {
  const type = typeIn(id);
  return operations.filter(({ types }) => types.includes(type));
}

export function operationWith(id: string): Operation | undefined {
  return operations.find((operation) => operation.id === id);
}

/** Whether it's certain that a role opens no secret of a key vault. @param guid in lowercase */
export function opensNoSecret(guid: string): boolean {
  return operations.some(({ role }) => role.guid === guid);
}

function data(
  id: OperationId,
  role: Role,
  types: readonly string[],
  ...needs: readonly (readonly string[])[]
): Operation {
  return { id, role, needs, isData: true, types: types.map((type) => type.toLowerCase()) };
}

function inDatabase(id: OperationId, ...databaseRoles: readonly string[]): Operation {
  const name = databaseRoles.join(', ');
  return { ...data(id, { guid: name, name, own: true }, [`${sqlType}/databases`]), databaseRoles };
}

function each(type: string, ...verbs: readonly string[]): string[][] {
  return verbs.map((verb) => [`${type}/${verb}`]);
}
