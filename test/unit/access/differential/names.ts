import type { MadeWorld, Scope, Who } from './madeWorld';
import { roles } from './madeWorld';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const otherTenantId = '22222222-2222-4222-8222-222222222222';
export const subscriptionId = '33333333-3333-4333-8333-333333333333';
const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/rg-one`;
export const secretName = 'secret';
export const everyone = '00000000-0000-0000-0000-000000000000';

export function vaultName({ number }: Pick<MadeWorld, 'number'>): string {
  return `kv-${number}a`;
}

export function vaultId(world: MadeWorld): string {
  return `${group}/providers/Microsoft.KeyVault/vaults/${vaultName(world)}`;
}

export function appId({ number }: MadeWorld): string {
  return `${group}/providers/Microsoft.Web/sites/app-${number}`;
}

export function identityId({ number }: MadeWorld): string {
  return `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${number}`;
}

/** The other secret's and vault's names are prefixes of the requested ones. */
export function scopeId(world: MadeWorld, scope: Scope): string {
  const vault = vaultId(world);
  const ids: Record<Scope, string> = {
    ...{ root: '/', subscription, group: group.toLowerCase(), vault },
    ...{
      secret: `${vault}/secrets/${secretName}`,
      otherSecret: `${vault}/secrets/${secretName.slice(0, -1)}`,
      otherVault: vault.slice(0, -1),
    },
  };
  return ids[scope];
}

/** Object IDs in varying case: Azure ignores it. */
export function objectId({ number }: MadeWorld, who: Who): string {
  const last = { self: 'a', other: 'b', stranger: 'c', g1: 'd', g2: 'e' }[who];
  return `${String(number).padStart(8, '0')}-0000-4000-8000-${last.repeat(12)}`;
}

export function versionId({ number }: MadeWorld, version: number | 'gone'): string {
  const text = version === 'gone' ? 'dead' : `${number}f${version}`;
  return text.padStart(32, '0');
}

/** GUID of a role, including custom ones. */
export function roleGuid(name: string): string {
  const { guid } = roles[name] ?? {};
  return guid ?? `cccccccc-0000-4000-8000-${String(Object.keys(roles).indexOf(name)).padStart(12, '0')}`;
}

/** Full ID of a role, the only form that Azure takes in a role assignment. */
export function roleId(name: string): string {
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(name)}`;
}

/** The reference that the app reads through; undefined if it doesn't use one. */
export function referenceText(world: MadeWorld): string | undefined {
  const { reference, asked } = world;
  if (!reference) return undefined;
  if (reference.text !== undefined) return reference.text;
  const version = asked === undefined ? undefined : versionId(world, asked);
  if (reference.form === 'names')
    return `@Microsoft.KeyVault(VaultName=${vaultName(world)};SecretName=${secretName}${version ? `;SecretVersion=${version}` : ''})`;
  return `@Microsoft.KeyVault(SecretUri=https://${vaultName(world)}.vault.localhost/secrets/${secretName}${version ? `/${version}` : ''})`;
}
