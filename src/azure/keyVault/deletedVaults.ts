import * as l10n from '@vscode/l10n';
import { partsOfId, sameId } from '../core/armId';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { dateOf, objectOf, stringOf } from '../core/json';
import type { KeyVault } from '../core/model';
import { AzureError } from '../core/errors';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
import type { OperationTiming } from '../resources/operationEnd';
import { waitForEnd } from '../resources/operationEnd';
import { getKeyVault } from './vaults';

const apiVersion = apiVersions.vaults;

/** A soft-deleted vault, which can still be recovered. */
export interface DeletedVault {
  /** ARM ID that the vault had before it was deleted. */
  readonly vaultId: string;
  readonly name: string;
  readonly location: string;
  readonly deleted?: Date;
  readonly scheduledPurge?: Date;
  /** Nobody can purge it before that date. */
  readonly purgeProtection?: true;
}

/** The soft-deleted vaults of a subscription. @throws AzureError */
export async function listDeletedVaults(
  c: Connection,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<DeletedVault[]> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/deletedVaults`;
  return rowsOf(await listResourceManager(c, { path, apiVersion, signal }), (item) => {
    const properties = objectOf(item['properties']);
    const vaultId = stringOf(properties['vaultId']);
    const name = stringOf(item['name']);
    if (vaultId === undefined || name === undefined) return undefined;
    const deleted = dateOf(properties['deletionDate']);
    const scheduledPurge = dateOf(properties['scheduledPurgeDate']);
    return {
      vaultId,
      name,
      location: stringOf(properties['location']) ?? '',
      ...(deleted ? { deleted } : {}),
      ...(scheduledPurge ? { scheduledPurge } : {}),
      ...(properties['purgeProtectionEnabled'] === true ? { purgeProtection: true as const } : {}),
    };
  });
}

/**
 * Recovers a soft-deleted vault unchanged (`createMode: recover`). Does nothing if it is already recovered.
 * @param tenantId the subscription's, which isn't the connection's if another tenant delegated it
 * @returns the vault
 * @throws AzureError
 */
export async function recoverVault(
  c: Connection,
  deleted: Pick<DeletedVault, 'vaultId' | 'location'>,
  tenantId: string,
  signal?: AbortSignal,
): Promise<KeyVault> {
  const { vaultId, location } = deleted;
  const subscriptionId = vaultId.split('/')[2] ?? '';
  const still = await listDeletedVaults(c, subscriptionId, signal);
  if (still.some((one) => sameId(one.vaultId, vaultId))) {
    // The OpenAPI document requires these three; the service takes the rest from the deleted vault.
    const properties = {
      createMode: 'recover',
      tenantId,
      sku: { family: 'A', name: 'standard' },
    };
    await callResourceManager(c, {
      method: 'PUT',
      path: vaultId,
      apiVersion,
      body: { location, properties },
      signal,
    });
  }
  return await getKeyVault(c, vaultId, signal);
}

/** ARM ID of a vault while it is deleted. @throws RangeError */
export function deletedVaultId({ vaultId, location }: Pick<DeletedVault, 'vaultId' | 'location'>): string {
  const vault = partsOfId(vaultId);
  if (!vault) throw new RangeError('Not the ID of a vault.');
  return `/subscriptions/${vault.subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${vault.name}`;
}

/** In the recording, a vault is gone within a minute; the limit is much longer. */
const purgeTiming: OperationTiming = { poll: 2000, grace: 600_000 };

/**
 * Permanently deletes a soft-deleted vault and waits until it is gone
 * (recorded: azure-service-operator, Test_KeyVault_WhenPurgeSpecified_PurgesSuccessfully).
 * @throws AzureError, see {@link isPurgeProtected}
 */
export async function purgeVault(
  c: Connection,
  deleted: Pick<DeletedVault, 'vaultId' | 'location'>,
  signal?: AbortSignal,
): Promise<void> {
  const id = deletedVaultId(deleted);
  await callResourceManager(c, { method: 'POST', path: `${id}/purge`, apiVersion, signal });
  const end = await waitForEnd(c, id, 'absent', signal, purgeTiming);
  if (end === 'absent') return;
  throw new AzureError(l10n.t('Azure accepted the request, but the deleted key vault still exists.'), {
    code: 'PurgePending',
  });
}

/** Whether purge protection prevents the purge of a vault (microsoft/AzureTRE#1446, Azure/azure-sdk-tools#9329). */
export function isPurgeProtected(error: unknown): boolean {
  return error instanceof AzureError && /'DeletedVaultPurge' is not allowed/.test(error.message);
}

/** Soft-deletes a vault, and succeeds if it is already gone. @throws AzureError */
export async function deleteKeyVault(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion: apiVersions.vaults, signal });
}
