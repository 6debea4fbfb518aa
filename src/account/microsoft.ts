import type { AccessToken, TokenCredential } from '@azure/core-auth';
import * as vscode from 'vscode';
import type { Cloud } from '../azure/core/cloud';
import type { TokenOptions } from '../azure/core/connection';
import { scopeOf, serviceOf } from '../azure/core/tokens/scopes';
import { AccountError } from './accountError';
import { ensureSovereignProvider } from './sovereignCloud';
import type { Account, Session, TenantSignIn } from './session';

/** VS Code's authentication provider for a cloud (extension vscode.microsoft-authentication). */
export function providerId(cloud: Cloud): string {
  return cloud.name === 'AzureCloud' ? 'microsoft' : 'microsoft-sovereign-cloud';
}

/**
 * Signs in with an account from VS Code, or lets the user choose one.
 * @param chosen an account that VS Code already knows
 * @throws AccountError if VS Code isn't set up for the cloud; VS Code's own `Error` if the user cancels
 */
export async function signInWithMicrosoft(
  cloud: Cloud,
  chosen?: vscode.AuthenticationSessionAccountInformation,
): Promise<Session> {
  await ensureSovereignProvider(cloud);
  const session = await vscode.authentication.getSession(
    providerId(cloud),
    scopesOf(scopeOf(cloud.resourceManagerAudience)),
    {
      createIfNone: true,
      ...(chosen ? { account: chosen } : { clearSessionPreference: true }),
    },
  );
  return new MicrosoftSession(cloud, session.account);
}

/** The session of an account that signed in before, if it still exists. Never prompts. */
export async function restoreMicrosoft(cloud: Cloud, account: Account): Promise<Session | undefined> {
  const known = { id: account.id, label: account.label };
  const session = await vscode.authentication.getSession(
    providerId(cloud),
    scopesOf(scopeOf(cloud.resourceManagerAudience)),
    {
      silent: true,
      account: known,
    },
  );
  return session ? new MicrosoftSession(cloud, session.account) : undefined;
}

class MicrosoftSession implements Session {
  readonly account: Account;
  readonly homeTenantId = undefined;
  private readonly credentials = new Map<string, MicrosoftCredential>();

  constructor(
    readonly cloud: Cloud,
    private readonly known: vscode.AuthenticationSessionAccountInformation,
  ) {
    this.account = { kind: 'microsoft', id: known.id, label: known.label };
  }

  credential(tenantId: string | undefined): TokenCredential {
    return this.credentialOf(tenantId);
  }

  async signInToTenant(
    tenantId: string | undefined,
    { scope = scopeOf(this.cloud.resourceManagerAudience), again = false }: TenantSignIn,
  ): Promise<void> {
    await this.credentialOf(tenantId).signIn(scope, again);
  }

  async signOut(): Promise<void> {
    // VS Code owns the account, and other extensions may be using it.
  }

  dispose(): void {
    this.credentials.clear();
  }

  private credentialOf(tenantId: string | undefined): MicrosoftCredential {
    const key = tenantId ?? '';
    let credential = this.credentials.get(key);
    if (!credential) {
      credential = new MicrosoftCredential(this.cloud, this.known, tenantId);
      this.credentials.set(key, credential);
    }
    return credential;
  }
}

/** How long a prompt that the user dismissed isn't repeated, so that one command with many requests doesn't prompt for each. */
const dismissedFor = 3000;

/** A prompt that is shown or that was dismissed. */
interface Prompt {
  readonly answer: Promise<vscode.AuthenticationSession>;
  /** When the user dismissed it, in epoch milliseconds. */
  dismissed?: number;
}

/** Adapts VS Code's sessions to the credential that Azure's SDKs expect. VS Code stores and renews the tokens. */
class MicrosoftCredential implements TokenCredential {
  /** By scope and claims. A session isn't kept: VS Code has the current one, and this one expires or is revoked. */
  private readonly prompts = new Map<string, Prompt>();

  constructor(
    private readonly cloud: Cloud,
    private readonly account: vscode.AuthenticationSessionAccountInformation,
    private readonly tenantId: string | undefined,
  ) {}

  async getToken(
    scopes: string | string[],
    { claims, silent = false }: TokenOptions = {},
  ): Promise<AccessToken> {
    const scope = [scopes].flat()[0] ?? scopeOf(this.cloud.resourceManagerAudience);
    const session = await (claims ? this.answer(scope, claims) : this.session(scope, silent));
    return { token: session.accessToken, expiresOnTimestamp: expiryOf(session.accessToken) };
  }

  /**
   * Prompts the user, even if they just dismissed the same prompt.
   * @param again also where VS Code has a session, whose token the service refused
   */
  async signIn(scope: string, again: boolean): Promise<void> {
    this.prompts.clear();
    await vscode.authentication.getSession(providerId(this.cloud), this.scopes(scope), {
      ...(again ? { forceNewSession: true } : { createIfNone: true }),
      account: this.account,
    });
  }

  private async session(scope: string, silent: boolean): Promise<vscode.AuthenticationSession> {
    const session = await vscode.authentication.getSession(providerId(this.cloud), this.scopes(scope), {
      silent: true,
      account: this.account,
    });
    if (session) return session;
    // Each service is an audience of its own that may need its own consent. Don't prompt for Resource Manager here: an
    // account with many tenants would get many dialogs.
    if (silent || scope === scopeOf(this.cloud.resourceManagerAudience)) throw this.signInNeeded(scope);
    return this.prompt(scope, scope, () => this.get(scope, { createIfNone: true }));
  }

  /** Passes a claims challenge (a second factor, a new location) to VS Code as the header that the service sent. */
  private answer(scope: string, claims: string): Promise<vscode.AuthenticationSession> {
    const encoded = Buffer.from(claims, 'utf8').toString('base64');
    const wwwAuthenticate = `Bearer realm="", error="insufficient_claims", claims="${encoded}"`;
    return this.prompt(scope, `${scope} ${claims}`, () =>
      vscode.authentication.getSession(
        providerId(this.cloud),
        { wwwAuthenticate, fallbackScopes: this.scopes(scope) },
        { createIfNone: true, account: this.account },
      ),
    );
  }

  /** Shows a prompt, or waits for the same one that is already shown. */
  private async prompt(
    scope: string,
    key: string,
    show: () => Thenable<vscode.AuthenticationSession>,
  ): Promise<vscode.AuthenticationSession> {
    let prompt = this.prompts.get(key);
    if (!prompt || Date.now() - (prompt.dismissed ?? Infinity) >= dismissedFor) {
      prompt = { answer: Promise.resolve(show()) };
      this.prompts.set(key, prompt);
    }
    try {
      const session = await prompt.answer;
      if (this.prompts.get(key) === prompt) this.prompts.delete(key);
      return session;
    } catch {
      prompt.dismissed ??= Date.now();
      throw this.signInNeeded(scope);
    }
  }

  private get(scope: string, options: { createIfNone: true }): Thenable<vscode.AuthenticationSession> {
    return vscode.authentication.getSession(providerId(this.cloud), this.scopes(scope), {
      ...options,
      account: this.account,
    });
  }

  private scopes(scope: string): string[] {
    return scopesOf(scope, this.tenantId);
  }

  private signInNeeded(scope: string): AccountError {
    const service = serviceOf(this.cloud, scope);
    return new AccountError(
      this.reason(service),
      service
        ? vscode.l10n.t("Try again or select Sign In, and follow Microsoft's prompts.")
        : vscode.l10n.t("Select Sign In and follow Microsoft's prompts."),
      {
        title: vscode.l10n.t('Sign In'),
        ...(service || this.tenantId
          ? { command: 'keyless.signInToTenant', arguments: [{ tenant: { tenantId: this.tenantId }, scope }] }
          : { command: 'keyless.signIn' }),
      },
    );
  }

  private reason(service: string | undefined): string {
    const { tenantId } = this;
    if (service)
      return tenantId
        ? vscode.l10n.t('Tenant {0} requires you to sign in or give consent for {1}', tenantId, service)
        : vscode.l10n.t('You need to sign in or give consent for {0}', service);
    return tenantId
      ? vscode.l10n.t('Tenant {0} requires you to sign in again', tenantId)
      : vscode.l10n.t('You need to sign in to your Microsoft account again');
  }
}

/** VS Code's provider reads `VSCODE_TENANT:` itself and doesn't send it. */
function scopesOf(scope: string, tenantId?: string): string[] {
  return tenantId ? [scope, `VSCODE_TENANT:${tenantId}`] : [scope];
}

/** VS Code doesn't say when a token expires, but the token itself does. A token that can't be decoded is used only once. */
function expiryOf(accessToken: string): number {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const { exp } = payload as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : Date.now();
  } catch {
    return Date.now();
  }
}
