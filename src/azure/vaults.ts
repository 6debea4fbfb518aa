import type { Connection } from './connection';
import type { AccessPolicy, KeyVault, SecretInfo } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

/** What to grant to whom; `permissions` e.g. `{ secrets: ['get', 'list'] }`. */
export interface NewAccessPolicy {
  readonly objectId: string;
  readonly permissions: AccessPolicy['permissions'];
}

/** A vault, read from the service itself. */
export const getKeyVault = (c: Connection, id: string, signal?: AbortSignal): Promise<KeyVault> =>
  notYet(c, id, signal);
/** Adds the permissions to those that `objectId` has (`accessPolicies/add`); answers with the vault as it is afterwards. */
export const addAccessPolicy = (
  c: Connection,
  vault: KeyVault,
  policy: NewAccessPolicy,
  signal?: AbortSignal,
): Promise<KeyVault> => notYet(c, vault, policy, signal);
/** Removes one entry (`accessPolicies/remove`); answers with the vault as it is afterwards. */
export const removeAccessPolicy = (
  c: Connection,
  vault: KeyVault,
  policy: AccessPolicy,
  signal?: AbortSignal,
): Promise<KeyVault> => notYet(c, vault, policy, signal);
/** Names and identifiers of a vault's secrets from the control plane, where the vault itself refuses to list them. Never values. */
export const listSecretsThroughResourceManager = (
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): Promise<SecretInfo[]> => notYet(c, vault, signal);
