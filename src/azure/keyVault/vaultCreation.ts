import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { KeyVault } from '../core/model';
import { whyNameIsTaken } from '../resources/nameChecks';
import { putResource } from '../resources/resources';
import { getKeyVault } from './vaults';

export interface NewKeyVault {
  readonly subscriptionId: string;
  /** The subscription's, which isn't the connection's if another tenant delegated it (Azure Lighthouse). */
  readonly tenantId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** e.g. `westeurope`. */
  readonly location: string;
  readonly permissionModel: KeyVault['permissionModel'];
  /** 7 to 90 days. Can't be changed later. */
  readonly retentionDays: number;
  /** Can't be turned off later. */
  readonly purgeProtection: boolean;
}

/**
 * Creates a key vault and waits until its host name is registered. Always sends the permission model, because the service's
 * default depends on the API version (learn.microsoft.com/azure/key-vault/general/access-control-default).
 * @throws AzureError, with the code `VaultAlreadyExists` if the name is in use, because a PUT would overwrite that vault
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
    tenantId: vault.tenantId,
    sku: { family: 'A', name: 'standard' },
    accessPolicies: [],
    enableRbacAuthorization: vault.permissionModel === 'rbac',
    enableSoftDelete: true,
    softDeleteRetentionInDays: vault.retentionDays,
    // The service rejects `false`.
    ...(vault.purgeProtection ? { enablePurgeProtection: true } : {}),
  };
  await putResource(c, id, { location, properties }, signal);
  return await getKeyVault(c, id, signal);
}
