import { SecretClient } from '@azure/keyvault-secrets';
import type { HttpMethods, Pipeline } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { Slot } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, parseJson, stringOf } from '../core/json';
import type { Page } from '../core/limits/paging';
import { repeatedPage } from '../core/limits/paging';
import type { KeyVault } from '../core/model';
import { addErrors, createPipeline, credentialOf } from '../core/pipeline';
import { failureOf, requireSameOrigin, rowsOf } from '../core/request';
import { scopeOf } from '../core/tokens/scopes';
import { isSecretName, isSecretVersion } from './secretUri';
import { UntrustedOriginError } from '../core/tokens/trust';

export const serviceVersion = '7.5' as const;

const pipelines = new Slot(() => new Map<string, Pipeline>());

/** The pipeline for a vault, cached so that the vault's challenge is answered only once. The SDK verifies the challenge's resource. */
function pipelineOf(c: Connection, vault: KeyVault, once: boolean): Pipeline {
  const kept = c.own(pipelines);
  const key = `${vault.vaultUri} ${vault.tenantId} ${once}`;
  let pipeline = kept.get(key);
  if (!pipeline) {
    pipeline = addErrors(createPipeline(c, { kind: 'vault', tenantId: vault.tenantId, once }));
    // The SDK adds its own policies for Key Vault to our pipeline, including the one that answers challenges.
    const options = { httpClient: c.http, pipeline, serviceVersion };
    new SecretClient(vault.vaultUri, vaultCredential(c, vault), options);
    kept.set(key, pipeline);
  }
  return pipeline;
}

export interface VaultRequest {
  readonly method: HttpMethods;
  /** e.g. `/secrets/name`, already encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: JsonObject;
  /** Never retry: the body would be out of date by then. */
  readonly once?: boolean | undefined;
}

/**
 * Sends a request to a vault. The SDK's own operations aren't used: they read properties of `null` where the vault doesn't
 * answer an object.
 * @returns the object that the vault answers; undefined if the response is empty
 * @throws AzureError; AbortError
 */
export async function callVault(
  c: Connection,
  vault: KeyVault,
  { method, path, body, once }: VaultRequest,
  signal: AbortSignal | undefined,
): Promise<JsonObject | undefined> {
  const url = `${vault.vaultUri}${path}?api-version=${serviceVersion}`;
  return await send(c, vault, { method, url, body, once, signal }).then(({ json }) => json);
}

/** The URL of the first page of a list. */
export function firstVaultPage(vault: KeyVault, path: string): string {
  return `${vault.vaultUri}${path}?api-version=${serviceVersion}&maxresults=25`;
}

/** Reads a page of a list. @throws AzureError; UntrustedOriginError for a link to another origin; AbortError */
export async function readVaultPage(
  c: Connection,
  vault: KeyVault,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Page<JsonObject>> {
  requireSameOrigin(url, vault.vaultUri);
  const { json, characters } = await send(c, vault, { method: 'GET', url, signal });
  const items = json?.['value'];
  if (!Array.isArray(items)) throw badAnswer(url, l10n.t("The vault's response isn't a list."));
  const next = stringOf(json?.['nextLink']);
  // The tree asks for one page at a time.
  if (next === url) throw repeatedPage();
  if (next !== undefined) requireSameOrigin(next, vault.vaultUri);
  return { items: rowsOf(items, (item) => (stringOf(item['id']) ? item : undefined)), next, characters };
}

async function send(
  c: Connection,
  vault: KeyVault,
  request: {
    readonly method: HttpMethods;
    readonly url: string;
    readonly body?: JsonObject | undefined;
    readonly once?: boolean | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{ readonly json: JsonObject | undefined; readonly characters: number }> {
  const { method, url, body, once = false, signal } = request;
  const headers = createHttpHeaders({ Accept: 'application/json' });
  if (body) headers.set('Content-Type', 'application/json');
  let text: string;
  try {
    const response = await pipelineOf(c, vault, once).sendRequest(
      c.http,
      createPipelineRequest({
        url,
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(signal ? { abortSignal: signal } : {}),
      }),
    );
    text = response.bodyAsText?.trim() ?? '';
  } catch (error) {
    throw failureOf(error, signal);
  }
  if (text === '') return { json: undefined, characters: 0 };
  const json = parseJson(text);
  if (!isObject(json)) throw badAnswer(url, l10n.t("The vault's response isn't an object."));
  return { json, characters: text.length };
}

function badAnswer(url: string, message: string): AzureError {
  return new AzureError(message, { code: 'BadAnswer', host: new URL(url).host });
}

/** Returns only tokens for this cloud's vaults, whatever scope and tenant the vault's challenge names. */
function vaultCredential(c: Connection, vault: KeyVault): Connection['credential'] {
  const allowed = scopeOf(c.cloud.vaultAudience);
  return {
    getToken(scopes, options) {
      const asked = [scopes].flat();
      const tenantId = options?.tenantId ?? vault.tenantId;
      const host = new URL(vault.vaultUri).host;
      if (asked.length !== 1 || asked[0] !== allowed) throw new UntrustedOriginError(host, 'foreign');
      if (![vault.tenantId, c.tenantId].some((known) => known.toLowerCase() === tenantId.toLowerCase())) {
        throw new AzureError(
          l10n.t('The vault requested a token for a different tenant than the one it belongs to.'),
          {
            code: 'WrongTenant',
            host,
          },
        );
      }
      return credentialOf(c).getToken(asked, { ...options, tenantId });
    },
  };
}

/** @throws RangeError */
export function requireName(name: string): void {
  if (!isSecretName(name)) throw new RangeError('Not a valid secret name.');
}

/** @throws RangeError */
export function requireVersion(version: string | undefined): void {
  if (version !== undefined && !isSecretVersion(version)) throw new RangeError('Not a valid secret version.');
}
