import type { RoleDefinition } from '../world/rights';

const storage = 'Microsoft.Storage/storageAccounts';
const containers = `${storage}/blobServices/containers`;
const delegation = `${storage}/blobServices/generateUserDelegationKey/action`;
const queues = `${storage}/queueServices/queues`;
const files = `${storage}/fileServices`;
const tables = `${storage}/tableServices/tables`;

/** Built-in roles for storage, as documented (azure-docs, built-in-roles/storage.md). The dates are invented. */
export const storageRoles: readonly RoleDefinition[] = [
  role(
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    'Storage Blob Data Owner',
    'Allows for full access to Azure Storage blob containers and data, including assigning POSIX access control.',
    [`${containers}/*`, delegation],
    [`${containers}/blobs/*`],
  ),
  role(
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    'Storage Blob Data Contributor',
    'Allows for read, write and delete access to Azure Storage blob containers and data',
    [...each(containers, 'delete', 'read', 'write'), delegation],
    each(`${containers}/blobs`, 'delete', 'read', 'write', 'move/action', 'add/action'),
  ),
  role(
    '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    'Storage Blob Data Reader',
    'Allows for read access to Azure Storage blob containers and data',
    [`${containers}/read`, delegation],
    [`${containers}/blobs/read`],
  ),
  role(
    '69566ab7-960f-475b-8e7c-b3118f30c6bd',
    'Storage File Data Privileged Contributor',
    'Allows for read, write, delete, and modify ACLs on files/directories in Azure file shares by overriding existing ACLs/NTFS permissions.',
    [],
    [
      ...each(`${files}/fileshares/files`, 'read', 'write', 'delete', 'modifypermissions/action'),
      ...each(files, 'readFileBackupSemantics/action', 'writeFileBackupSemantics/action'),
    ],
  ),
  role(
    'b8eda974-7b85-4f76-af95-65846b26df6d',
    'Storage File Data Privileged Reader',
    'Allows for read access on files/directories in Azure file shares by overriding existing ACLs/NTFS permissions.',
    [],
    [`${files}/fileshares/files/read`, `${files}/readFileBackupSemantics/action`],
  ),
  role(
    '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    'Storage Queue Data Contributor',
    'Allows for read, write, and delete access to Azure Storage queues and queue messages',
    each(queues, 'delete', 'read', 'write'),
    each(`${queues}/messages`, 'delete', 'read', 'write', 'process/action'),
  ),
  role(
    '19e7f393-937e-4f77-808e-94535e297925',
    'Storage Queue Data Reader',
    'Allows for read access to Azure Storage queues and queue messages',
    [`${queues}/read`],
    [`${queues}/messages/read`],
  ),
  role(
    '8a0f0c08-91a1-4084-bc3d-661d67233fed',
    'Storage Queue Data Message Processor',
    'Allows for peek, receive, and delete access to Azure Storage queue messages',
    [],
    each(`${queues}/messages`, 'read', 'process/action'),
  ),
  role(
    'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a',
    'Storage Queue Data Message Sender',
    'Allows for sending of Azure Storage queue messages',
    [],
    [`${queues}/messages/add/action`],
  ),
  role(
    '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    'Storage Table Data Contributor',
    'Allows for read, write and delete access to Azure Storage tables and entities',
    each(tables, 'read', 'write', 'delete'),
    each(`${tables}/entities`, 'read', 'write', 'delete', 'add/action', 'update/action'),
  ),
  role(
    '76199698-9eea-4c19-bc75-cec21354c6b6',
    'Storage Table Data Reader',
    'Allows for read access to Azure Storage tables and entities',
    [`${tables}/read`],
    [`${tables}/entities/read`],
  ),
  role(
    '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    'Storage Account Contributor',
    'Lets you manage storage accounts, including accessing storage account keys which provide full access to storage account data.',
    [
      'Microsoft.Authorization/*/read',
      'Microsoft.Insights/alertRules/*',
      'Microsoft.Insights/diagnosticSettings/*',
      'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action',
      'Microsoft.ResourceHealth/availabilityStatuses/read',
      'Microsoft.Resources/deployments/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
      `${storage}/*`,
      'Microsoft.Support/*',
    ],
    [],
  ),
  role(
    '81a9662b-bebf-436f-a333-f67b29880f12',
    'Storage Account Key Operator Service Role',
    'Storage Account Key Operators are allowed to list and regenerate keys on Storage Accounts',
    each(storage, 'listkeys/action', 'regeneratekey/action'),
    [],
  ),
  role(
    'c12c1c16-33a1-487b-954d-41c89c60f349',
    'Reader and Data Access',
    'Lets you view everything but will not let you delete or create a storage account or contained resource. It will also allow read/write access to all data contained in a storage account via access to storage account keys.',
    each(storage, 'listKeys/action', 'ListAccountSas/action', 'read'),
    [],
  ),
];

/** A built-in role whose dates don't matter. */
export function role(
  name: string,
  roleName: string,
  description: string,
  actions: string[],
  dataActions: string[],
): RoleDefinition {
  return {
    ...{ name, roleName, type: 'BuiltInRole', description, assignableScopes: ['/'] },
    permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }],
    createdOn: '2018-12-04T07:02:58.2775257Z',
    updatedOn: '2021-11-11T20:13:30.5283765Z',
    createdBy: null,
    updatedBy: null,
  };
}

export function each(type: string, ...verbs: string[]): string[] {
  return verbs.map((verb) => `${type}/${verb}`);
}
