import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { KeyVault } from '../core/model';
import { whyNameIsTaken } from '../resources/nameChecks';
import { putResource } from '../resources/resources';
import { getKeyVault } from './vaults';

export interface NewKeyVault {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** e.g. `westeurope`. */
  readonly location: string;
  readonly permissionModel: KeyVault['permissionModel'];
  /** 7 to 90 days; it can't be changed later. */
  readonly retentionDays: number;
  /** Can't be turned off later. */
  readonly purgeProtection: boolean;
}

/**
 * Makes a key vault and waits until its host name is known. The permission model is always sent: what the service
 * takes for an absent one depends on the api-version (learn.microsoft.com/azure/key-vault/general/access-control-default).
 * @throws AzureError, with the code `VaultAlreadyExists` where the name is taken: a PUT would write over a vault of the group
 */
export async function createKeyVault(
  c: Connection,
  vault: NewKeyVault,
  signal?: AbortSignal,
): Promise<KeyVault> {
  const { subscriptionId, resourceGroup, name, location } = vault;
  const taken = await whyNameIsTaken(c, subscriptionId, 'keyVault', name, signal);
  if (taken !== undefined) throw new AzureError(taken, { code: 'VaultAlreadyExists' });
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`;
  const properties = {
    tenantId: c.tenantId,
    sku: { family: 'A', name: 'standard' },
    accessPolicies: [],
    enableRbacAuthorization: vault.permissionModel === 'rbac',
    enableSoftDelete: true,
    softDeleteRetentionInDays: vault.retentionDays,
    // The service refuses `false`.
    ...(vault.purgeProtection ? { enablePurgeProtection: true } : {}),
  };
  await putResource(c, id, { location, properties }, signal);
  return await getKeyVault(c, id, signal);
}
