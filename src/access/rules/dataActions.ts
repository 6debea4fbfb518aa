import type { RolePermissions } from '../../azure/directory/roles';
import { matches } from './condition';

/** The data action behind `GET {vault}/secrets/{name}[/{version}]`. */
export const getSecretAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

/** Whether a role's permissions include a data action: one of them must match it and not exclude it. */
export function permits(permissions: readonly RolePermissions[], dataAction: string): boolean {
  return permissions.some(
    ({ dataActions, notDataActions }) =>
      dataActions.some((pattern) => matches(pattern, dataAction)) &&
      !notDataActions.some((pattern) => matches(pattern, dataAction)),
  );
}

/** Whether an assignment at `scope` applies to the resource `id`. */
export function reaches(scope: string, id: string): boolean {
  const above = scope.replace(/\/+$/, '').toLowerCase();
  // The service lists a management group's assignments only for resources in that group.
  if (above === '' || above.startsWith('/providers/microsoft.management/managementgroups/')) return true;
  return `${id.toLowerCase()}/`.startsWith(`${above}/`);
}
