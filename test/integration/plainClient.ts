import https from 'node:https';
import fs from 'node:fs';
import type { SandboxReady } from '../support/sandbox';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: unknown;
}

/**
 * Calls a sandbox without any code of Keyless: bare HTTPS with a client-credentials token. Tests use it to check what a
 * command left behind.
 */
export class PlainClient {
  private readonly ca: string;

  constructor(readonly ready: SandboxReady) {
    this.ca = fs.readFileSync(ready.caCertificateFile, 'utf8');
  }

  /** Calls Resource Manager. @throws Error unless the status is below 400 */
  async arm(method: string, path: string, apiVersion: string, body?: unknown): Promise<unknown> {
    const separator = path.includes('?') ? '&' : '?';
    const url = `${this.ready.resourceManagerUrl}${path}${separator}api-version=${apiVersion}`;
    const answer = await this.send(method, url, {
      token: await this.token(`${this.ready.resourceManagerUrl}/.default`),
      body,
    });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Calls the data plane of a vault. @throws Error unless the status is below 400 */
  async vault(method: string, vaultUri: string, path: string, body?: unknown): Promise<unknown> {
    const url = `${vaultUri.replace(/\/$/, '')}${path}?api-version=7.5`;
    const answer = await this.send(method, url, {
      token: await this.token('https://vault.localhost/.default'),
      body,
    });
    if (answer.status >= 400) throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Calls the sandbox's own control endpoint. */
  async control(path: string, body: unknown, method = 'POST'): Promise<PlainAnswer> {
    return this.send(method, `${this.ready.controlUrl}${path}`, {
      headers: { 'x-sandbox-control': this.ready.controlSecret },
      body,
    });
  }

  /** Object ID of the client-credentials app. */
  async ownObjectId(): Promise<string> {
    const [, payload = ''] = (await this.token(`${this.ready.resourceManagerUrl}/.default`)).split('.');
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { oid: string }).oid;
  }

  async token(scope: string): Promise<string> {
    const { tenantId, clientId, clientSecret, authorityUrl } = this.ready;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.send('POST', `${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
      headers,
      body: form.toString(),
    });
    if (answer.status !== 200) throw new Error(`No token for ${scope}: ${answer.text}`);
    return (answer.json as { access_token: string }).access_token;
  }

  send(
    method: string,
    address: string,
    options: { token?: string; headers?: Record<string, string>; body?: unknown } = {},
  ): Promise<PlainAnswer> {
    const url = new URL(address);
    const { token, body } = options;
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      host: url.host,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...options.headers,
    };
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          method,
          hostname: '127.0.0.1',
          servername: url.hostname,
          port: url.port,
          path: url.pathname + url.search,
          headers,
          ca: this.ca,
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: answer,
              json: parse(answer),
            });
          });
        },
      );
      request.on('error', reject);
      request.end(text);
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
