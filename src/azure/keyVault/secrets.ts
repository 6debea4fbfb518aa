import type { SecretProperties } from '@azure/keyvault-secrets';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { objectOf, parseJson, stringOf } from '../core/json';
import type { KeyVault, SecretInfo } from '../core/model';
import { objectsOf, requireSameOrigin } from '../core/request';
import { call, clientOf, requireName, requireVersion, serviceVersion, signalOption } from './vaultClient';
import { secretOf } from './vaultModel';

/** A page of at most 25. */
export interface SecretPage {
  readonly items: readonly SecretInfo[];
  /** Give it to the next call; absent on the last page. A page may be empty and not the last. */
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

/** A page of a vault's secrets, without values; needs the right to list only. @throws AzureError */
export async function listSecrets(
  c: Connection,
  vault: KeyVault,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> {
  return await readPage(c, vault, continuation ?? firstPage(vault, '/secrets'), signal);
}

/** A page of a secret's versions, in the service's order. @throws AzureError; RangeError for a name that can be none */
export async function listSecretVersions(
  c: Connection,
  vault: KeyVault,
  name: string,
  continuation?: string,
  signal?: AbortSignal,
): Promise<SecretPage> {
  requireName(name);
  return await readPage(c, vault, continuation ?? firstPage(vault, `/secrets/${name}/versions`), signal);
}

/** A secret value. @throws AzureError; RangeError for a name or version that can be none */
export async function getSecretValue(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<string> {
  requireName(name);
  requireVersion(version);
  return await call(signal, async () => {
    const secret = await clientOf(c, vault).sdk.getSecret(name, {
      ...(version === undefined ? {} : { version }),
      ...(signal ? { abortSignal: signal } : {}),
    });
    return secret.value ?? '';
  });
}

/** Makes a secret, or a new version of it. @throws AzureError; RangeError for a name that can be none */
export async function setSecret(
  c: Connection,
  vault: KeyVault,
  secret: NewSecret,
  signal?: AbortSignal,
): Promise<SecretInfo> {
  requireName(secret.name);
  return await call(signal, async () => {
    const { name, value, contentType, notBefore, expires, tags } = secret;
    const made = await clientOf(c, vault).sdk.setSecret(name, value, {
      ...(contentType === undefined ? {} : { contentType }),
      ...(notBefore ? { notBefore } : {}),
      ...(expires ? { expiresOn: expires } : {}),
      ...(tags ? { tags: { ...tags } } : {}),
      ...(signal ? { abortSignal: signal } : {}),
    });
    const info = secretOf(vault, wireFormOf(made.properties));
    if (!info)
      throw new AzureError(l10n.t('The vault answered with a secret of another vault.'), {
        code: 'BadAnswer',
      });
    return info;
  });
}

/** Whether a secret of this name was deleted and can be recovered. Never a value. @throws AzureError; RangeError for a name that can be none */
export async function isDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<boolean> {
  requireName(name);
  try {
    await call(signal, () => clientOf(c, vault).sdk.getDeletedSecret(name, signalOption(signal)));
    return true;
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    if (error.status === 404) return false;
    // A deleted secret that is disabled: it is there. A missing right has other words.
    if (/not permitted on this object/i.test(error.message)) return true;
    throw error;
  }
}

/** Takes a deleted secret back with all its versions; the vault shows it some seconds later. @throws AzureError; RangeError */
export async function recoverDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  requireName(name);
  // Not the SDK's poller, which reads the secret's value to see whether it is back.
  await call(signal, async () => {
    const request = createPipelineRequest({
      url: `${vault.vaultUri}/deletedsecrets/${name}/recover?api-version=${serviceVersion}`,
      method: 'POST',
      headers: createHttpHeaders({ Accept: 'application/json' }),
      ...signalOption(signal),
    });
    await clientOf(c, vault).pipeline.sendRequest(c.http, request);
  });
}

/** Enables a secret's current version, or the one that is named; its value is not read. @throws AzureError; RangeError */
export async function enableSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  version?: string,
  signal?: AbortSignal,
): Promise<void> {
  requireName(name);
  requireVersion(version);
  await call(signal, () =>
    clientOf(c, vault).sdk.updateSecretProperties(name, version ?? '', {
      enabled: true,
      ...signalOption(signal),
    }),
  );
}

function firstPage(vault: KeyVault, path: string): string {
  return `${vault.vaultUri}${path}?api-version=${serviceVersion}&maxresults=25`;
}

/** The SDK's own lists hide where the next page is and cannot be cancelled there; the request goes through its pipeline all the same. */
async function readPage(
  c: Connection,
  vault: KeyVault,
  url: string,
  signal: AbortSignal | undefined,
): Promise<SecretPage> {
  requireSameOrigin(url, vault.vaultUri);
  return await call(signal, async () => {
    const request = createPipelineRequest({
      url,
      headers: createHttpHeaders({ Accept: 'application/json' }),
      ...(signal ? { abortSignal: signal } : {}),
    });
    const response = await clientOf(c, vault).pipeline.sendRequest(c.http, request);
    const page = objectOf(parseJson(response.bodyAsText));
    const host = new URL(url).host;
    if (!Array.isArray(page['value']))
      throw new AzureError(l10n.t('The vault answered with no list.'), { code: 'BadAnswer', host });
    const items = objectsOf(page['value']).flatMap((item) => secretOf(vault, item) ?? []);
    const continuation = stringOf(page['nextLink']);
    if (continuation === undefined) return { items };
    requireSameOrigin(continuation, vault.vaultUri);
    return { items, continuation };
  });
}

/** As the SDK's answer was before the SDK read it. */
export function wireFormOf(properties: SecretProperties): JsonObject {
  const { id, contentType, tags, enabled, createdOn, updatedOn, notBefore, expiresOn } = properties;
  const attributes = { enabled, created: createdOn, updated: updatedOn, nbf: notBefore, exp: expiresOn };
  return { id, contentType, tags, attributes };
}

/** What can be changed of a version of a secret; what is absent stays. Key Vault takes no date away again. */
export interface SecretAttributes {
  readonly enabled?: boolean;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly contentType?: string;
  /** All of them: those that are there go. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Changes attributes of a version, or of the current one; its value is neither read nor written. @throws AzureError; RangeError */
export async function updateSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  version: string | undefined,
  attributes: SecretAttributes,
  signal?: AbortSignal,
): Promise<SecretInfo> {
  requireName(name);
  requireVersion(version);
  const { enabled, notBefore, expires, contentType, tags } = attributes;
  return await call(signal, async () => {
    const properties = await clientOf(c, vault).sdk.updateSecretProperties(name, version ?? '', {
      ...(enabled === undefined ? {} : { enabled }),
      ...(notBefore ? { notBefore } : {}),
      ...(expires ? { expiresOn: expires } : {}),
      ...(contentType === undefined ? {} : { contentType }),
      ...(tags ? { tags: { ...tags } } : {}),
      ...signalOption(signal),
    });
    const info = secretOf(vault, wireFormOf(properties));
    if (info) return info;
    throw new AzureError(l10n.t('The vault answered with a secret of another vault.'), { code: 'BadAnswer' });
  });
}
