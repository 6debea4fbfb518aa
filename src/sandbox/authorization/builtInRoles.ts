import type { RoleDefinition } from '../world/rights';
import recorded from '../data/builtin-roles.json';
import { serviceRoles } from './serviceRoles';
import { storageRoles } from './storageRoles';

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

const all = [...roles, ...storageRoles, ...serviceRoles];

/** Built-in roles as Azure lists them, from a recording of azure-cli's test_role_definition_scenario. */
export function builtInRoles(): RoleDefinition[] {
  return all;
}
