import type { RoleDefinition } from '../azure/directory/roles';

/** Built-in Key Vault roles, the least privileged one that reads secrets first. GUIDs: learn.microsoft.com/azure/key-vault/general/rbac-guide */
const vaultRoles = [
  '4633458b-17de-408a-b874-0445c86b69e6', // Key Vault Secrets User
  '21090545-7ca7-4776-b22c-e363652d74d2', // Key Vault Reader
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7', // Key Vault Secrets Officer
  'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba', // Key Vault Certificate User
  'a4417e6f-fecd-4de8-b567-7b0420556985', // Key Vault Certificates Officer
  'e147488a-f6f5-4113-8e2d-b22465e65bf6', // Key Vault Crypto Service Encryption User
  '12338af0-0e69-4776-bea7-57ae8d297424', // Key Vault Crypto User
  '14b46e9e-c2b7-41b4-b07b-48a6ebf60603', // Key Vault Crypto Officer
  '00482a5a-887f-4fb3-b363-3b7fe8e74483', // Key Vault Administrator
  'f25e0fa2-a7c8-4377-a976-54943a77a395', // Key Vault Contributor
  '8b54135c-b56d-4d72-a534-26097cfdc8d8', // Key Vault Data Access Administrator
];

/**
 * Sorts roles by how likely they are wanted: on a vault, or on a scope that contains vaults, Key Vault roles come first,
 * least privileged first; on other resources, roles for that resource type. Custom roles follow, then the rest by name.
 * @param resourceType type of the scope, such as `Microsoft.Storage/storageAccounts`; '' for a subscription or resource group
 */
export function orderRoles(roles: readonly RoleDefinition[], resourceType: string): RoleDefinition[] {
  const namespace = resourceType.split('/')[0]?.toLowerCase() ?? '';
  const ofVaults = namespace === '' || namespace === 'microsoft.keyvault';
  const rank = (role: RoleDefinition): number => {
    const known = ofVaults ? vaultRoles.indexOf(guidOf(role)) : -1;
    if (known >= 0) return known;
    if (!ofVaults && isAbout(role, namespace)) return vaultRoles.length;
    return vaultRoles.length + (role.custom ? 1 : 2);
  };
  return [...roles].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Whether a role is the least privileged one that reads secrets. */
export function isLeastForSecrets(role: RoleDefinition): boolean {
  return guidOf(role) === vaultRoles[0];
}

/** Whether a role grants access to vault contents, which only vaults that use Azure RBAC honor. */
export function hasVaultDataActions({ permissions }: RoleDefinition): boolean {
  return permissions.some(({ dataActions }) =>
    dataActions.some((action) => /^(\*|microsoft\.\*|microsoft\.keyvault\/)/i.test(action)),
  );
}

function isAbout({ permissions }: RoleDefinition, namespace: string): boolean {
  return permissions.some(({ actions, dataActions }) =>
    [...actions, ...dataActions].some((action) => action.toLowerCase().startsWith(`${namespace}/`)),
  );
}

function guidOf({ id }: RoleDefinition): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}
