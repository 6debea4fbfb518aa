import { idKey, sameId } from '../arm/ids';
import { locationRequired } from '../arm/errors';
import { ArmError } from '../arm/provider';
import type { Caller, SandboxContext } from '../context';
import type { DeletedVault, SystemData, Vault, World } from '../world/world';
import type { AccessPolicy } from '../world/world';
import { badRequest, missing, whyInvalidName, type VaultWrite } from './vaultBody';
import { placeName, subscriptionOf, systemDataOf } from './vaultJson';

const dayMs = 24 * 60 * 60 * 1000;
const defaultRetentionDays = 90;
/** The first version in which a vault whose permission model isn't specified uses role-based access. */
const roleBasedSince = '2026-02-01';

/** Where to create a vault, from the request's path. */
export interface VaultPlace {
  id: string;
  name: string;
  resourceGroup: string;
}

/**
 * Creates a vault. @throws ArmError 400 for an invalid name or a missing member, 409 for a name that is taken
 * anywhere (soft-deleted vaults keep theirs)
 */
export function createVault(
  context: SandboxContext,
  place: VaultPlace,
  write: VaultWrite,
  caller: Caller,
  apiVersion: string,
): Vault {
  checkNewName(context.world, place, write);
  const { location, tenantId, sku } = write;
  if (location === undefined) throw locationRequired();
  if (tenantId === undefined) throw missing('tenantId');
  if (sku === undefined) throw missing('sku');
  checkIrreversible(write);
  const rbac =
    write.enableRbacAuthorization ?? (apiVersion.slice(0, 10) >= roleBasedSince ? true : undefined);
  // Swagger: required unless the vault is recovered. A vault with role-based access doesn't use it.
  if (write.accessPolicies === undefined && rbac !== true) throw missing('accessPolicies');
  const now = context.clock.now();
  const vault: Vault = {
    id: place.id,
    name: place.name,
    type: 'Microsoft.KeyVault/vaults',
    location: placeName(location),
    tags: write.tags ?? {},
    tenantId,
    sku,
    accessPolicies: write.accessPolicies ?? [],
    enableRbacAuthorization: rbac,
    // Since 2020, soft delete can't be turned off; a vault that requests false gets it anyway (inferred).
    enableSoftDelete: true,
    enabledForDeployment: write.enabledForDeployment ?? false,
    publicNetworkAccess: write.publicNetworkAccess ?? 'Enabled',
    hostName: `${place.name.toLowerCase()}.vault.localhost`,
    createdAt: now,
    systemData: stamp(caller, now),
    secrets: new Map(),
    deletedSecrets: new Map(),
  };
  setIfGiven(vault, write, true);
  context.world.vaults.set(idKey(place.id), vault);
  return vault;
}

/**
 * Changes a vault by PUT (`replace`: omitted members get their defaults) or PATCH (they stay). The permission
 * model changes only if the body sets it, whatever the api-version.
 * @throws ArmError 400 for an attempt to undo something irreversible, 409 for another location
 */
export function updateVault(
  context: SandboxContext,
  vault: Vault,
  write: VaultWrite,
  caller: Caller,
  replace: boolean,
): Vault {
  checkUpdate(vault, write);
  if (replace && write.accessPolicies === undefined && vault.enableRbacAuthorization !== true)
    throw missing('accessPolicies');
  vault.tags = write.tags ?? (replace ? {} : vault.tags);
  vault.sku = write.sku ?? vault.sku;
  vault.tenantId = write.tenantId ?? vault.tenantId;
  vault.accessPolicies = write.accessPolicies ?? vault.accessPolicies;
  vault.enabledForDeployment = write.enabledForDeployment ?? (replace ? false : vault.enabledForDeployment);
  vault.publicNetworkAccess = write.publicNetworkAccess ?? (replace ? 'Enabled' : vault.publicNetworkAccess);
  vault.enableRbacAuthorization = write.enableRbacAuthorization ?? vault.enableRbacAuthorization;
  if (write.enableSoftDelete !== undefined) vault.enableSoftDelete = write.enableSoftDelete;
  setIfGiven(vault, write, replace);
  touch(context, vault, caller);
  return vault;
}

/** Sets the list of access policies, as the `accessPolicies` calls do. */
export function setAccessPolicies(
  context: SandboxContext,
  vault: Vault,
  policies: AccessPolicy[],
  caller: Caller,
): void {
  vault.accessPolicies = policies;
  touch(context, vault, caller);
}

/** Whether a write changes the permission model, which requires permission to assign roles. */
export function changesPermissionModel(vault: Vault, write: VaultWrite): boolean {
  return (
    write.enableRbacAuthorization !== undefined &&
    write.enableRbacAuthorization !== (vault.enableRbacAuthorization ?? false)
  );
}

/** Soft-deletes a vault: its name stays taken, its data plane is gone, its role assignments stay. */
export function deleteVault(context: SandboxContext, vault: Vault): void {
  const now = context.clock.now();
  const days = vault.softDeleteRetentionInDays ?? defaultRetentionDays;
  context.world.vaults.delete(idKey(vault.id));
  context.world.deletedVaults.set(idKey(vault.id), {
    vault,
    deletedAt: now,
    scheduledPurgeAt: now + days * dayMs,
  });
}

/**
 * Restores a vault as it was (`createMode: recover`; the rest of the PUT is ignored). @throws ArmError 404
 */
export function recoverVault(
  context: SandboxContext,
  place: VaultPlace,
  write: VaultWrite,
  caller: Caller,
): Vault {
  const deleted = deletedVaults(context).find(({ vault }) => sameId(vault.id, place.id));
  if (
    deleted === undefined ||
    placeName(write.location ?? deleted.vault.location) !== placeName(deleted.vault.location)
  )
    throw deletedVaultNotFound(place.name);
  context.world.deletedVaults.delete(idKey(place.id));
  context.world.vaults.set(idKey(place.id), deleted.vault);
  touch(context, deleted.vault, caller);
  return deleted.vault;
}

/** The deleted vaults that aren't due to be purged yet. */
export function deletedVaults(context: SandboxContext): DeletedVault[] {
  const now = context.clock.now();
  for (const [key, deleted] of context.world.deletedVaults)
    if (deleted.scheduledPurgeAt <= now) context.world.deletedVaults.delete(key);
  return [...context.world.deletedVaults.values()];
}

/** @throws ArmError 404; text recorded: azure-service-operator Test_KeyVault_OwnerIsARMID (2024) */
export function requireDeletedVault(
  context: SandboxContext,
  subscriptionId: string,
  location: string,
  name: string,
): DeletedVault {
  const found = deletedVaults(context).find(
    ({ vault }) =>
      vault.name.toLowerCase() === name.toLowerCase() &&
      placeName(vault.location) === placeName(location) &&
      sameId(subscriptionOf(vault), `/subscriptions/${subscriptionId}`),
  );
  if (found === undefined) throw deletedVaultNotFound(name);
  return found;
}

/** Whether a vault with this name, deleted or not, exists anywhere in the world. */
export function isNameTaken(context: SandboxContext, name: string): boolean {
  const all = [...context.world.vaults.values(), ...deletedVaults(context).map(({ vault }) => vault)];
  return all.some((vault) => vault.name.toLowerCase() === name.toLowerCase());
}

function checkNewName(world: World, place: VaultPlace, write: VaultWrite): void {
  const why = whyInvalidName(place.name);
  if (why !== undefined) throw new ArmError(400, 'VaultNameNotValid', why);
  const name = place.name.toLowerCase();
  const live = [...world.vaults.values()].some((vault) => vault.name.toLowerCase() === name);
  const deleted = [...world.deletedVaults.values()].find(({ vault }) => vault.name.toLowerCase() === name);
  if (deleted !== undefined && sameId(deleted.vault.id, place.id) && write.createMode === 'default')
    // Text: Azure/azure-cli#29115 (2024), data-safe-haven#2523 (2026).
    throw new ArmError(
      409,
      'ConflictError',
      'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.',
    );
  // Text: microsoft/azure_arc#3378 (2026); until 2022 it said "globaly".
  if (live || deleted !== undefined)
    throw new ArmError(
      409,
      'VaultAlreadyExists',
      `The vault name '${place.name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
    );
}

function checkUpdate(vault: Vault, write: VaultWrite): void {
  if (write.location !== undefined && placeName(write.location) !== placeName(vault.location)) {
    const resourceGroup = vault.id.split('/')[4] ?? '';
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${vault.name}' already exists in location '${vault.location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${write.location}'. Please select a new resource name.`,
      { 'x-ms-failure-cause': 'gateway' },
    );
  }
  checkIrreversible(write);
  if (write.enableSoftDelete === false)
    throw badRequest(
      'The property "enableSoftDelete" can be set to false only for creating new vault. Enabling the \'soft delete\' functionality is an irreversible action.',
    );
  const { softDeleteRetentionInDays: days } = write;
  if (days !== undefined && days !== (vault.softDeleteRetentionInDays ?? days))
    throw badRequest(
      'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
    );
}

/** Text: Azure/azure-rest-api-specs#18106; the same for new vaults. */
function checkIrreversible(write: VaultWrite): void {
  if (write.enablePurgeProtection === false)
    throw badRequest(
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
}

/** Sets the members that are absent until someone sets them. */
function setIfGiven(vault: Vault, write: VaultWrite, replace: boolean): void {
  if (write.networkAcls !== undefined || replace) {
    if (write.networkAcls === undefined || write.networkAcls === null) delete vault.networkAcls;
    else vault.networkAcls = write.networkAcls;
  }
  if (write.softDeleteRetentionInDays !== undefined)
    vault.softDeleteRetentionInDays = write.softDeleteRetentionInDays;
  if (write.enablePurgeProtection !== undefined) vault.enablePurgeProtection = write.enablePurgeProtection;
  if (write.enabledForDiskEncryption !== undefined)
    vault.enabledForDiskEncryption = write.enabledForDiskEncryption;
  if (write.enabledForTemplateDeployment !== undefined)
    vault.enabledForTemplateDeployment = write.enabledForTemplateDeployment;
}

function touch(context: SandboxContext, vault: Vault, caller: Caller): void {
  const now = stamp(caller, context.clock.now());
  vault.systemData = {
    ...systemDataOf(context, vault),
    lastModifiedBy: now.lastModifiedBy,
    lastModifiedByType: now.lastModifiedByType,
    lastModifiedAt: now.lastModifiedAt,
  };
}

function stamp(caller: Caller, now: number): SystemData {
  const who = caller.isApp ? caller.appId : caller.name;
  const type = caller.isApp ? 'Application' : 'User';
  const at = new Date(now).toISOString();
  return {
    createdBy: who,
    createdByType: type,
    createdAt: at,
    lastModifiedBy: who,
    lastModifiedByType: type,
    lastModifiedAt: at,
  };
}

function deletedVaultNotFound(name: string): ArmError {
  return new ArmError(
    404,
    'DeletedVaultNotFound',
    `The specified deleted vault '${name}' does not exist. Ensure that the vault was indeed deleted and that it is in recoverable state. If soft delete was not enabled then the vault is permanently deleted. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2149745`,
  );
}
