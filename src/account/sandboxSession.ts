import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { DeviceCodeCredential, DeviceCodeInfo } from '@azure/identity';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../azure/core/cloud';
import { scopeOf } from '../azure/core/scopes';
import { AccountError } from './accountError';
import type { SandboxHandle } from './sandboxProcess';
import { attachToRunning, startSandbox } from './sandboxProcess';
import { runOf } from './sandboxRecord';
import type { Account, Session, Surroundings } from './session';
import type { CachePlugin } from './tokenCache';
import { TokenCache } from './tokenCache';

/** Keyless as the sandbox knows it; real tenants know no such application. */
const keylessClientId = '6b65796c-6573-4000-8000-73616e64626f';

/** What a person needs to sign in to the sandbox. */
export interface SandboxPrompt {
  /** Page to open; the code is filled in. */
  readonly url: string;
  readonly userCode: string;
  readonly userName: string;
  /** Secret value, of this run of the sandbox only. */
  readonly password: string;
}

export interface SandboxSignIn {
  /** Shows how to sign in; signing in goes on meanwhile. */
  readonly prompt: (prompt: SandboxPrompt) => void;
  readonly report: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts this user's sandbox, or attaches to it, and signs in with a device code.
 * @throws AccountError where it does not start
 */
export async function signInToSandbox(surroundings: Surroundings, signIn: SandboxSignIn): Promise<Session> {
  signIn.report(l10n.t('Starting the sandbox'));
  const handle = await startSandbox(surroundings, signIn.signal);
  try {
    const cache = new TokenCache(surroundings.secrets, runOf(handle.record));
    const credential = await credentialOf(handle, cache, surroundings, ({ verificationUri, userCode }) => {
      const { userName, userPassword: password } = handle.record;
      signIn.report(l10n.t('Waiting until you have signed in as {0}', userName));
      signIn.prompt({ url: signInUrl(handle, verificationUri), userCode, userName, password });
    });
    const { serializeAuthenticationRecord } = await import('@azure/identity');
    const scope = scopeOf(handle.cloud.resourceManagerAudience);
    const record = await credential.authenticate(scope, { abortSignal: signIn.signal, enableCae: true });
    if (!record) throw new AccountError(l10n.t('The sandbox gave no account'));
    await cache.keepAuthenticationRecord(serializeAuthenticationRecord(record));
    return sessionOf(handle, record.username, credential, cache, surroundings);
  } catch (error) {
    handle.release();
    signIn.signal.throwIfAborted();
    throw error;
  }
}

/** The session of this run of the sandbox, if it still runs and somebody signed in to it; asks nothing. */
export async function restoreSandbox(
  account: Account,
  surroundings: Surroundings,
): Promise<Session | undefined> {
  const handle = await attachToRunning(surroundings);
  if (!handle) return undefined;
  const cache = new TokenCache(surroundings.secrets, runOf(handle.record));
  if ((await cache.authenticationRecord()) === undefined) {
    handle.release();
    return undefined;
  }
  const credential = await credentialOf(handle, cache, surroundings, asksNobody);
  return sessionOf(handle, account.label, credential, cache, surroundings);
}

function sessionOf(
  handle: SandboxHandle,
  userName: string,
  home: DeviceCodeCredential,
  cache: TokenCache,
  surroundings: Surroundings,
): Session {
  return new SandboxSession(handle, userName, home, cache, (tenantId) =>
    credentialOf(handle, cache, surroundings, asksNobody, tenantId),
  );
}

function asksNobody(): void {
  // Never reached: a credential with an authentication record asks nobody.
}

class SandboxSession implements Session {
  readonly account: Account;
  readonly cloud: Cloud;
  readonly homeTenantId: string;
  readonly ended: Promise<void>;
  private readonly tokens = new Map<string, TokenCredential>();

  constructor(
    private readonly handle: SandboxHandle,
    userName: string,
    private readonly home: DeviceCodeCredential,
    private readonly cache: TokenCache,
    private readonly ofTenant: (tenantId: string) => Promise<DeviceCodeCredential>,
  ) {
    this.account = { kind: 'sandbox', id: userName, label: userName };
    this.cloud = handle.cloud;
    this.homeTenantId = handle.record.tenantId;
    this.ended = handle.ended;
  }

  credential(tenantId = this.homeTenantId): TokenCredential {
    let tokens = this.tokens.get(tenantId);
    if (!tokens) {
      const device = tenantId === this.homeTenantId ? Promise.resolve(this.home) : this.ofTenant(tenantId);
      device.catch(() => undefined); // whoever asks for a token gets the error
      tokens = { getToken: async (scopes, options) => tokenOf(await device, scopes, options) };
      this.tokens.set(tenantId, tokens);
    }
    return tokens;
  }

  stop(): Promise<void> {
    return this.handle.stop();
  }

  async signOut(): Promise<void> {
    await this.cache.erase();
  }

  dispose(): void {
    this.handle.release();
  }
}

/** MSAL keeps tokens with and without continuous access evaluation apart; only the first kind is ever asked for here. */
async function tokenOf(
  credential: DeviceCodeCredential,
  scopes: string | string[],
  options: GetTokenOptions = {},
): Promise<AccessToken> {
  const { AuthenticationRequiredError } = await import('@azure/identity');
  try {
    return await credential.getToken(scopes, { ...options, enableCae: true });
  } catch (error) {
    if (!(error instanceof AuthenticationRequiredError)) throw error;
    throw new AccountError(
      l10n.t('The sandbox wants you to sign in again'),
      l10n.t('Choose Start Sandbox to do so.'),
      {
        title: l10n.t('Start Sandbox'),
        command: 'keyless.startSandbox',
      },
    );
  }
}

async function credentialOf(
  { record, cloud }: SandboxHandle,
  cache: TokenCache,
  { log }: Surroundings,
  prompt: (info: DeviceCodeInfo) => void,
  tenantId = record.tenantId,
): Promise<DeviceCodeCredential> {
  const { DeviceCodeCredential, deserializeAuthenticationRecord, useIdentityPlugin } =
    await import('@azure/identity');
  const known = await cache.authenticationRecord();
  // The plugin is of the whole module: the credential made right after is the one that takes this cache.
  useIdentityPlugin(cachePlugin(cache));
  return new DeviceCodeCredential({
    tenantId,
    clientId: keylessClientId,
    authorityHost: record.authorityUrl,
    disableInstanceDiscovery: true,
    // Once signed in, a person is asked again only when they choose to.
    disableAutomaticAuthentication: true,
    tokenCachePersistenceOptions: { enabled: true, name: 'keyless-sandbox' },
    // MSAL looks for a token of the record's tenant first, whatever tenant is asked for: each has a credential of its own.
    ...(known === undefined
      ? {}
      : { authenticationRecord: { ...deserializeAuthenticationRecord(known), tenantId } }),
    userPromptCallback: prompt,
    httpClient: await authorityClient(cloud, log),
  });
}

/** Knows the sandbox's CA and loopback, for the sandbox's own endpoints and no other. */
async function authorityClient(cloud: Cloud, log: (line: string) => void): Promise<HttpClient> {
  const [{ createTransport }, { TrustRegistry }] = await Promise.all([
    import('../azure/core/transport'),
    import('../azure/core/trust'),
  ]);
  return createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }), log });
}

/** The part of @azure/identity's plugin context (plugins/provider.ts there) that caches are set through. */
interface PluginContext {
  readonly cachePluginControl: {
    setPersistence(factory: (options?: { name?: string }) => Promise<CachePlugin>): void;
  };
}

function cachePlugin(cache: TokenCache) {
  return (context: unknown) => {
    (context as PluginContext).cachePluginControl.setPersistence((options) =>
      Promise.resolve(cache.plugin(options?.name ?? '')),
    );
  };
}

/** The page is opened in a browser: only if it is the one that the record names. */
function signInUrl({ record }: SandboxHandle, verificationUri: string): string {
  const page = new URL(record.signInPageUrl);
  if (URL.parse(verificationUri)?.origin === page.origin) return verificationUri;
  throw new AccountError(l10n.t('The sandbox named a sign-in page that is not its own'));
}
