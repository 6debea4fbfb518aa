import type { RoleDefinition } from '../world/rights';
import recorded from '../data/builtin-roles.json';

const roles: RoleDefinition[] = recorded.map(({ name, properties }) => ({
  name,
  roleName: properties.roleName,
  type: 'BuiltInRole',
  description: properties.description,
  assignableScopes: properties.assignableScopes,
  permissions: properties.permissions,
  createdOn: properties.createdOn,
  updatedOn: properties.updatedOn,
  createdBy: properties.createdBy,
  updatedBy: properties.updatedBy,
}));

/** As documented (built-in roles for storage); the dates are invented. */
const blobDataOwner: RoleDefinition = {
  name: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  roleName: 'Storage Blob Data Owner',
  type: 'BuiltInRole',
  description:
    'Allows for full access to Azure Storage blob containers and data, including assigning POSIX access control.',
  assignableScopes: ['/'],
  permissions: [
    {
      actions: [
        'Microsoft.Storage/storageAccounts/blobServices/containers/*',
        'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action',
      ],
      notActions: [],
      dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*'],
      notDataActions: [],
    },
  ],
  createdOn: '2018-12-04T07:02:58.2775257Z',
  updatedOn: '2021-11-11T20:13:30.5283765Z',
  createdBy: null,
  updatedBy: null,
};

const all = [...roles, blobDataOwner];

/** Built-in roles as Azure lists them, from a recording of azure-cli's test_role_definition_scenario. */
export function builtInRoles(): RoleDefinition[] {
  return all;
}
