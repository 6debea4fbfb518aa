import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../azure/core/cloud';
import { scopeOf, serviceOf } from '../azure/core/tokens/scopes';
import { withoutSecretForms } from '../azure/core/secrets/secretText';
import { AccountError } from './accountError';
import type { Account, Session, TenantSignIn } from './session';

/**
 * Signs in with the account that the Azure CLI uses on the machine where this extension runs.
 * @throws AccountError if the CLI is missing or signed out
 */
export async function signInWithAzureCli(cloud: Cloud, signal?: AbortSignal): Promise<Session> {
  const user = await activeUser();
  if (!user) throw signedOut();
  const session = new AzureCliSession(cloud, user);
  // Verifies that the CLI is installed and its sign-in is still valid.
  await session
    .credential(undefined)
    .getToken(scopeOf(cloud.resourceManagerAudience), signal ? { abortSignal: signal } : {});
  return session;
}

/** The session of a remembered account, if the CLI is still signed in with it. Doesn't start a process. */
export async function restoreAzureCli(cloud: Cloud, account: Account): Promise<Session | undefined> {
  const user = await activeUser();
  return user?.name === account.id ? new AzureCliSession(cloud, user) : undefined;
}

interface CliUser {
  readonly name: string;
  readonly tenantId: string;
}

class AzureCliSession implements Session {
  readonly account: Account;
  readonly homeTenantId: string;
  private readonly credentials = new Map<string, CliCredential>();

  constructor(
    readonly cloud: Cloud,
    user: CliUser,
  ) {
    this.account = { kind: 'azureCli', id: user.name, label: user.name };
    this.homeTenantId = user.tenantId;
  }

  credential(tenantId = this.homeTenantId): TokenCredential {
    let credential = this.credentials.get(tenantId);
    if (!credential) {
      credential = new CliCredential(this.cloud, tenantId);
      this.credentials.set(tenantId, credential);
    }
    return credential;
  }

  /** The Azure CLI signs in only in a terminal. @throws AccountError with the command, if a service refused its token */
  signInToTenant(
    tenantId = this.homeTenantId,
    { scope = scopeOf(this.cloud.resourceManagerAudience), again = false }: TenantSignIn,
  ): Promise<void> {
    // The CLI may have another token by now.
    this.credentials.get(tenantId)?.forget(scope);
    if (!again) return Promise.resolve();
    return Promise.reject(signedOut(tenantId, scope, serviceOf(this.cloud, scope)));
  }

  async signOut(): Promise<void> {
    // `az logout` would also sign out every terminal.
  }

  dispose(): void {
    this.credentials.clear();
  }
}

/**
 * Caches tokens until shortly before they expire, because every call of `AzureCliCredential` starts a process that takes
 * half a second or more.
 */
class CliCredential implements TokenCredential {
  private readonly tokens = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly tenantId: string,
  ) {}

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const scope = [scopes].flat()[0] ?? '';
    if (options.claims) {
      // The token is revoked. The next one comes from the CLI, in case the user has signed in again by then.
      this.tokens.delete(scope);
      throw this.cannotAnswer(scope, options.claims);
    }
    let token = this.tokens.get(scope);
    if (!token || (await isEnding(token))) {
      token = this.fetch(scope);
      this.tokens.set(scope, token);
    }
    return token;
  }

  /** Makes the next token come from the CLI. */
  forget(scope: string): void {
    this.tokens.delete(scope);
  }

  private async fetch(scope: string): Promise<AccessToken> {
    const { AzureCliCredential } = await import('@azure/identity');
    try {
      const credential = new AzureCliCredential({ tenantId: this.tenantId, processTimeoutInMs: 60_000 });
      return await credential.getToken(scope);
    } catch (error) {
      this.tokens.delete(scope);
      throw inWords(error, this.cloud, this.tenantId, scope);
    }
  }

  /** The CLI can't pass claims when it gets a token, only when it signs in. */
  private cannotAnswer(scope: string, claims: string): AccountError {
    const encoded = Buffer.from(claims, 'utf8').toString('base64');
    const line = `az login --tenant ${quoted(this.tenantId)} --scope ${quoted(scope)} --claims-challenge ${quoted(encoded)}`;
    return new AccountError(
      l10n.t('Azure requires additional verification'),
      l10n.t(
        'Sign in again with the Azure CLI: run this command in a terminal, and then refresh the view: {0}',
        line,
      ),
      { title: l10n.t('Copy Command'), command: 'keyless.copyText', arguments: [line] },
    );
  }
}

async function isEnding(token: Promise<AccessToken>): Promise<boolean> {
  const spareMs = 5 * 60_000;
  return token.then(
    ({ expiresOnTimestamp }) => expiresOnTimestamp - Date.now() < spareMs,
    () => true,
  );
}

/** The default subscription's user, from the file that `az login` writes. Undefined if signed out or never signed in. */
async function activeUser(): Promise<CliUser | undefined> {
  const folder = process.env['AZURE_CONFIG_DIR'] ?? path.join(homedir(), '.azure');
  try {
    const text = await readFile(path.join(folder, 'azureProfile.json'), 'utf8');
    return userOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return undefined;
  }
}

function userOf(profile: unknown): CliUser | undefined {
  const { subscriptions } = profile as {
    subscriptions?: { isDefault?: boolean; tenantId?: string; user?: { name?: string } }[];
  };
  const active = subscriptions?.find(({ isDefault }) => isDefault) ?? subscriptions?.[0];
  return active?.user?.name && active.tenantId
    ? { name: active.user.name, tenantId: active.tenantId }
    : undefined;
}

function inWords(error: unknown, cloud: Cloud, tenantId: string, scope: string): Error {
  // It quotes what the CLI wrote, which can be part of a token.
  const message = withoutSecretForms(error instanceof Error ? error.message : String(error));
  const entra = /AADSTS\d+/.exec(message)?.[0];
  if (!entra && /could not be found|not found|ENOENT/i.test(message)) {
    return new AccountError(
      l10n.t("The Azure CLI isn't installed on the machine where Keyless runs"),
      l10n.t('Install it, run az login, and try again.'),
    );
  }
  // az recommends signing in after every error of Entra ID, but that doesn't help if the tenant doesn't know the service.
  if (entra !== 'AADSTS500011' && /az login|AADSTS65001/i.test(message))
    return signedOut(tenantId, scope, serviceOf(cloud, scope));
  return new AccountError(l10n.t("The Azure CLI didn't return a token: {0}", message.trim().slice(0, 300)));
}

/**
 * Without `--scope`, `az login` asks for Resource Manager only, and a service may need its own consent or second factor
 * (azure-cli#17551, #31051).
 * @param service the name of the service that the scope is for; undefined for Resource Manager
 */
function signedOut(tenantId?: string, scope = '', service?: string): AccountError {
  const line = [
    'az login',
    ...(tenantId ? ['--tenant', quoted(tenantId)] : []),
    ...(service ? ['--scope', quoted(scope)] : []),
  ].join(' ');
  return new AccountError(
    reasonOf(tenantId, service),
    l10n.t('Run {0} in a terminal, and then try again.', line),
    { title: l10n.t('Copy Command'), command: 'keyless.copyText', arguments: [line] },
  );
}

function reasonOf(tenantId: string | undefined, service: string | undefined): string {
  if (!tenantId) return l10n.t("The Azure CLI isn't signed in");
  return service
    ? l10n.t("The Azure CLI isn't signed in to tenant {0} for {1}", tenantId, service)
    : l10n.t("The Azure CLI isn't signed in to tenant {0}", tenantId);
}

/** Quotes a command-line argument so that any shell the user pastes it into reads it as one word. */
function quoted(text: string): string {
  return /^[\w.:/=+-]+$/.test(text) ? text : `'${text.replaceAll("'", '')}'`;
}
