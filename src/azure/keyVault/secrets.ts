import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError, isAbsence } from '../core/errors';
import type { JsonObject } from '../core/json';
import type { KeyVault, SecretInfo } from '../core/model';
import type { Page } from '../core/limits/paging';
import { allItems, pagesOf } from '../core/limits/paging';
import type { VaultRequest } from './vaultClient';
import { callVault, firstVaultPage, readVaultPage, requireName, requireVersion } from './vaultClient';
import { secretOf } from './vaultModel';

/** A page of at most 25 items. */
export interface SecretPage {
  readonly items: readonly SecretInfo[];
  /** Pass it to the next call; absent on the last page. A page can be empty without being the last one. */
  readonly continuation?: string;
}

export interface NewSecret {
  readonly name: string;
  /** The secret value. */
  readonly value: string;
  readonly contentType?: string;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A page of a vault's secrets without their values, so it needs only the list permission. @throws AzureError */
export async function listSecrets(
  c: Connection,
  vault: KeyVault,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> {
  return pageOf(await readPage(c, vault, continuation ?? firstVaultPage(vault, '/secrets'), signal));
}

/** A page of a secret's versions in the service's order. @throws AzureError; RangeError for an invalid name */
export async function listSecretVersions(
  c: Connection,
  vault: KeyVault,
  name: string,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> {
  requireName(name);
  const first = firstVaultPage(vault, `/secrets/${name}/versions`);
  return pageOf(await readPage(c, vault, continuation ?? first, signal));
}

function pageOf({ items, next }: Page<SecretInfo>): SecretPage {
  return { items, ...(next === undefined ? {} : { continuation: next }) };
}

/** The pages of all secrets of a vault, without their values. @throws AzureError */
export function pagesOfSecrets(
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): AsyncGenerator<readonly SecretInfo[], void, undefined> {
  return pagesOf(c, (link) => readPage(c, vault, link ?? firstVaultPage(vault, '/secrets'), signal), signal);
}

/** All secrets of a vault, without their values. @throws AzureError */
export async function listAllSecretsOfVault(
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): Promise<SecretInfo[]> {
  const first = firstVaultPage(vault, '/secrets');
  return await allItems(c, (link) => readPage(c, vault, link ?? first, signal), signal);
}

/** All versions of a secret in the service's order, without their values. @throws AzureError; RangeError for an invalid name */
export async function listAllSecretVersions(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<SecretInfo[]> {
  requireName(name);
  const first = firstVaultPage(vault, `/secrets/${name}/versions`);
  return await allItems(c, (link) => readPage(c, vault, link ?? first, signal), signal);
}

/**
 * A version of a secret, or the newest ones, without their values. Several are the newest if they were created in the same
 * second, because the order of the service's list isn't documented.
 * @throws AzureError `SecretNotFound` if there is none; RangeError for an invalid name
 */
export async function findSecretVersions(
  c: Connection,
  vault: KeyVault,
  name: string,
  version: string | undefined,
  signal?: AbortSignal,
): Promise<readonly [SecretInfo, ...SecretInfo[]]> {
  const versions = await listAllSecretVersions(c, vault, name, signal);
  const created = ({ created: date }: SecretInfo) => date?.getTime() ?? 0;
  const last = versions.reduce((latest, one) => Math.max(latest, created(one)), 0);
  const [first, ...others] = versions.filter((one) =>
    version === undefined ? created(one) === last : one.version === version,
  );
  if (first) return [first, ...others];
  throw new AzureError(l10n.t('The secret {0} or its version no longer exists.', name), {
    code: 'SecretNotFound',
    host: new URL(vault.vaultUri).host,
  });
}

/** A secret value. @throws AzureError; RangeError for an invalid name or version */
export async function getSecretValue(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<string> {
  requireName(name);
  requireVersion(version);
  const answer = await callVault(c, vault, { method: 'GET', path: pathOfVersion(name, version) }, signal);
  const value = answer?.['value'];
  if (typeof value === 'string') return value;
  throw new AzureError(l10n.t("The vault's response doesn't contain a value."), {
    code: 'BadAnswer',
    host: new URL(vault.vaultUri).host,
  });
}

/** Creates a secret or a new version of it. @throws AzureError; RangeError for an invalid name */
export async function setSecret(
  c: Connection,
  vault: KeyVault,
  secret: NewSecret,
  signal?: AbortSignal,
): Promise<SecretInfo> {
  requireName(secret.name);
  const { name, value, ...attributes } = secret;
  const body = { value, ...bodyOf(attributes) };
  return await write(c, vault, { method: 'PUT', path: `/secrets/${name}`, body }, signal);
}

/** Whether a secret with this name is soft-deleted. @throws AzureError; RangeError for an invalid name */
export async function isDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<boolean> {
  requireName(name);
  try {
    await callVault(c, vault, { method: 'GET', path: `/deletedsecrets/${name}` }, signal);
    return true;
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    if (isAbsence(error)) return false;
    // The deleted secret exists but is disabled: both answers are recorded in azure-sdk-for-js, SecretDisabled in 2021 (can
    // update a disabled secret) and the message, with AccessDenied, in 2020 (can't get a disabled secret).
    if (error.innerCode === 'SecretDisabled' || /not permitted on this object/i.test(error.message))
      return true;
    throw error;
  }
}

/** Recovers a soft-deleted secret with all its versions; the vault shows it a few seconds later. @throws AzureError; RangeError */
export async function recoverDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  requireName(name);
  // The SDK's poller would read the secret's value to find out whether the recovery is complete.
  await callVault(c, vault, { method: 'POST', path: `/deletedsecrets/${name}/recover` }, signal);
}

/** Enables a version of a secret, by default the current one, without reading its value. @throws AzureError; RangeError */
export async function enableSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<void> {
  await updateSecret(c, vault, name, version, { enabled: true }, { signal });
}

async function readPage(
  c: Connection,
  vault: KeyVault,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Page<SecretInfo>> {
  const { items, next, characters } = await readVaultPage(c, vault, url, signal);
  return { items: items.flatMap((item) => secretOf(vault, item) ?? []), next, characters };
}

/** The attributes of a secret version to change; absent ones stay the same. Key Vault can't remove a date once it's set. */
export interface SecretAttributes {
  readonly enabled?: boolean;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly contentType?: string;
  /** Replaces all existing tags. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Changes attributes of a version or of the current one, without reading or writing its value.
 * @param once never retry, because the attributes would be out of date by then
 * @throws AzureError; RangeError
 */
export async function updateSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  version: string | undefined,
  attributes: SecretAttributes,
  { signal, once }: { readonly signal?: AbortSignal | undefined; readonly once?: boolean } = {},
): Promise<SecretInfo> {
  requireName(name);
  requireVersion(version);
  const path = pathOfVersion(name, version);
  const request = { method: 'PATCH', path, body: bodyOf(attributes), once } as const;
  return await write(c, vault, request, signal);
}

/** The current version has an empty name here, as in the SDK's requests. */
function pathOfVersion(name: string, version = ''): string {
  return `/secrets/${name}/${version}`;
}

/**
 * The request body for attributes. `@azure/keyvault-secrets` 4.12.0 isn't used to write them because it computes dates with
 * `| 0` (`secretAttributesSerializer` in its `models.js`), which sends those after 2038-01-19T03:14:07Z as negative numbers.
 */
function bodyOf({ enabled, notBefore, expires, contentType, tags }: SecretAttributes): JsonObject {
  const attributes = {
    ...(enabled === undefined ? {} : { enabled }),
    ...(notBefore ? { nbf: secondsOf(notBefore) } : {}),
    ...(expires ? { exp: secondsOf(expires) } : {}),
  };
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags ? { tags } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

/** Seconds since 1970, as Key Vault's `IntDate` requires. */
function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

async function write(
  c: Connection,
  vault: KeyVault,
  request: VaultRequest,
  signal: AbortSignal | undefined,
): Promise<SecretInfo> {
  const info = secretOf(vault, (await callVault(c, vault, request, signal)) ?? {});
  if (info) return info;
  throw new AzureError(l10n.t('The vault returned a secret of another vault.'), { code: 'BadAnswer' });
}
