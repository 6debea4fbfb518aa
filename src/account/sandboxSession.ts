import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { DeviceCodeCredential, DeviceCodeInfo } from '@azure/identity';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../azure/core/cloud';
import { scopeOf, serviceOf } from '../azure/core/tokens/scopes';
import { AccountError } from './accountError';
import type { SandboxHandle } from './sandboxProcess';
import { attachToRunning, startSandbox } from './sandboxProcess';
import { runOf } from './sandboxRecord';
import type { Account, SandboxSignIn, Session, Surroundings, TenantSignIn } from './session';
import { authorityClient } from './authorityClient';
import type { CachePlugin } from './tokenCache';
import { TokenCache } from './tokenCache';

/** The sandbox's application ID for Keyless. It doesn't exist in real tenants. */
const keylessClientId = '6b65796c-6573-4000-8000-73616e64626f';

/**
 * Starts or attaches to this user's sandbox and signs in with a device code: on the sandbox's page if `signIn` can show
 * how, and by itself otherwise.
 * @throws AccountError if the sandbox doesn't start
 */
export async function signInToSandbox(surroundings: Surroundings, signIn: SandboxSignIn): Promise<Session> {
  signIn.report(l10n.t('Starting the sandbox'));
  const handle = await startSandbox(surroundings, signIn.signal);
  try {
    const cache = new TokenCache(surroundings.secrets, runOf(handle.record));
    // Someone who has signed in already would be signed in without the page.
    if (signIn.prompt) await cache.erase();
    const scope = scopeOf(handle.cloud.resourceManagerAudience);
    const credentialWith = (prompt: ShowCode) => credentialOf(handle, cache, surroundings, prompt);
    const { credential, record } = await authenticate(handle, signIn, credentialWith, scope);
    const { serializeAuthenticationRecord } = await import('@azure/identity');
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
  return new SandboxSession(handle, userName, home, cache, (tenantId, prompt = asksNobody) =>
    credentialOf(handle, cache, surroundings, prompt, tenantId),
  );
}

type ShowCode = (info: DeviceCodeInfo) => void;

/** Signs in with a code, which the user enters on the sandbox's page, or which the sandbox approves by itself. */
async function authenticate(
  handle: SandboxHandle,
  { prompt, report, signal }: SandboxSignIn,
  credentialWith: (showCode: ShowCode) => Promise<DeviceCodeCredential>,
  scope: string,
  claims: { readonly claims?: string } = {},
) {
  const failed = new AbortController();
  const credential = await credentialWith(({ verificationUri, userCode }) => {
    const { userName, userPassword: password } = handle.record;
    if (prompt) {
      report(l10n.t('Waiting for you to sign in as {0}', userName));
      prompt({ url: signInUrl(handle, verificationUri), userCode, userName, password });
    } else {
      report(l10n.t('Signing in as {0}', userName));
      handle.approve(userCode, signal).catch((error: unknown) => {
        failed.abort(error);
      });
    }
  });
  const abortSignal = AbortSignal.any([signal, failed.signal]);
  try {
    return {
      credential,
      record: await credential.authenticate(scope, { abortSignal, enableCae: true, ...claims }),
    };
  } catch (error) {
    failed.signal.throwIfAborted();
    throw error;
  }
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
    private readonly ofTenant: (tenantId: string, prompt?: ShowCode) => Promise<DeviceCodeCredential>,
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
      tokens = {
        getToken: async (scopes, options) => this.tokenOf(await device, tenantId, scopes, options),
      };
      this.tokens.set(tenantId, tokens);
    }
    return tokens;
  }

  /** Prompts only if Entra ID requires it; a token that a service refused is replaced without asking. */
  async signInToTenant(
    tenantId = this.homeTenantId,
    { scope = scopeOf(this.cloud.resourceManagerAudience), claims, withCode }: TenantSignIn,
  ): Promise<void> {
    await withCode((signIn) =>
      authenticate(
        this.handle,
        signIn,
        (showCode) => this.ofTenant(tenantId, showCode),
        scope,
        claims === undefined ? {} : { claims },
      ),
    );
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

  /** MSAL caches tokens with and without continuous access evaluation separately. Keyless only requests the first kind. */
  private async tokenOf(
    credential: DeviceCodeCredential,
    tenantId: string,
    scopes: string | string[],
    options: GetTokenOptions = {},
  ): Promise<AccessToken> {
    const { AuthenticationRequiredError } = await import('@azure/identity');
    try {
      return await credential.getToken(scopes, { ...options, enableCae: true });
    } catch (error) {
      if (!(error instanceof AuthenticationRequiredError)) throw error;
      const [scope = ''] = [scopes].flat();
      const claims = options.claims === undefined ? {} : { claims: options.claims };
      throw signInNeeded(tenantId, scope, serviceOf(this.cloud, scope), claims);
    }
  }
}

/** @param service the name of the service that the scope is for; undefined for Resource Manager */
function signInNeeded(
  tenantId: string,
  scope: string,
  service: string | undefined,
  claims: { readonly claims?: string },
): AccountError {
  return new AccountError(
    service
      ? l10n.t('The sandbox requires you to sign in or give consent for {0}', service)
      : l10n.t('The sandbox requires you to sign in again'),
    l10n.t('Select Sign In.'),
    {
      title: l10n.t('Sign In'),
      command: 'keyless.signInToTenant',
      arguments: [{ tenant: { tenantId }, scope, ...claims }],
    },
  );
}

async function credentialOf(
  { record, cloud }: SandboxHandle,
  cache: TokenCache,
  { log }: Surroundings,
  prompt: ShowCode,
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
