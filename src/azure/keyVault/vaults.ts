import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import type { AccessPolicy, KeyVault, SecretInfo } from '../core/model';
import { inTurn } from '../core/queue';
import { callResourceManager, listResourceManager, rowsOf } from '../core/request';
import { controlPlaneSecretOf, vaultOfAnswer } from './vaultModel';
import { pause } from '../core/clock';

const apiVersion = apiVersions.vaults;

/** The permissions to grant, e.g. `{ secrets: ['get', 'list'] }`, and the principal to grant them to. */
export interface NewAccessPolicy {
  readonly objectId: string;
  readonly permissions: AccessPolicy['permissions'];
}

/** The parts of a vault that are needed to write its access policies. */
export type VaultAddress = Pick<KeyVault, 'id' | 'tenantId'>;

/** A vault, read from the service itself. @throws AzureError */
export async function getKeyVault(c: Connection, id: string, signal?: AbortSignal): Promise<KeyVault> {
  return vaultOfAnswer(c, await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal }));
}

/** Adds to a principal's permissions (`accessPolicies/add`) without sending or changing other entries. @throws AzureError */
export async function addAccessPolicy(
  c: Connection,
  vault: VaultAddress,
  policy: NewAccessPolicy,
  signal?: AbortSignal,
): Promise<void> {
  const entry = { tenantId: vault.tenantId, objectId: policy.objectId, permissions: policy.permissions };
  await inTurn(c, vault.id, () => write(c, vault, 'add', entry, signal));
}

/**
 * Removes a principal's entry (`accessPolicies/remove`) with all the permissions that it has by then.
 * Returns the resulting vault. @throws AzureError
 */
export async function removeAccessPolicy(
  c: Connection,
  vault: KeyVault,
  policy: AccessPolicy,
  signal?: AbortSignal,
): Promise<KeyVault> {
  // The service removes only the permissions that are sent, so one added in the meantime would keep the entry alive.
  return await removeUntilGone(c, vault, policy, (entry) => entry, signal);
}

/**
 * Removes permissions from a principal (`accessPolicies/remove`) and keeps its others. Does nothing if it has none of them.
 * An `all` that isn't named itself stays. Returns the resulting vault. @throws AzureError
 */
export async function removePermissions(
  c: Connection,
  vault: VaultAddress,
  { objectId, permissions }: NewAccessPolicy,
  signal?: AbortSignal,
): Promise<KeyVault> {
  const principal = { tenantId: vault.tenantId, objectId, permissions };
  return await removeUntilGone(
    c,
    vault,
    principal,
    (entry) => {
      const named = permissionsToRemove(entry, permissions);
      return Object.keys(named).length > 0 ? { ...entry, permissions: named } : undefined;
    },
    signal,
  );
}

/** The permissions of an entry that are among the named ones, in the entry's own spelling. `all` names every one. */
function permissionsToRemove(
  entry: AccessPolicy,
  named: AccessPolicy['permissions'],
): AccessPolicy['permissions'] {
  const found: { -readonly [area in keyof AccessPolicy['permissions']]: readonly string[] } = {};
  for (const area of ['keys', 'secrets', 'certificates', 'storage'] as const) {
    const names = new Set(named[area]?.map((name) => name.toLowerCase()));
    const has = (name: string) => names.has('all') || names.has(name.toLowerCase());
    const spelled = (entry.permissions[area] ?? []).filter(has);
    if (spelled.length > 0) found[area] = spelled;
  }
  return found;
}

/**
 * Removes what `toRemove` selects of a principal's entry until nothing is left to select.
 * `accessPolicies/remove` ignores a permission that isn't spelled as it's stored and still answers 200
 * (Azure/azure-rest-api-specs#42963), so each attempt sends what it just read, and only a new reading says that it worked.
 */
async function removeUntilGone(
  c: Connection,
  vault: VaultAddress,
  principal: AccessPolicy,
  toRemove: (entry: AccessPolicy) => AccessPolicy | undefined,
  signal: AbortSignal | undefined,
): Promise<KeyVault> {
  return await inTurn(c, vault.id, async () => {
    for (let attempt = 1; ; attempt++) {
      const now = await getKeyVault(c, vault.id, signal);
      const entry = now.accessPolicies.find((other) => isSameEntry(other, principal));
      const removed = entry && toRemove(entry);
      if (!removed) return now;
      if (attempt > 3)
        throw new AzureError(
          l10n.t('Azure confirmed the removal, but the access policy still has the permissions.'),
          {
            code: 'AccessPolicyStays',
          },
        );
      await write(c, vault, 'remove', removed, signal);
    }
  });
}

/**
 * Names and identifiers of a vault's secrets from the control plane, for when the vault itself denies listing them.
 * Never returns values. @throws AzureError
 */
export async function listSecretsThroughResourceManager(
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): Promise<SecretInfo[]> {
  const items = await listResourceManager(c, { path: `${vault.id}/secrets`, apiVersion, signal });
  // A secret of another vault is left out, so that it's never trusted.
  return rowsOf(items, (item) =>
    stringOf(objectOf(item['properties'])['secretUri']) ? item : undefined,
  ).flatMap((item) => controlPlaneSecretOf(vault, item) ?? []);
}

/**
 * Identifier of a secret's current version, including the version, from the control plane
 * (`properties.secretUriWithVersion`, Microsoft.KeyVault secrets.json). Never returns a value.
 * @throws AzureError
 */
export async function currentSecretIdThroughResourceManager(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const path = `${vault.id}/secrets/${name}`;
  const { body } = await callResourceManager(c, { method: 'GET', path, apiVersion, signal });
  return stringOf(objectOf(objectOf(body)['properties'])['secretUriWithVersion']);
}

function isSameEntry(one: AccessPolicy, other: AccessPolicy): boolean {
  const key = (entry: AccessPolicy) => `${entry.objectId} ${entry.applicationId ?? ''}`.toLowerCase();
  return key(one) === key(other);
}

const conflictAttempts = 10;

/** Retries a write, because the service rejects concurrent ones from any client with 409 ConflictError. */
async function write(
  c: Connection,
  vault: VaultAddress,
  kind: 'add' | 'remove',
  entry: AccessPolicy,
  signal: AbortSignal | undefined,
) {
  const path = `${vault.id}/accessPolicies/${kind}`;
  for (let attempt = 1; ; attempt++) {
    try {
      await callResourceManager(c, {
        method: 'PUT',
        path,
        apiVersion,
        body: { properties: { accessPolicies: [entry] } },
        signal,
      });
      return;
    } catch (error) {
      const conflict = error instanceof AzureError && error.status === 409 && error.code === 'ConflictError';
      if (!conflict || attempt === conflictAttempts) throw error;
    }
    await pause(c, Math.min(250 * 2 ** attempt, 8000) * Math.random(), signal);
  }
}
