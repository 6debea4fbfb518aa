// A test extension (see signInExtension.ts) that provides sign-in for VS Code with real tokens from the sandbox's Entra ID.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import * as vscode from 'vscode';
import type { SandboxReady } from '../sandbox';
import { sandboxFetch } from '../sandboxClient';

export function activate(context: vscode.ExtensionContext): void {
  const file = process.env.KEYLESS_TEST_SANDBOX ?? '';
  const ready = JSON.parse(fs.readFileSync(file, 'utf8')) as SandboxReady;
  const log = vscode.window.createOutputChannel('Sign-In of the Tests', { log: true });
  const options: ChallengeOptions = { supportsMultipleAccounts: true, supportsChallenges: true };
  context.subscriptions.push(
    log,
    vscode.authentication.registerAuthenticationProvider(
      'microsoft-sovereign-cloud',
      'Sandbox',
      new SandboxSignIn(ready, log),
      options,
    ),
  );
}

/** vscode.proposed.authenticationChallenges.d.ts */
interface ChallengeOptions extends vscode.AuthenticationProviderOptions {
  supportsChallenges: boolean;
}

interface Challenge {
  challenges: readonly { scheme: string; params: Record<string, string> }[];
  fallbackScopes?: readonly string[];
}

/** One account, whose refresh token is kept while the window is open. Behaves like VS Code's own provider. */
class SandboxSignIn implements vscode.AuthenticationProvider {
  private readonly changed =
    new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly onDidChangeSessions = this.changed.event;
  private account: vscode.AuthenticationSessionAccountInformation | undefined;
  private refreshToken: string | undefined;
  /** The claims that Entra ID requires from the user before it accepts the refresh token again. */
  private wanted: string | undefined;

  constructor(
    private readonly ready: SandboxReady,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async getSessions(scopes?: readonly string[]): Promise<vscode.AuthenticationSession[]> {
    if (!scopes) return this.account ? [this.session('1234', [])] : []; // all accounts, no token
    return this.silent('getSessions', scopes);
  }

  async createSession(scopes: readonly string[]): Promise<vscode.AuthenticationSession> {
    return this.interactive('createSession', scopes);
  }

  async getSessionsFromChallenges(challenge: Challenge): Promise<vscode.AuthenticationSession[]> {
    return this.silent('getSessionsFromChallenges', challenge.fallbackScopes ?? [], claimsOf(challenge));
  }

  async createSessionFromChallenges(challenge: Challenge): Promise<vscode.AuthenticationSession> {
    return this.interactive(
      'createSessionFromChallenges',
      challenge.fallbackScopes ?? [],
      claimsOf(challenge),
    );
  }

  removeSession(): Promise<void> {
    const removed = this.account ? [this.session('', [])] : [];
    this.account = this.refreshToken = undefined;
    this.log.info('removeSession');
    this.changed.fire({ added: [], removed, changed: [] });
    return Promise.resolve();
  }

  private async silent(
    call: string,
    scopes: readonly string[],
    claims?: string,
  ): Promise<vscode.AuthenticationSession[]> {
    const { tenant, scope } = parse(scopes);
    if (!this.refreshToken) return [];
    const grant = { grant_type: 'refresh_token', refresh_token: this.refreshToken };
    const token = await this.redeem(tenant, { ...grant, scope, ...(claims ? { claims } : {}) });
    this.log.info(`${call} ${scopes.join(' ')} ${token ? 'renewed' : 'refused'}`);
    return token ? [this.session(token, scopes)] : [];
  }

  /** Authorization code with PKCE (RFC 7636), with a loopback redirect. */
  private async interactive(
    call: string,
    scopes: readonly string[],
    claims?: string,
  ): Promise<vscode.AuthenticationSession> {
    const { tenant, scope } = parse(scopes);
    this.log.info(`${call} ${scopes.join(' ')}`);
    const verifier = randomBytes(32).toString('base64url');
    const server = http.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const redirectUri = `http://127.0.0.1:${port}`;
    try {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...(claims ? { claims: merged(claims, this.wanted) } : {}),
      });
      const page = `${this.ready.signInPageUrl}/${tenant}/oauth2/v2.0/authorize?${query.toString()}`;
      const coming = once(server, 'request');
      await vscode.env.openExternal(vscode.Uri.parse(page, true));
      const [request, response] = (await coming) as [http.IncomingMessage, http.ServerResponse];
      response.end('You have signed in to VS Code.');
      const code = new URL(request.url ?? '/', redirectUri).searchParams.get('code') ?? '';
      const grant = { grant_type: 'authorization_code', code, code_verifier: verifier };
      const token = await this.redeem(tenant, { ...grant, redirect_uri: redirectUri, scope });
      if (!token) throw new Error("The sandbox didn't redeem the code.");
      const session = this.session(token, scopes);
      this.changed.fire({ added: [session], removed: [], changed: [] });
      return session;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  private async redeem(tenant: string, form: Record<string, string>): Promise<string | undefined> {
    const body = new URLSearchParams({ client_id: clientId, ...form });
    const url = `${this.ready.authorityUrl}/${tenant}/oauth2/v2.0/token`;
    const answer = await sandboxFetch(this.ready, url, { method: 'POST', body });
    this.wanted = answer.status === 200 ? undefined : answer.json<{ claims?: string }>().claims;
    if (answer.status !== 200) return undefined;
    const tokens = answer.json<{ access_token: string; refresh_token: string; client_info: string }>();
    this.refreshToken = tokens.refresh_token;
    const { uid, utid } = JSON.parse(Buffer.from(tokens.client_info, 'base64url').toString()) as Info;
    this.account = { id: `${uid}.${utid}`, label: this.ready.userName };
    return tokens.access_token;
  }

  private session(accessToken: string, scopes: readonly string[]): vscode.AuthenticationSession {
    if (!this.account) throw new Error('No one is signed in.');
    return { id: this.account.id, account: this.account, accessToken, scopes };
  }
}

interface Info {
  uid: string;
  utid: string;
}

/** Visual Studio Code, in every tenant. */
const clientId = 'aebc6443-996d-45c2-90f0-388ff96faa56';

/** Like VS Code's provider, handles words that start with VSCODE_ itself and doesn't send them. */
function parse(scopes: readonly string[]): { tenant: string; scope: string } {
  const tenant = scopes.find((word) => word.startsWith('VSCODE_TENANT:'))?.slice('VSCODE_TENANT:'.length);
  const sent = scopes.filter((word) => !word.startsWith('VSCODE_'));
  return { tenant: tenant ?? 'organizations', scope: [...sent, 'openid', 'offline_access'].join(' ') };
}

function claimsOf({ challenges }: Challenge): string {
  const claims = challenges.find(({ scheme }) => scheme.toLowerCase() === 'bearer')?.params.claims;
  if (!claims) throw new Error('No claims found in authentication challenges');
  return Buffer.from(claims, 'base64').toString('utf8');
}

/** Merges two claims requests (OpenID Connect Core 5.5). */
function merged(claims: string, others = '{}'): string {
  const ofAccessToken = (text: string) => (JSON.parse(text) as { access_token?: object }).access_token;
  return JSON.stringify({ access_token: { ...ofAccessToken(claims), ...ofAccessToken(others) } });
}
