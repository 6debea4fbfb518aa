import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../server/http';

/** An error response of a vault's data plane: `{"error":{"code","message","innererror":{"code"}}}`. */
export class VaultError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly innerCode?: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }

  toAnswer(): Answer {
    const innererror = this.innerCode === undefined ? {} : { innererror: { code: this.innerCode } };
    return {
      status: this.status,
      headers: this.headers,
      json: { error: { code: this.code, message: this.message, ...innererror } },
    };
  }
}

/**
 * A GET's 404. Recorded: azure-sdk-for-go TestBeginRecoverDeletedSecret (2022). `name` is `n` or `n/version`.
 */
export function secretNotFound(name: string): VaultError {
  return new VaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/**
 * A DELETE's 404. Recorded: azure-sdk-for-python test_example_secrets_recover_purge (2019), the newest (and
 * only) recorded 404 of a DELETE; the longer text of {@link secretNotFound} was recorded only for GET.
 */
export function secretToDeleteNotFound(name: string): VaultError {
  return new VaultError(404, 'SecretNotFound', `Secret not found: ${name}`);
}

/**
 * Recorded for `delete` (azure-sdk-for-js can_purge_all_secrets, 2021), pasted for `set`
 * (hashicorp/terraform-provider-azurerm#5659), inferred for `update`.
 */
export function managedByKeyVault(operation: 'set' | 'update' | 'delete'): VaultError {
  const message = `Operation "${operation}" is not allowed as this object's lifetime is managed by Key Vault.`;
  return new VaultError(403, 'Forbidden', message, 'SecretManagedByKeyVault');
}

/** Recorded: azure-sdk-for-go TestBeginRecoverDeletedSecret (2022). */
export function deletedSecretNotFound(name: string): VaultError {
  return new VaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
}

/**
 * Recorded: azure-cli test_keyvault_secret_soft_delete (2023), also during the seconds while the deletion is
 * in progress.
 */
export function deletedButRecoverable(name: string): VaultError {
  return new VaultError(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    'ObjectIsDeletedButRecoverable',
  );
}

/**
 * Recorded for recover (with the name: azure-sdk-for-python test_example_secrets_recover_purge, 2019) and for
 * purge (without it: azure-sdk-for-js can_wait_until_a_key_is_deleted, 2019).
 */
export function beingDeleted(name?: string): VaultError {
  const subject = name === undefined ? 'Secret' : `Secret ${name}`;
  return new VaultError(409, 'Conflict', `${subject} is currently being deleted.`, 'ObjectIsBeingDeleted');
}

/** Text as pasted in microsoft/AzureTRE#2824 (2022). */
export function beingRecovered(name: string): VaultError {
  return new VaultError(
    409,
    'Conflict',
    `Secret ${name} is currently being recovered and cannot be re-created; retry later.`,
    'ObjectIsBeingRecovered',
  );
}

/**
 * A GET of a disabled secret. Recorded: azure-sdk-for-js cant_get_a_disabled_secret (2020). Also of a deleted one: can
 * update a disabled secret (2021) there; in the older recording the service answered `AccessDenied` for it.
 */
export function secretDisabled(): VaultError {
  return new VaultError(
    403,
    'Forbidden',
    'Operation get is not allowed on a disabled secret.',
    'SecretDisabled',
  );
}

/**
 * Message and code as pasted in Azure/sap-automation#200 (2022); the inner code is inferred from its name.
 */
export function purgeProtected(vaultName: string, location: string): VaultError {
  return new VaultError(
    403,
    'Forbidden',
    `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${vaultName};location=${location}`,
    'ForbiddenByPolicy',
  );
}

/**
 * 400 for a request that the vault can't handle. The code is documented; most of its messages are inferred.
 */
export function badParameter(message: string): VaultError {
  return new VaultError(400, 'BadParameter', message);
}

/** Text as pasted in vcsjones/AzureSignTool#219 (2023), where it had no Retry-After. */
export function throttled(): VaultError {
  return new VaultError(
    429,
    'Throttled',
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
  );
}
