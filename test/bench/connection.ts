import { ClientSecretCredential } from '@azure/identity';
import { sandboxCloud } from '../../src/account/sandboxRecord';
import { Connection } from '../../src/azure/core/connection';
import { createTransport } from '../../src/azure/core/transport';
import { TrustRegistry } from '../../src/azure/core/tokens/trust';
import type { SandboxReady } from '../support/sandbox';

/** Connects to a sandbox with Keyless's own HTTP client, signed in as the sandbox's automation application. */
export async function connectTo(ready: SandboxReady): Promise<Connection> {
  const cloud = await sandboxCloud(ready);
  const http = createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }) });
  const credential = new ClientSecretCredential(ready.tenantId, ready.clientId, ready.clientSecret, {
    authorityHost: ready.authorityUrl,
    disableInstanceDiscovery: true,
    httpClient: http,
  });
  return new Connection({ accountId: 'sandbox/bench', tenantId: ready.tenantId, cloud, credential, http });
}
