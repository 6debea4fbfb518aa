import { SecretClient } from '@azure/keyvault-secrets';
import type { Pipeline } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { Slot } from '../core/connection';
import { AzureError } from '../core/errors';
import type { KeyVault } from '../core/model';
import { addErrors, createPipeline, credentialOf } from '../core/pipeline';
import { failureOf } from '../core/request';
import { scopeOf } from '../core/scopes';
import { isSecretName, isSecretVersion } from './secretUri';
import { UntrustedOriginError } from '../core/trust';

export const serviceVersion = '7.5' as const;

export function signalOption(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {};
}

/** The client of a vault and the pipeline it uses. */
interface VaultClient {
  readonly sdk: SecretClient;
  readonly pipeline: Pipeline;
}

const vaultClients = new Slot(() => new Map<string, VaultClient>());

/** The SDK's client for a vault, cached so that the vault's challenge is answered only once. The SDK verifies the challenge's resource. */
export function clientOf(c: Connection, vault: KeyVault): VaultClient {
  const clients = c.own(vaultClients);
  const key = `${vault.vaultUri} ${vault.tenantId}`;
  let client = clients.get(key);
  if (!client) {
    const pipeline = addErrors(createPipeline(c, { kind: 'vault' }));
    // The SDK adds its own policies for Key Vault to our pipeline, including the one that answers challenges.
    const options = { httpClient: c.http, pipeline, serviceVersion };
    client = { sdk: new SecretClient(vault.vaultUri, vaultCredential(c, vault), options), pipeline };
    clients.set(key, client);
  }
  return client;
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

/** Runs an SDK call. @throws AzureError; AbortError */
export async function call<T>(signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw failureOf(error, signal);
  }
}

/** @throws RangeError */
export function requireVersion(version: string | undefined): void {
  if (version !== undefined && !isSecretVersion(version)) throw new RangeError('Not a valid secret version.');
}
