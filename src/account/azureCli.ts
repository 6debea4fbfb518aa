import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../azure/core/cloud';
import { scopeOf } from '../azure/core/scopes';
import { AccountError } from './accountError';
import type { Account, Session } from './session';

/**
 * The account that the Azure CLI is signed in with, on the machine where this extension runs.
 * @throws AccountError where the CLI is missing or signed out
 */
export async function signInWithAzureCli(cloud: Cloud, signal?: AbortSignal): Promise<Session> {
  const user = await activeUser();
  if (!user) throw signedOut();
  const session = new AzureCliSession(cloud, user);
  // Proves that the CLI is there and its sign-in still good.
  await session
    .credential(undefined)
    .getToken(scopeOf(cloud.resourceManagerAudience), signal ? { abortSignal: signal } : {});
  return session;
}

/** The session of an account that was used before, if the CLI is still signed in with it; starts no process. */
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
      credential = new CliCredential(tenantId);
      this.credentials.set(tenantId, credential);
    }
    return credential;
  }

  async signOut(): Promise<void> {
    // `az logout` would sign out every terminal too.
  }

  dispose(): void {
    this.credentials.clear();
  }
}

/** `AzureCliCredential` starts a process of half a second or more a call: tokens are kept until shortly before they end. */
class CliCredential implements TokenCredential {
  private readonly tokens = new Map<string, Promise<AccessToken>>();

  constructor(private readonly tenantId: string) {}

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const scope = [scopes].flat()[0] ?? '';
    if (options.claims) throw this.cannotAnswer(scope, options.claims);
    let token = this.tokens.get(scope);
    if (!token || (await isEnding(token))) {
      token = this.fetch(scope);
      this.tokens.set(scope, token);
    }
    return token;
  }

  private async fetch(scope: string): Promise<AccessToken> {
    const { AzureCliCredential } = await import('@azure/identity');
    try {
      const credential = new AzureCliCredential({ tenantId: this.tenantId, processTimeoutInMs: 60_000 });
      return await credential.getToken(scope);
    } catch (error) {
      this.tokens.delete(scope);
      throw inWords(error, this.tenantId);
    }
  }

  /** The CLI takes no claims for one token; signing in again with them does. */
  private cannotAnswer(scope: string, claims: string): AccountError {
    const encoded = Buffer.from(claims, 'utf8').toString('base64');
    const line = `az login --tenant ${quoted(this.tenantId)} --scope ${quoted(scope)} --claims-challenge ${quoted(encoded)}`;
    return new AccountError(
      l10n.t(
        'Azure asks for another proof of who you are, which the Azure CLI can give only by signing in again',
      ),
      l10n.t('Run this in a terminal, then refresh: {0}', line),
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

/** The default subscription's user, from the file that `az login` writes; undefined when signed out or never used. */
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

function inWords(error: unknown, tenantId: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/could not be found|not found|ENOENT/i.test(message)) {
    return new AccountError(
      l10n.t('The Azure CLI was not found on the machine where Keyless runs'),
      l10n.t('Install it, run az login, and try again.'),
    );
  }
  if (/az login/i.test(message)) return signedOut(tenantId);
  return new AccountError(l10n.t('The Azure CLI gave no token: {0}', message.trim().slice(0, 300)));
}

function signedOut(tenantId?: string): AccountError {
  const line = tenantId ? `az login --tenant ${quoted(tenantId)}` : 'az login';
  return new AccountError(
    tenantId
      ? l10n.t('The Azure CLI is not signed in to the tenant {0}', tenantId)
      : l10n.t('The Azure CLI is not signed in'),
    l10n.t('Run {0} in a terminal, and try again.', line),
    { title: l10n.t('Copy Command'), command: 'keyless.copyText', arguments: [line] },
  );
}

/** As one word of a command line, in every shell that people paste into. */
function quoted(text: string): string {
  return /^[\w.:/=+-]+$/.test(text) ? text : `'${text.replaceAll("'", '')}'`;
}
