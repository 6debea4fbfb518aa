import { ClientSecretCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/core-auth';
import { signInWithAzureCli } from '../../../src/account/azureCli';
import { sandboxCloud } from '../../../src/account/sandboxRecord';
import { publicCloud, type Cloud } from '../../../src/azure/core/cloud';
import { Connection } from '../../../src/azure/core/connection';
import { createTransport, type Transport } from '../../../src/azure/core/transport';
import { TrustRegistry } from '../../../src/azure/core/tokens/trust';
import type { SandboxReady } from '../../support/sandbox';
import { sandboxClock } from '../../support/sandboxClock';
import { control } from '../../support/sandboxClient';
import type { Recorder } from './recorder';

/** How a connection is recorded, and what gets the tokens, which no recording may contain. */
export interface Recording {
  readonly recorder: Recorder;
  readonly learnSecret: (value: string) => void;
}

/** A connection to a sandbox as its automation application. Its waits are short, and take the sandbox's clock along. */
export async function connectToSandbox(ready: SandboxReady, recording: Recording): Promise<Connection> {
  await control(ready, 'PATCH', '/settings', { vaultRegistrationMs: 500 });
  recording.learnSecret(ready.clientSecret);
  recording.learnSecret(ready.userPassword);
  recording.learnSecret(ready.controlSecret);
  const cloud = await sandboxCloud(ready);
  const credential = new ClientSecretCredential(ready.tenantId, ready.clientId, ready.clientSecret, {
    authorityHost: ready.authorityUrl,
    disableInstanceDiscovery: true,
    httpClient: createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }) }),
  });
  const { http, ...parts } = partsOf(cloud, credential, recording);
  return new Connection({
    ...{ ...parts, accountId: 'sandbox/conformance', tenantId: ready.tenantId },
    ...{ http: hasty(http), clock: sandboxClock(ready) },
  });
}

/** Makes the SDK's pollers ask again after a second, since they don't wait by the connection's clock. */
function hasty(inner: Transport): Transport {
  return {
    trust: inner.trust,
    async sendRequest(request) {
      const response = await inner.sendRequest(request);
      if (response.status < 300) response.headers.set('retry-after', '1');
      return response;
    },
  };
}

/**
 * A connection to Azure's public cloud as the account of `az login`.
 * @param tenantId the tenant of the Azure CLI's default subscription if absent
 */
export async function connectToAzure(
  recording: Recording,
  signal: AbortSignal,
  tenantId?: string,
): Promise<Connection> {
  const session = await signInWithAzureCli(publicCloud, signal);
  const tenant = tenantId ?? session.homeTenantId;
  if (tenant === undefined) throw new Error("The Azure CLI didn't name a tenant. Use --tenant.");
  const parts = partsOf(publicCloud, session.credential(tenant), recording);
  return new Connection({ ...parts, accountId: 'azureCli/conformance', tenantId: tenant });
}

function partsOf(cloud: Cloud, credential: TokenCredential, { recorder, learnSecret }: Recording) {
  const http = createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }) });
  const observed: TokenCredential = {
    async getToken(scopes, options) {
      const token = await credential.getToken(scopes, options);
      if (token) learnSecret(token.token);
      return token;
    },
  };
  return { cloud, http: recorder.recording(http), credential: observed };
}
