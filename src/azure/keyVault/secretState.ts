import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError, isAbsence } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import type { KeyVault, SecretInfo } from '../core/model';
import { callResourceManager } from '../core/request';
import { isDeletedSecret, listAllSecretVersions, recoverDeletedSecret } from './secrets';
import { isSecretName, parseSecretIdentifier } from './secretUri';
import { controlPlaneSecretOf } from './vaultModel';
import { pause } from '../core/clock';

/** The state of a secret or of one of its versions, without its value. */
export type SecretState =
  | { readonly kind: 'present'; readonly secret: SecretInfo }
  /** Soft-deleted, so it can be recovered. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'absent' }
  /** The secret exists, but this version doesn't. */
  | { readonly kind: 'versionAbsent' };

/**
 * Reads a secret's attributes but never its value, so it doesn't need permission to get the secret. It asks Resource
 * Manager first, and then the vault's own lists if that fails or for a version other than the current one.
 * @param version defaults to the current version
 * @throws AzureError if both fail; RangeError for an invalid name
 */
export async function readSecretState(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<SecretState> {
  if (!isSecretName(name)) throw new RangeError('Not a valid secret name.');
  const current = await currentVersion(c, vault, name, signal);
  if (current === 'absent') return await deletedOrAbsent(c, vault, name, signal);
  if (current && (version === undefined || sameVersion(current, version)))
    return { kind: 'present', secret: current };
  const versions = await listAllSecretVersions(c, vault, name, signal);
  if (versions.length === 0) return await deletedOrAbsent(c, vault, name, signal);
  const secret = version === undefined ? newest(versions) : versions.find((one) => sameVersion(one, version));
  return secret ? { kind: 'present', secret } : { kind: 'versionAbsent' };
}

/**
 * Recovers a soft-deleted secret and waits a few seconds until the vault shows it, if that can be read. Does nothing if the
 * secret exists.
 * @throws AzureError, `RecoveryTakesLong` after a minute; RangeError for an invalid name
 */
export async function recoverSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  /** Undefined if that is unknown: recovering needs no permission to list secrets. */
  const isThere = async () => {
    try {
      return (await readSecretState(c, vault, name, undefined, signal)).kind === 'present';
    } catch (error) {
      if (error instanceof AzureError && error.status === 403) return undefined;
      throw error;
    }
  };
  if (await isThere()) return;
  await recoverDeletedSecret(c, vault, name, signal);
  for (let wait = 250, waited = 0; (await isThere()) === false; waited += wait, wait *= 2) {
    if (waited > 60_000)
      throw new AzureError(l10n.t("The secret was recovered, but the vault doesn't show it yet."), {
        code: 'RecoveryTakesLong',
      });
    await pause(c, wait, signal);
  }
}

/** Undefined if Resource Manager denies access or fails. */
async function currentVersion(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal: AbortSignal | undefined,
): Promise<SecretInfo | 'absent' | undefined> {
  try {
    const path = `${vault.id}/secrets/${name}`;
    const { body } = await callResourceManager(c, {
      method: 'GET',
      path,
      apiVersion: apiVersions.vaults,
      signal,
    });
    const secret = controlPlaneSecretOf(vault, objectOf(body));
    const id = stringOf(objectOf(objectOf(body)['properties'])['secretUriWithVersion']) ?? '';
    const version = parseSecretIdentifier(id)?.version;
    return secret && { ...secret, ...(version === undefined ? {} : { version }) };
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return isAbsence(error) ? 'absent' : undefined;
  }
}

async function deletedOrAbsent(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal: AbortSignal | undefined,
): Promise<SecretState> {
  try {
    return { kind: (await isDeletedSecret(c, vault, name, signal)) ? 'deleted' : 'absent' };
  } catch (error) {
    // Without permission to read deleted secrets, all we know is that the secret doesn't exist.
    if (error instanceof AzureError) return { kind: 'absent' };
    throw error;
  }
}

function newest(versions: readonly SecretInfo[]): SecretInfo | undefined {
  return versions.toSorted((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0))[0];
}

function sameVersion({ version }: SecretInfo, other: string): boolean {
  return version?.toLowerCase() === other.toLowerCase();
}
