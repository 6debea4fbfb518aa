import { createHash, randomBytes } from 'node:crypto';
import type { SandboxReady } from '../../../support/sandbox';
import { sandboxFetch, type SandboxResponse } from '../../../support/sandboxClient';
import { Browser, type Page } from './browser';

/** Microsoft applications that every tenant knows. */
export const vscode = 'aebc6443-996d-45c2-90f0-388ff96faa56';
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

export interface TokenError {
  error: string;
  error_description: string;
  error_codes: number[];
}

/** The requests of an Entra ID client, written out. */
export class Flow {
  readonly #verifier = randomBytes(32).toString('base64url');

  constructor(readonly ready: SandboxReady) {}

  /** Sends a form to the authority. */
  post(path: string, form: Record<string, string>): Promise<SandboxResponse> {
    const body = new URLSearchParams(form);
    return sandboxFetch(this.ready, `${this.ready.authorityUrl}${path}`, { method: 'POST', body });
  }

  authorizeUrl(changes: Record<string, string> = {}, base = this.ready.authorityUrl): string {
    const query = new URLSearchParams({
      client_id: vscode,
      response_type: 'code',
      redirect_uri: 'http://localhost:54321/',
      scope: 'https://management.core.windows.net/.default offline_access openid profile',
      state: 'the state',
      nonce: 'the nonce',
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    return `${base}/organizations/oauth2/v2.0/authorize?${query.toString()}`;
  }

  /** Opens the page and signs in with the right password. */
  async signIn(url = this.authorizeUrl()): Promise<Page> {
    const page = await new Browser(this.ready).open(url);
    return page.submit({ username: this.ready.userName, password: this.ready.userPassword });
  }

  /** Signs in and extracts the code from the redirect. */
  async code(url?: string): Promise<string> {
    const { headers } = await this.signIn(url);
    return new URL(headers.location ?? '').searchParams.get('code') ?? '';
  }

  redeem(code: string, changes: Record<string, string> = {}): Promise<SandboxResponse> {
    return this.post('/organizations/oauth2/v2.0/token', {
      grant_type: 'authorization_code',
      client_id: vscode,
      code,
      redirect_uri: 'http://localhost:54321/',
      code_verifier: this.#verifier,
      scope: 'https://management.core.windows.net/.default offline_access openid profile',
      ...changes,
    });
  }

  refresh(
    refreshToken: string | undefined,
    changes: Record<string, string> = {},
    tenant = this.ready.tenantId,
  ): Promise<SandboxResponse> {
    return this.post(`/${tenant}/oauth2/v2.0/token`, {
      grant_type: 'refresh_token',
      client_id: vscode,
      refresh_token: refreshToken ?? '',
      scope: 'https://vault.localhost/.default',
      ...changes,
    });
  }
}
