import type { SandboxContext } from '../context';
import type { DeletedVault, SystemData, Vault } from '../world/world';
import { policyJson } from './accessPolicies';
import { vaultOrigin } from './bundles';

const defaultRegistrationMs = 30_000;

/**
 * A vault as GET returns it, with members in the order of recordings. Members that were never set are absent,
 * not null; rules that have no effect aren't shown. Recorded: azure-cli test_keyvault_network_rule (2024).
 * @param created for the answer to the PUT that creates the vault: only there `vaultUri` has no trailing
 * slash
 */
export function vaultJson(context: SandboxContext, vault: Vault, created = false): Record<string, unknown> {
  return {
    id: vault.id,
    name: vault.name,
    type: 'Microsoft.KeyVault/vaults',
    location: vault.location,
    tags: vault.tags ?? {},
    systemData: systemDataOf(context, vault),
    properties: vaultProperties(context, vault, created),
  };
}

/** The `properties` of a vault, also for Resource Graph. */
export function vaultProperties(
  context: SandboxContext,
  vault: Vault,
  created = false,
): Record<string, unknown> {
  const { enableRbacAuthorization: rbac } = vault;
  return {
    sku: vault.sku,
    tenantId: vault.tenantId,
    ...optional('networkAcls', vault.networkAcls),
    accessPolicies: vault.accessPolicies.map(policyJson),
    enabledForDeployment: vault.enabledForDeployment,
    ...optional('enabledForDiskEncryption', vault.enabledForDiskEncryption),
    ...optional('enabledForTemplateDeployment', vault.enabledForTemplateDeployment),
    ...optional('enableSoftDelete', vault.enableSoftDelete),
    ...optional('softDeleteRetentionInDays', vault.softDeleteRetentionInDays),
    ...optional('enableRbacAuthorization', rbac ?? undefined),
    ...optional('enablePurgeProtection', vault.enablePurgeProtection),
    vaultUri: vaultOrigin(context.endpoints, vault) + (created ? '' : '/'),
    provisioningState: isRegistering(context, vault) ? 'RegisteringDns' : 'Succeeded',
    publicNetworkAccess: vault.publicNetworkAccess,
  };
}

/** A deleted vault as `deletedVaults` lists it. Times are in whole seconds. */
export function deletedVaultJson(deleted: DeletedVault): Record<string, unknown> {
  const { vault } = deleted;
  return {
    id: `${subscriptionOf(vault)}/providers/Microsoft.KeyVault/locations/${placeName(vault.location)}/deletedVaults/${vault.name}`,
    name: vault.name,
    type: 'Microsoft.KeyVault/deletedVaults',
    properties: {
      vaultId: vault.id,
      location: vault.location,
      tags: vault.tags ?? {},
      deletionDate: toSecond(deleted.deletedAt),
      scheduledPurgeDate: toSecond(deleted.scheduledPurgeAt),
      ...optional('purgeProtectionEnabled', vault.enablePurgeProtection),
    },
  };
}

/** `West Europe` and `westeurope` are the same place. */
export function placeName(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

export function systemDataOf(context: SandboxContext, vault: Vault): SystemData {
  if (vault.systemData !== undefined) return vault.systemData;
  const user = context.world.users.find(({ tenantId }) => tenantId === vault.tenantId);
  const createdAt = new Date(vault.createdAt).toISOString();
  const who = user?.userPrincipalName ?? '';
  return {
    createdBy: who,
    createdByType: 'User',
    createdAt,
    lastModifiedBy: who,
    lastModifiedByType: 'User',
    lastModifiedAt: createdAt,
  };
}

/** The `/subscriptions/S` part of a vault's ID. */
export function subscriptionOf(vault: Vault): string {
  return vault.id.split('/').slice(0, 3).join('/');
}

function isRegistering(context: SandboxContext, vault: Vault): boolean {
  const duration = context.settings.vaultRegistrationMs ?? defaultRegistrationMs;
  return context.clock.now() < vault.createdAt + duration;
}

function toSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}
