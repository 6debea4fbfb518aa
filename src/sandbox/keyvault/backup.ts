import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Secret, Vault } from '../world/world';
import { badParameter } from './errors';

/** A real blob starts with the length of this name in one byte, then the name; the ciphertext follows. */
const header = 'AzureKeyVaultSecretBackupV1.microsoft.com';

interface Contents {
  subscription: string;
  location: string;
  secret: Pick<Secret, 'name' | 'versions'>;
}

/**
 * Backup blobs: opaque to clients, and valid only in the same subscription and geography. The key lives only
 * as long as the run, so a saved blob reveals nothing about a secret.
 */
export class Backups {
  private readonly key = randomBytes(32);

  /** Encrypts all versions of the secret, as base64url. */
  seal(vault: Vault, secret: Secret): string {
    const contents: Contents = {
      ...placeOf(vault),
      secret: { name: secret.name, versions: secret.versions },
    };
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(contents), 'utf8'), cipher.final()]);
    return Buffer.concat([
      Buffer.from([header.length]),
      Buffer.from(header),
      iv,
      cipher.getAuthTag(),
      sealed,
    ]).toString('base64url');
  }

  /**
   * @throws VaultError 400 for a blob from another geography, subscription or run, or for anything else
   * (text: Azure/azure-cli#8767)
   */
  open(vault: Vault, blob: string): Secret {
    const contents = this.decrypt(Buffer.from(blob, 'base64url'));
    const place = placeOf(vault);
    if (contents?.subscription !== place.subscription || contents.location !== place.location)
      throw badParameter('Cannot decrypt backup blob.');
    return contents.secret;
  }

  private decrypt(blob: Buffer): Contents | undefined {
    const start = 1 + header.length;
    if (blob.subarray(1, start).toString() !== header || blob.length < start + 28) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, blob.subarray(start, start + 12));
      decipher.setAuthTag(blob.subarray(start + 12, start + 28));
      const text = Buffer.concat([decipher.update(blob.subarray(start + 28)), decipher.final()]).toString();
      return JSON.parse(text) as Contents;
    } catch {
      // Not sealed by this run: the tag doesn't match.
      return undefined;
    }
  }
}

/** A geography spans several regions; the sandbox doesn't know which, so it uses the region. */
function placeOf(vault: Vault): { subscription: string; location: string } {
  return { subscription: vault.id.split('/')[2]?.toLowerCase() ?? '', location: vault.location };
}
