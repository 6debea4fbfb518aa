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

/** The sandbox's application ID for Keyless. It doesn't exist in real tenants. */
const keylessClientId = '6b65796c-6573-4000-8000-73616e64626f';

/** What the user needs to sign in to the sandbox. */
export interface SandboxPrompt {
  /** The page to open, with the code filled in. */
  readonly url: string;
  readonly userCode: string;
  readonly userName: string;
  /** Secret value, valid only for this run of the sandbox. */
  readonly password: string;
}

export interface SandboxSignIn {
  /** Shows how to sign in. Signing in continues in the background. */
  readonly prompt: (prompt: SandboxPrompt) => void;
  readonly report: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts or attaches to this user's sandbox and signs in with a device code.
 * @throws AccountError if the sandbox doesn't start
 */
export async function signInToSandbox(surroundings: Surroundings, signIn: SandboxSignIn): Promise<Session> {
  signIn.report(l10n.t('Starting the sandbox'));
  const handle = await startSandbox(surroundings, signIn.signal);
  try {
    const cache = new TokenCache(surroundings.secrets, runOf(handle.record));
    const credential = await credentialOf(handle, cache, surroundings, ({ verificationUri, userCode }) => {
      const { userName, userPassword: password } = handle.record;
      signIn.report(l10n.t('Waiting for you to sign in as {0}', userName));
      signIn.prompt({ url: signInUrl(handle, verificationUri), userCode, userName, password });
    });
    const { serializeAuthenticationRecord } = await import('@azure/identity');
    const scope = scopeOf(handle.cloud.resourceManagerAudience);
    const record = await credential.authenticate(scope, { abortSignal: signIn.signal, enableCae: true });
    if (!record) throw new AccountError(l10n.t("The sandbox didn't return an account"));
    await cache.keepAuthenticationRecord(serializeAuthenticationRecord(record));
    return sessionOf(handle, record.username, credential, cache, surroundings);
  } catch (error) {
    handle.release();
    signIn.signal.throwIfAborted();
    throw error;
  }
}

/** The session in the running sandbox, if there is one and someone has signed in to it. Never prompts. */
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
  // Never called: a credential that has an authentication record doesn't prompt.
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
      device.catch(() => undefined); // callers of getToken get the error
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

/** MSAL caches tokens with and without continuous access evaluation separately. Keyless only requests the first kind. */
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
      l10n.t('The sandbox requires you to sign in again'),
      l10n.t('Select Start Sandbox to sign in.'),
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
  // The plugin applies to the whole module, so it's set right before the credential that should use this cache.
  useIdentityPlugin(cachePlugin(cache));
  return new DeviceCodeCredential({
    tenantId,
    clientId: keylessClientId,
    authorityHost: record.authorityUrl,
    disableInstanceDiscovery: true,
    // After signing in, the user is prompted again only when they choose to sign in.
    disableAutomaticAuthentication: true,
    tokenCachePersistenceOptions: { enabled: true, name: 'keyless-sandbox' },
    // MSAL looks for a token of the record's tenant first, whichever tenant is requested, so each tenant has its own
    // credential.
    ...(known === undefined
      ? {}
      : { authenticationRecord: { ...deserializeAuthenticationRecord(known), tenantId } }),
    userPromptCallback: prompt,
    httpClient: await authorityClient(cloud, log),
  });
}

/** An HTTP client that trusts the sandbox's CA, for the sandbox's own endpoints only. */
async function authorityClient(cloud: Cloud, log: (line: string) => void): Promise<HttpClient> {
  const [{ createTransport }, { TrustRegistry }] = await Promise.all([
    import('../azure/core/transport'),
    import('../azure/core/trust'),
  ]);
  return createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }), log });
}

/** The part of @azure/identity's plugin context (plugins/provider.ts there) that sets the cache. */
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

/** The sign-in page opens in a browser, so it has to be the one that the record names. */
function signInUrl({ record }: SandboxHandle, verificationUri: string): string {
  const page = new URL(record.signInPageUrl);
  if (URL.parse(verificationUri)?.origin === page.origin) return verificationUri;
  throw new AccountError(l10n.t("The sandbox returned a sign-in page that isn't its own"));
}
