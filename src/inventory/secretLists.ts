import type { Connection } from '../azure/core/connection';
import { AzureError } from '../azure/core/errors';
import type { KeyVault, SecretInfo } from '../azure/core/model';
import { listAllSecretsOfVault, listAllSecretVersions } from '../azure/keyVault/secrets';
import { listSecretsThroughResourceManager } from '../azure/keyVault/vaults';

/** Lists all secrets of a vault, without values. If the vault refuses, Resource Manager lists them. */
export async function listAllSecrets(
  connection: Connection,
  vault: KeyVault,
  signal: AbortSignal,
): Promise<SecretInfo[]> {
  try {
    return await listAllSecretsOfVault(connection, vault, signal);
  } catch (error) {
    if (!(error instanceof AzureError) || error.status !== 403) throw error;
    return listSecretsThroughResourceManager(connection, vault, signal).catch(() => {
      // The vault's own refusal says more about what is missing.
      throw error;
    });
  }
}

/** Lists all versions of a secret, newest first, without values. */
export async function listAllVersions(
  connection: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<SecretInfo[]> {
  const versions = await listAllSecretVersions(connection, vault, name, signal);
  return versions.sort((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0));
}
