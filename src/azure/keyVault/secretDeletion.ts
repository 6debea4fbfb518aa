import type { Connection } from '../core/connection';
import { stringOf } from '../core/json';
import { allItems } from '../core/limits/paging';
import type { KeyVault } from '../core/model';
import { rowsOf } from '../core/request';
import { callVault, firstVaultPage, readVaultPage, requireName } from './vaultClient';
import { dateOfSeconds } from './vaultModel';

/** A soft-deleted secret, without its value. */
export interface DeletedSecret {
  readonly name: string;
  readonly deleted?: Date;
  /** When it is permanently deleted. */
  readonly purged?: Date;
}

/** Soft-deletes a secret with all its versions; the vault keeps it for its retention period. @throws AzureError; RangeError */
export async function deleteSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<DeletedSecret> {
  requireName(name);
  // The SDK's poller would also need permission to read deleted secrets.
  const answer = await callVault(c, vault, { method: 'DELETE', path: `/secrets/${name}` }, signal);
  return deletedOf(answer ?? {}) ?? { name };
}

/** Purges a soft-deleted secret. @throws AzureError (403 with purge protection); RangeError */
export async function purgeDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  requireName(name);
  await callVault(c, vault, { method: 'DELETE', path: `/deletedsecrets/${name}` }, signal);
}

/** The soft-deleted secrets of a vault, sorted by name. @throws AzureError */
export async function listDeletedSecrets(
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): Promise<DeletedSecret[]> {
  const first = firstVaultPage(vault, '/deletedsecrets');
  const items = await allItems(c, (link) => readVaultPage(c, vault, link ?? first, signal), signal);
  const secrets = rowsOf(items, deletedOf);
  return secrets.sort((a, b) => a.name.localeCompare(b.name));
}

function deletedOf(json: Readonly<Record<string, unknown>>): DeletedSecret | undefined {
  const name = stringOf(json['id'])?.split('/')[4];
  if (name === undefined) return undefined;
  const deleted = dateOfSeconds(json['deletedDate']);
  const purged = dateOfSeconds(json['scheduledPurgeDate']);
  return { name, ...(deleted ? { deleted } : {}), ...(purged ? { purged } : {}) };
}
