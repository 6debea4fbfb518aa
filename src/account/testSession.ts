import type { TokenCredential } from '@azure/core-auth';
import type { Cloud } from '../azure/core/cloud';
import { AccountError } from './accountError';
import { authorityClient } from './authorityClient';
import type { SandboxRecord } from './sandboxRecord';
import { readSandboxRecord, sandboxCloud } from './sandboxRecord';
import type { Account, Session } from './session';

/**
 * Signs in with the sandbox's client-credentials app, for the integration suite.
 * @param readyFile written by a running sandbox
 */
export async function signInForTests(readyFile: string): Promise<Session> {
  const record = await readSandboxRecord(readyFile);
  if (!record) throw new AccountError(`The sandbox that wrote ${readyFile} isn't running`);
  const cloud = await sandboxCloud(record);
  return new TestSession(record, cloud, await credentialOf(record, cloud));
}

class TestSession implements Session {
  readonly account: Account;
  readonly homeTenantId: string;

  constructor(
    record: SandboxRecord,
    readonly cloud: Cloud,
    private readonly tokens: TokenCredential,
  ) {
    this.account = { kind: 'sandbox', id: record.clientId, label: 'Keyless automation' };
    this.homeTenantId = record.tenantId;
  }

  credential(): TokenCredential {
    return this.tokens;
  }

  async signOut(): Promise<void> {
    // Nothing was stored.
  }

  dispose(): void {
    // The test that started the sandbox ends it.
  }
}

async function credentialOf(record: SandboxRecord, cloud: Cloud): Promise<TokenCredential> {
  const { ClientSecretCredential } = await import('@azure/identity');
  const { tenantId, clientId, clientSecret, authorityUrl } = record;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: authorityUrl,
    disableInstanceDiscovery: true,
    httpClient: await authorityClient(cloud),
  });
  // A field of this credential is the client secret, which printing the connection would show.
  return { getToken: (scopes, options) => credential.getToken(scopes, options) };
}
