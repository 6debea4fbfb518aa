import type { RolePermissions } from '../../azure/directory/roles';
import { matches } from './condition';

/** The data action behind `GET {vault}/secrets/{name}[/{version}]`. */
export const getSecretAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

/** What a role allows or doesn't: an action on data, such as reading a blob, or on the resource itself. */
export interface RoleAction {
  readonly name: string;
  readonly isData: boolean;
}

/** Reading a secret's value. */
export const getSecret: RoleAction = { name: getSecretAction, isData: true };

/** Whether a role's permissions include an action: one of them must match it and not exclude it. */
export function permits(permissions: readonly RolePermissions[], { name, isData }: RoleAction): boolean {
  return permissions.some(({ actions, notActions, dataActions, notDataActions }) => {
    const [allowed, excluded] = isData ? [dataActions, notDataActions] : [actions, notActions];
    return (
      allowed.some((pattern) => matches(pattern, name)) && !excluded.some((pattern) => matches(pattern, name))
    );
  });
}

/** Whether an assignment at `scope` applies to the resource `id`, except for what `isSpelledAlike` says about it. */
export function reaches(scope: string, id: string): boolean {
  const above = scope.replace(/\/+$/, '').toLowerCase();
  // The service lists a management group's assignments only for resources in that group.
  if (above === '' || above.startsWith('/providers/microsoft.management/managementgroups/')) return true;
  return `${id.toLowerCase()}/`.startsWith(`${above}/`);
}

/**
 * Whether no case of letters can make a difference between two scopes, one of which is in the other. Names of databases and
 * containers of Cosmos DB can differ only by case (how-to-create-container.md), and no document says whether its roles
 * distinguish those.
 */
export function isSpelledAlike(scope: string, id: string): boolean {
  const [one = '', other = ''] = [scope, id].map(
    (text) => /\/databaseAccounts\/[^/]+(\/dbs\/.*)$/i.exec(text)?.[1] ?? '',
  );
  return one.startsWith(other) || other.startsWith(one);
}
