import type { Endpoints } from '../context';
import type { DeletedSecret, Secret, SecretVersion, Vault } from '../world/world';
import type { SecretStore } from './secrets';

const oldest = ['2015-06-01', '2016-10-01', '7.0'];

/** `https://<vault>.vault.localhost:P`, without a trailing slash. */
export function vaultOrigin(endpoints: Endpoints, vault: Vault): string {
  return `https://${vault.hostName}:${endpoints.vaultPort}`;
}

/**
 * The JSON shapes of the data plane, with members in the order of the recordings. Unset `contentType` and
 * `tags` are omitted. There is no `previousVersion` (2025-07-01 and later): only secrets of certificates have
 * it, and the sandbox leaves it out (SDK documentation of SecretProperties.previousVersion).
 */
export class SecretBundles {
  private readonly origin: string;

  constructor(
    endpoints: Endpoints,
    private readonly store: SecretStore,
    private readonly apiVersion: string,
  ) {
    this.origin = vaultOrigin(endpoints, store.vault);
  }

  /** The answer to PUT and GET. */
  withValue(secret: Secret, version: SecretVersion): Record<string, unknown> {
    return { value: version.value, ...this.withoutValue(secret, version) };
  }

  /** The answer to PATCH, recover and restore, and an item in a list of versions. */
  withoutValue(secret: Secret, version: SecretVersion): Record<string, unknown> {
    return this.describe(secret, version, `${this.idOf(secret)}/${version.version}`);
  }

  /** An item in a list: its ID has no version. */
  item(secret: Secret): Record<string, unknown> {
    return this.describe(secret, latest(secret), this.idOf(secret));
  }

  /** The answer to DELETE and to GET of a deleted secret. */
  deleted(deleted: DeletedSecret): Record<string, unknown> {
    const { secret } = deleted;
    return { ...this.recovery(deleted), ...this.withoutValue(secret, latest(secret)) };
  }

  /** An item in the list of deleted secrets. */
  deletedItem(deleted: DeletedSecret): Record<string, unknown> {
    return { ...this.recovery(deleted), ...this.item(deleted.secret) };
  }

  private recovery(deleted: DeletedSecret): Record<string, unknown> {
    return {
      recoveryId: `${this.origin}/deletedsecrets/${deleted.secret.name}`,
      deletedDate: deleted.deletedDate,
      scheduledPurgeDate: deleted.scheduledPurgeDate,
    };
  }

  private describe(secret: Secret, version: SecretVersion, id: string): Record<string, unknown> {
    return {
      ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
      id,
      // Recorded before `attributes` in azure-cli test_keyvault_certificate_crud; `kid` is left out.
      ...(secret.managed === true && { managed: true }),
      attributes: {
        enabled: version.enabled,
        ...(version.notBefore === undefined ? {} : { nbf: version.notBefore }),
        ...(version.expires === undefined ? {} : { exp: version.expires }),
        created: version.created,
        updated: version.updated,
        recoveryLevel: this.recoveryLevel(),
        // Recorded with 7.1 and later only.
        ...(oldest.includes(this.apiVersion) ? {} : { recoverableDays: this.store.retentionDays }),
      },
      ...(version.tags === undefined ? {} : { tags: version.tags }),
    };
  }

  private recoveryLevel(): string {
    const recoverable = this.store.retentionDays < 90 ? 'CustomizedRecoverable' : 'Recoverable';
    return this.store.vault.enablePurgeProtection === true ? recoverable : `${recoverable}+Purgeable`;
  }

  private idOf(secret: Secret): string {
    return `${this.origin}/secrets/${secret.name}`;
  }
}

/** The version that a name without a version refers to. A secret has at least one. */
export function latest(secret: Secret): SecretVersion {
  const version = secret.versions.at(-1);
  if (version === undefined) throw new Error(`secret ${secret.name} has no version`);
  return version;
}
