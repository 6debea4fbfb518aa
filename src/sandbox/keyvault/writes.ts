import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxContext } from '../context';
import { ArmError } from '../arm/provider';
import { idKey } from '../arm/ids';

const defaultDurationMs = 25;

/**
 * Writes to vaults through Resource Manager, with the real service's optimistic concurrency: a write reads
 * the vault, takes a moment, and fails if another write finished first. No ETag tells clients about it.
 */
export class VaultWrites {
  private readonly revisions = new Map<string, number>();

  constructor(private readonly context: SandboxContext) {}

  /**
   * @param commit performs the write on the state it finds
   * @throws ArmError 409 ConflictError if another write to this vault came in between
   */
  async write<Result>(vaultId: string, vaultName: string, commit: () => Result): Promise<Result> {
    const key = idKey(vaultId);
    const seen = this.revisions.get(key) ?? 0;
    await delay(this.context.settings.vaultWriteMs ?? defaultDurationMs);
    if ((this.revisions.get(key) ?? 0) !== seen) throw conflict(vaultName);
    const result = commit();
    this.revisions.set(key, seen + 1);
    return result;
  }
}

/**
 * Text as pasted in scylladb/scylla-cluster-tests#13184 (2026), where the name between the quotes was blank.
 * In 2021 (Azure/AzureKeyVault#6), "the Key Vault 'n'" read "the
 * Microsoft.KeyVault.UnifiedStorage.Core.DomainModel.ResourceId 'Key Vault'".
 */
function conflict(vaultName: string): ArmError {
  return new ArmError(
    409,
    'ConflictError',
    `A conflict occurred that prevented the operation from completing. The operation failed because the Key Vault '${vaultName}' changed from the point the operation began. This can happen if parallel operations are being performed on the Key Vault. To prevent this error, serialize the operations so that only one operation is performed on the Key Vault at a time. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147741`,
  );
}
