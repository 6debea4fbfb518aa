import fs from 'node:fs';
import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { SandboxReady } from '../../../support/sandbox';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON. @throws SyntaxError */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- short for a cast: a test names the shape that it then asserts on
  json<T = Record<string, unknown>>(): T;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | Buffer | object;
  token?: string;
}

const webVersion = '2023-12-01';

/** A plain HTTPS client for a sandbox: trusts its CA, finds its names on 127.0.0.1, knows nothing of Keyless. */
export class Client {
  readonly #ca: string;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(readonly ready: SandboxReady) {
    this.#ca = fs.readFileSync(ready.caCertificateFile, 'utf8');
  }

  /** Options for `https.request` that reach the sandbox. */
  get tlsOptions(): { ca: string } {
    return { ca: this.#ca };
  }

  /** A token of the client-credentials application. */
  token(resource: string): Promise<string> {
    let token = this.#tokens.get(resource);
    if (token === undefined) {
      token = this.#fetchToken(resource);
      this.#tokens.set(resource, token);
    }
    return token;
  }

  async send(method: string, url: string, options: RequestOptions = {}): Promise<Reply> {
    const response = await this.open(method, url, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as declared above
      json: <T>() => JSON.parse(text) as T,
    };
  }

  /** The answer with its body unread: for streams. */
  open(
    method: string,
    url: string,
    { headers = {}, body, token }: RequestOptions = {},
  ): Promise<IncomingMessage> {
    const target = new URL(url);
    const sent =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const isJson = sent !== body;
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: '127.0.0.1',
          port: target.port,
          servername: target.hostname,
          ca: this.#ca,
          agent: false,
          method,
          // As written: `..` and double slashes shall reach the server.
          path: url.slice(target.origin.length) || '/',
          headers: {
            host: target.host,
            ...(isJson ? { 'content-type': 'application/json' } : {}),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(sent === undefined ? {} : { 'content-length': String(Buffer.byteLength(sent)) }),
            ...headers,
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(sent);
    });
  }

  /** A call of Resource Manager, with a path below `/subscriptions/…` or a whole ID. */
  async arm(method: string, path: string, body?: object): Promise<Reply> {
    const separator = path.includes('?') ? '&' : '?';
    const version = path.includes('api-version=') ? '' : `${separator}api-version=${webVersion}`;
    const token = await this.token(this.ready.resourceManagerUrl);
    return this.send(method, `${this.ready.resourceManagerUrl}${path}${version}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** A call of an SCM site. */
  async scm(method: string, app: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const token = await this.token('https://appservice.azure.com');
    return this.send(method, `${this.scmUrl(app)}${path}`, { token, ...options });
  }

  site(method: string, app: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    return this.send(method, `https://${app}.sites.localhost:${this.ready.sitesPort}${path}`, options);
  }

  scmUrl(app: string): string {
    return `https://${app}.scm.localhost:${this.ready.scmPort}`;
  }

  /** Changes settings of the sandbox while it runs. */
  async set(settings: object): Promise<void> {
    await this.#control('PATCH', '/settings', settings);
  }

  /** Moves the sandbox's clock forward. */
  async advance(milliseconds: number): Promise<void> {
    await this.#control('POST', '/clock', { advanceMs: milliseconds });
  }

  /** Reads an app's settings, changes some and writes them all. */
  async changeSettings(appId: string, change: Record<string, string>): Promise<void> {
    const answer = await this.arm('POST', `${appId}/config/appsettings/list`);
    const { properties } = answer.json<{ properties: Record<string, string> }>();
    const reply = await this.arm('PUT', `${appId}/config/appsettings`, {
      properties: { ...properties, ...change },
    });
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  }

  /** Writes a JavaScript function with an HTTP trigger into an app, through its SCM site. */
  async putFunction(
    app: string,
    name: string,
    code: string,
    trigger: object = { authLevel: 'anonymous' },
  ): Promise<void> {
    const bindings = [
      { type: 'httpTrigger', direction: 'in', name: 'req', ...trigger },
      { type: 'http', direction: 'out', name: 'res' },
    ];
    await this.putFile(app, `site/wwwroot/${name}/function.json`, JSON.stringify({ bindings }));
    await this.putFile(app, `site/wwwroot/${name}/index.js`, code);
  }

  async putFile(app: string, path: string, content: string): Promise<void> {
    const reply = await this.scm('PUT', app, `/api/vfs/${path}`, {
      body: content,
      headers: { 'if-match': '*' },
    });
    if (reply.status !== 201 && reply.status !== 204)
      throw new Error(`${path}: ${reply.status} ${reply.text}`);
  }

  async #control(method: string, path: string, body: object): Promise<void> {
    const headers = { 'x-sandbox-control': this.ready.controlSecret };
    const reply = await this.send(method, `${this.ready.controlUrl}${path}`, { body, headers });
    if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  }

  async #fetchToken(resource: string): Promise<string> {
    const { authorityUrl, tenantId, clientId, clientSecret } = this.ready;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${resource}/.default`,
    });
    const reply = await this.send('POST', `${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { access_token: token } = reply.json<{ access_token?: string }>();
    if (token === undefined) throw new Error(reply.text);
    return token;
  }
}

/** IDs of the seeded world. */
export function walkthroughIds(ready: SandboxReady) {
  const group = `/subscriptions/${ready.subscriptionIds[0] ?? ''}/resourceGroups/keyless-walkthrough`;
  const rbacGroup = `/subscriptions/${ready.subscriptionIds[1] ?? ''}/resourceGroups/keyless-rbac`;
  return {
    group,
    rbacGroup,
    app: `${group}/providers/Microsoft.Web/sites/keyless-demo-app`,
    vault: `${group}/providers/Microsoft.KeyVault/vaults/keyless-demo-kv`,
    linuxApp: `${rbacGroup}/providers/Microsoft.Web/sites/keyless-linux-app`,
    rbacApp: `${rbacGroup}/providers/Microsoft.Web/sites/keyless-rbac-app`,
    identities: `${rbacGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`,
  };
}
