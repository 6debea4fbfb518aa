import { sameId } from '../core/armId';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { dateOf, objectOf, stringOf } from '../core/json';
import type { KeyVault } from '../core/model';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
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
    };
  });
}

/**
 * Recovers a soft-deleted vault unchanged (`createMode: recover`). Does nothing if it is already recovered.
 * @returns the vault
 * @throws AzureError
 */
export async function recoverVault(
  c: Connection,
  deleted: Pick<DeletedVault, 'vaultId' | 'location'>,
  signal?: AbortSignal,
): Promise<KeyVault> {
  const { vaultId, location } = deleted;
  const subscriptionId = vaultId.split('/')[2] ?? '';
  const still = await listDeletedVaults(c, subscriptionId, signal);
  if (still.some((one) => sameId(one.vaultId, vaultId))) {
    // The OpenAPI document requires these three; the service takes the rest from the deleted vault.
    const properties = {
      createMode: 'recover',
      tenantId: c.tenantId,
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

/** Soft-deletes a vault, and succeeds if it is already gone. @throws AzureError */
export async function deleteKeyVault(c: Connection, id: string, signal?: AbortSignal): Promise<void> {
  await callResourceManager(c, { method: 'DELETE', path: id, apiVersion: apiVersions.vaults, signal });
}
