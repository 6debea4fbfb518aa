import type { AccessPolicy, KeyVault, RoleAssignment } from '../azure/model';

/** Something that a principal may do now, and would lose with its identity. */
export type Reach =
  | { readonly kind: 'accessPolicy'; readonly vault: KeyVault; readonly policy: AccessPolicy }
  | { readonly kind: 'roleAssignment'; readonly assignment: RoleAssignment; readonly roleName: string };

/**
 * What an identity can reach: the access policies that name it, in vaults that use access policies, and its role
 * assignments. Assignments through groups are not in it.
 * @param roleNames display names by role definition GUID in lower case
 */
export function reachOf(
  principalId: string,
  vaults: readonly KeyVault[],
  assignments: readonly RoleAssignment[],
  roleNames: ReadonlyMap<string, string>,
): Reach[] {
  const same = (id: string) => id.toLowerCase() === principalId.toLowerCase();
  const policies = vaults
    .filter((vault) => vault.permissionModel === 'accessPolicies')
    .flatMap((vault) =>
      vault.accessPolicies
        .filter(({ objectId }) => same(objectId))
        .map((policy): Reach => ({ kind: 'accessPolicy', vault, policy })),
    );
  const roles = assignments
    .filter((assignment) => same(assignment.principalId))
    .map((assignment): Reach => ({
      kind: 'roleAssignment',
      assignment,
      roleName: roleName(assignment, roleNames),
    }));
  return [...policies, ...roles];
}

/** One line for a person, e.g. `Key vault kv1: secrets get, list`. */
export function describeReach(reach: Reach): string {
  if (reach.kind === 'accessPolicy')
    return `Key vault ${reach.vault.name}: ${describePermissions(reach.policy)}`;
  return `${reach.roleName} on ${describeScope(reach.assignment.scope)}`;
}

/** e.g. `secrets get, list; keys get`; `no permissions` for an empty policy. */
export function describePermissions(policy: AccessPolicy): string {
  const kinds = (['secrets', 'keys', 'certificates', 'storage'] as const).flatMap((kind) => {
    const permissions = policy.permissions[kind] ?? [];
    return permissions.length > 0
      ? [`${kind} ${permissions.map((permission) => permission.toLowerCase()).join(', ')}`]
      : [];
  });
  return kinds.length > 0 ? kinds.join('; ') : 'no permissions';
}

/** A scope in words: its kind and last name. */
export function describeScope(scope: string): string {
  const parts = scope.split('/').filter(Boolean);
  const last = parts.at(-1) ?? '';
  if (parts.length === 0) return 'everything';
  if (/\/managementGroups\//i.test(scope)) return `management group ${last}`;
  const at = parts.findIndex((part) => part.toLowerCase() === 'providers');
  if (at >= 0) {
    const vault = /\/vaults\/([^/]+)\/secrets\/([^/]+)$/i.exec(scope);
    return vault
      ? `secret ${vault[2] ?? ''} of key vault ${vault[1] ?? ''}`
      : `${kindOf(parts[at + 1] ?? '', parts[at + 2] ?? '')} ${last}`;
  }
  if (parts.length === 4) return `resource group ${last}`;
  return `subscription ${last}`;
}

function kindOf(namespace: string, type: string): string {
  const known: Record<string, string> = {
    'microsoft.keyvault/vaults': 'key vault',
    'microsoft.web/sites': 'app',
    'microsoft.storage/storageaccounts': 'storage account',
  };
  return known[`${namespace}/${type}`.toLowerCase()] ?? `${namespace}/${type}`;
}

function roleName({ roleDefinitionId }: RoleAssignment, names: ReadonlyMap<string, string>): string {
  const guid = roleDefinitionId.split('/').at(-1) ?? roleDefinitionId;
  return names.get(guid.toLowerCase()) ?? `Role ${guid}`;
}
