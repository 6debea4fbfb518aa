import { createPipelineRequest } from '@azure/core-rest-pipeline';
import type { Connection } from '../core/connection';
import { serviceVersion } from './vaultClient';

/** How long to wait for a vault's challenge, in milliseconds. */
const patience = 10_000;

/**
 * The tenant whose tokens a vault accepts. Its challenge to a request without a token names it: `Bearer
 * authorization="https://login.microsoftonline.com/TENANT", resource="https://vault.azure.net"` (recorded by
 * Azure/azure-cli, test_keyvault_secret). Asks only hosts of the connection's cloud.
 * @returns undefined if the vault can't be reached or its challenge doesn't name a tenant
 * @throws only when canceled
 */
export async function tenantOfVault(
  c: Connection,
  vaultUri: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!c.http.trust.knows(vaultUri, 'vault')) return undefined;
  const url = `${vaultUri}/secrets?api-version=${serviceVersion}`;
  const request = createPipelineRequest({ url, method: 'GET', timeout: patience, abortSignal: signal });
  try {
    const { headers } = await c.http.sendRequest(request);
    const challenge = headers.get('www-authenticate') ?? '';
    return /\bauthorization="https:\/\/[^/"]+\/([0-9a-f-]{36})\/?"/i.exec(challenge)?.[1]?.toLowerCase();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
