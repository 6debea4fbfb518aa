import type { Connection } from './connection';
import type { KeyVault, SecretInfo } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

/** A page of at most 25. */
export interface SecretPage {
  readonly items: readonly SecretInfo[];
  /** Give it to the next call; absent on the last page. */
  readonly continuation?: string;
}

export interface NewSecret {
  readonly name: string;
  /** Secret value. */
  readonly value: string;
  readonly contentType?: string;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly tags?: Readonly<Record<string, string>>;
}

export const listSecrets = (
  c: Connection,
  vault: KeyVault,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> => notYet(c, vault, continuation, signal);
export const listSecretVersions = (
  c: Connection,
  vault: KeyVault,
  name: string,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> => notYet(c, vault, name, continuation, signal);
/** A secret value. */
export const getSecretValue = (
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<string> => notYet(c, vault, name, version, signal);
/** Makes a secret, or a new version of it. */
export const setSecret = (
  c: Connection,
  vault: KeyVault,
  secret: NewSecret,
  signal?: AbortSignal,
): Promise<SecretInfo> => notYet(c, vault, secret, signal);
