import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import type { KeyVault, SecretInfo } from '../core/model';
import { callResourceManager } from '../core/request';
import { isDeletedSecret, listSecretVersions, recoverDeletedSecret } from './secrets';
import { isSecretName, parseSecretIdentifier } from './secretUri';
import { controlPlaneSecretOf } from './vaultModel';
import { pause } from '../core/wait';

/** What is known of a secret, or of one version of it, without its value. */
export type SecretState =
  | { readonly kind: 'present'; readonly secret: SecretInfo }
  /** Can be recovered. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'absent' }
  /** The secret is there, but not this version of it. */
  | { readonly kind: 'versionAbsent' };

/**
 * Reads a secret's attributes, never its value. The right to get it is not needed: Resource Manager is asked, and the
 * vault's own lists where that refuses, or for a version that is not the current one.
 * @param version the current one unless told
 * @throws AzureError where neither tells; RangeError for a name that can be none
 */
export async function readSecretState(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<SecretState> {
  if (!isSecretName(name)) throw new RangeError('Not a name of a secret.');
  const current = await currentVersion(c, vault, name, signal);
  if (current === 'absent') return await deletedOrAbsent(c, vault, name, signal);
  if (current && (version === undefined || sameVersion(current, version)))
    return { kind: 'present', secret: current };
  const versions = await allVersions(c, vault, name, signal);
  if (versions.length === 0) return await deletedOrAbsent(c, vault, name, signal);
  const secret = version === undefined ? newest(versions) : versions.find((one) => sameVersion(one, version));
  return secret ? { kind: 'present', secret } : { kind: 'versionAbsent' };
}

/**
 * Takes a deleted secret back and waits until the vault shows it, which takes some seconds. Does nothing where it is
 * there. @throws AzureError, `RecoveryTakesLong` after a minute; RangeError for a name that can be none
 */
export async function recoverSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const isThere = async () => (await readSecretState(c, vault, name, undefined, signal)).kind === 'present';
  if (await isThere()) return;
  await recoverDeletedSecret(c, vault, name, signal);
  for (let wait = 250, waited = 0; !(await isThere()); waited += wait, wait *= 2) {
    if (waited > 60_000)
      throw new AzureError(l10n.t('The secret was recovered, but the vault does not show it yet.'), {
        code: 'RecoveryTakesLong',
      });
    await pause(wait, signal);
  }
}

/** undefined: Resource Manager does not tell. */
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
    return error.status === 404 ? 'absent' : undefined;
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
    // Who may not look among the deleted ones still knows that the secret is not there.
    if (error instanceof AzureError) return { kind: 'absent' };
    throw error;
  }
}

async function allVersions(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal: AbortSignal | undefined,
): Promise<SecretInfo[]> {
  const versions: SecretInfo[] = [];
  let continuation: string | undefined;
  do {
    const page = await listSecretVersions(c, vault, name, continuation, signal);
    versions.push(...page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return versions;
}

function newest(versions: readonly SecretInfo[]): SecretInfo | undefined {
  return versions.toSorted((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0))[0];
}

function sameVersion({ version }: SecretInfo, other: string): boolean {
  return version?.toLowerCase() === other.toLowerCase();
}
