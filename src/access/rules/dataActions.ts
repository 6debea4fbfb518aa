import type { RolePermissions } from '../../azure/directory/roles';
import { matches } from './condition';

/** The data action behind `GET {vault}/secrets/{name}[/{version}]`. */
export const getSecretAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

/** Whether a role's permissions hold a data action: named or matched in one of them, and not excluded there. */
export function permits(permissions: readonly RolePermissions[], dataAction: string): boolean {
  return permissions.some(
    ({ dataActions, notDataActions }) =>
      dataActions.some((pattern) => matches(pattern, dataAction)) &&
      !notDataActions.some((pattern) => matches(pattern, dataAction)),
  );
}

/** Whether what is assigned at `scope` counts for the resource `id`. */
export function reaches(scope: string, id: string): boolean {
  const above = scope.replace(/\/+$/, '').toLowerCase();
  // The service lists a management group's assignments only for what is in that group.
  if (above === '' || above.startsWith('/providers/microsoft.management/managementgroups/')) return true;
  return `${id.toLowerCase()}/`.startsWith(`${above}/`);
}
