import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../context';
import type { DeletedSecret, Secret, SecretVersion, Vault } from '../world/world';
import {
  beingDeleted,
  beingRecovered,
  deletedButRecoverable,
  deletedSecretNotFound,
  managedByKeyVault,
  purgeProtected,
  secretDisabled,
  secretNotFound,
  secretToDeleteNotFound,
} from './errors';

/**
 * What a client can set on a secret version. Times are epoch seconds; null and undefined leave a member
 * unchanged.
 */
export interface SecretWrite {
  contentType?: string | null;
  tags?: Record<string, string> | null;
  enabled?: boolean | null;
  notBefore?: number | null;
  expires?: number | null;
}

const secondsADay = 24 * 60 * 60;
const defaultRetentionDays = 90;

/** The secrets of one vault, with the rules of soft delete. Callers check permissions. */
export class SecretStore {
  constructor(
    private readonly context: SandboxContext,
    readonly vault: Vault,
  ) {
    this.dropExpired();
  }

  /** For how many days a deleted secret can be recovered. */
  get retentionDays(): number {
    return this.vault.softDeleteRetentionInDays ?? defaultRetentionDays;
  }

  /** All visible secrets, in no particular order. */
  all(): Secret[] {
    return [...this.vault.secrets.values()].filter((secret) => this.isVisible(secret));
  }

  /** All visible deleted secrets, in no particular order. */
  allDeleted(): DeletedSecret[] {
    return [...this.vault.deletedSecrets.values()].filter((deleted) => this.isListed(deleted));
  }

  find(name: string): Secret | undefined {
    const secret = this.vault.secrets.get(name.toLowerCase());
    return secret !== undefined && this.isVisible(secret) ? secret : undefined;
  }

  /** @throws VaultError 404 SecretNotFound; without `version` it looks for the latest one */
  require(name: string, version?: string): { secret: Secret; version: SecretVersion } {
    const secret = this.find(name);
    const wanted = version?.toLowerCase();
    const found =
      wanted === undefined ? secret?.versions.at(-1) : secret?.versions.find((one) => one.version === wanted);
    if (secret === undefined || found === undefined)
      throw secretNotFound(version === undefined ? name : `${name}/${version}`);
    return { secret, version: found };
  }

  /**
   * Returns a version to be read with its value. Expired and not yet valid versions are returned too: `exp`
   * and `nbf` are informational.
   * @throws VaultError 404 SecretNotFound, 403 SecretDisabled
   */
  read(name: string, version?: string): { secret: Secret; version: SecretVersion } {
    const found = this.require(name, version);
    if (!found.version.enabled) throw secretDisabled();
    return found;
  }

  /** Adds a version. @throws VaultError 409 if the name belongs to a deleted secret */
  set(name: string, value: string, write: SecretWrite): { secret: Secret; version: SecretVersion } {
    this.checkNameIsFree(name);
    const version: SecretVersion = {
      version: randomBytes(16).toString('hex'),
      value,
      enabled: write.enabled ?? true,
      created: this.nowSeconds(),
      updated: this.nowSeconds(),
    };
    apply(version, write);
    const secret = this.vault.secrets.get(name.toLowerCase()) ?? { name, versions: [] };
    if (secret.managed === true) throw managedByKeyVault('set');
    secret.versions.push(version);
    this.vault.secrets.set(name.toLowerCase(), secret);
    return { secret, version };
  }

  /** @throws VaultError 404 SecretNotFound */
  update(
    name: string,
    version: string | undefined,
    write: SecretWrite,
  ): { secret: Secret; version: SecretVersion } {
    const found = this.require(name, version);
    if (found.secret.managed === true) throw managedByKeyVault('update');
    apply(found.version, write);
    found.version.updated = this.nowSeconds();
    return found;
  }

  /** Moves the secret and all its versions to the deleted secrets. @throws VaultError 404 SecretNotFound */
  delete(name: string): DeletedSecret {
    const secret = this.find(name);
    if (secret === undefined) throw secretToDeleteNotFound(name);
    if (secret.managed === true) throw managedByKeyVault('delete');
    const deleted: DeletedSecret = {
      secret,
      deletedDate: this.nowSeconds(),
      scheduledPurgeDate: this.nowSeconds() + this.retentionDays * secondsADay,
      visibleFrom: this.context.clock.now() + this.context.settings.softDeleteDelayMs,
    };
    this.vault.secrets.delete(name.toLowerCase());
    this.vault.deletedSecrets.set(name.toLowerCase(), deleted);
    return deleted;
  }

  /**
   * @throws VaultError 404 SecretNotFound (also while the deletion is in progress), 403
   * SecretDisabled
   */
  readDeleted(name: string): DeletedSecret {
    const deleted = this.vault.deletedSecrets.get(name.toLowerCase());
    if (deleted === undefined || !this.isListed(deleted)) throw deletedSecretNotFound(name);
    if (deleted.secret.versions.at(-1)?.enabled === false) throw secretDisabled();
    return deleted;
  }

  /**
   * Recovers a deleted secret; it takes a while to become visible again. @throws VaultError 404, 409
   * ObjectIsBeingDeleted
   */
  recover(name: string): Secret {
    const deleted = this.vault.deletedSecrets.get(name.toLowerCase());
    if (deleted === undefined) throw deletedSecretNotFound(name);
    if (!this.isListed(deleted)) throw beingDeleted(name);
    deleted.secret.visibleFrom = this.context.clock.now() + this.context.settings.softDeleteDelayMs;
    this.vault.deletedSecrets.delete(name.toLowerCase());
    this.vault.secrets.set(name.toLowerCase(), deleted.secret);
    return deleted.secret;
  }

  /** @throws VaultError 404, 409 ObjectIsBeingDeleted, 403 if the vault has purge protection */
  purge(name: string): void {
    const deleted = this.vault.deletedSecrets.get(name.toLowerCase());
    if (deleted === undefined) throw deletedSecretNotFound(name);
    if (!this.isListed(deleted)) throw beingDeleted();
    if (this.vault.enablePurgeProtection === true) throw purgeProtected(this.vault.name, this.vault.location);
    this.vault.deletedSecrets.delete(name.toLowerCase());
  }

  /** Adds a secret with its own versions. @throws VaultError 409 if the name belongs to a deleted secret */
  restore(secret: Secret): Secret {
    this.checkNameIsFree(secret.name);
    this.vault.secrets.set(secret.name.toLowerCase(), secret);
    return secret;
  }

  /** Throws if a PUT of `name` would collide with a secret that is deleted or being recovered. */
  private checkNameIsFree(name: string): void {
    if (this.vault.deletedSecrets.has(name.toLowerCase())) throw deletedButRecoverable(name);
    const secret = this.vault.secrets.get(name.toLowerCase());
    if (secret !== undefined && !this.isVisible(secret)) throw beingRecovered(name);
  }

  private isVisible(secret: Secret): boolean {
    return secret.visibleFrom === undefined || secret.visibleFrom <= this.context.clock.now();
  }

  private isListed(deleted: DeletedSecret): boolean {
    return deleted.visibleFrom <= this.context.clock.now();
  }

  private dropExpired(): void {
    for (const [key, deleted] of this.vault.deletedSecrets)
      if (deleted.scheduledPurgeDate <= this.nowSeconds()) this.vault.deletedSecrets.delete(key);
  }

  private nowSeconds(): number {
    return Math.floor(this.context.clock.now() / 1000);
  }
}

function apply(version: SecretVersion, write: SecretWrite): void {
  if (write.contentType !== undefined && write.contentType !== null) version.contentType = write.contentType;
  if (write.tags !== undefined && write.tags !== null) version.tags = write.tags;
  if (write.enabled !== undefined && write.enabled !== null) version.enabled = write.enabled;
  if (write.notBefore !== undefined && write.notBefore !== null) version.notBefore = write.notBefore;
  if (write.expires !== undefined && write.expires !== null) version.expires = write.expires;
}
