import type { IncomingMessage } from 'node:http';
import type { SandboxReady } from '../../../support/sandbox';
import {
  applicationToken,
  control,
  sandboxFetch,
  sandboxOpen,
  type SandboxRequest,
  type SandboxResponse,
} from '../../../support/sandboxClient';

export type RequestOptions = Omit<SandboxRequest, 'method'>;

const webVersion = '2023-12-01';

/**
 * A plain HTTPS client for a sandbox: trusts its CA, resolves its names to 127.0.0.1 and doesn't depend on
 * Keyless.
 */
export class Client {
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(readonly ready: SandboxReady) {}

  /** A token of the client credentials application. */
  token(resource: string): Promise<string> {
    let token = this.#tokens.get(resource);
    if (token === undefined) {
      token = applicationToken(this.ready, resource);
      this.#tokens.set(resource, token);
    }
    return token;
  }

  send(method: string, url: string, options: RequestOptions = {}): Promise<SandboxResponse> {
    return sandboxFetch(this.ready, url, { method, ...options });
  }

  /** The answer with its body unread: for streams. */
  open(method: string, url: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    return sandboxOpen(this.ready, url, { method, ...options });
  }

  /** Calls Resource Manager, with a path below `/subscriptions/…` or a whole ID. */
  async arm(method: string, path: string, body?: object): Promise<SandboxResponse> {
    const separator = path.includes('?') ? '&' : '?';
    const version = path.includes('api-version=') ? '' : `${separator}api-version=${webVersion}`;
    const token = await this.token(this.ready.resourceManagerUrl);
    return this.send(method, `${this.ready.resourceManagerUrl}${path}${version}`, {
      token,
      body,
    });
  }

  /** Calls an SCM site. */
  async scm(
    method: string,
    app: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<SandboxResponse> {
    const token = await this.token('https://appservice.azure.com');
    return this.send(method, `${this.scmUrl(app)}${path}`, { token, ...options });
  }

  site(method: string, app: string, path: string, options: RequestOptions = {}): Promise<SandboxResponse> {
    return this.send(method, `https://${app}.sites.localhost:${this.ready.sitesPort}${path}`, options);
  }

  scmUrl(app: string): string {
    return `https://${app}.scm.localhost:${this.ready.scmPort}`;
  }

  /** Changes the sandbox's settings while it runs. */
  async set(settings: object): Promise<void> {
    await control(this.ready, 'PATCH', '/settings', settings);
  }

  /** Moves the sandbox's clock forward. */
  async advance(milliseconds: number): Promise<void> {
    await control(this.ready, 'POST', '/clock', { advanceMs: milliseconds });
  }

  /** Reads an app's settings, changes some of them, removes those that are undefined, and writes them all. */
  async changeSettings(appId: string, change: Record<string, string | undefined>): Promise<void> {
    const answer = await this.arm('POST', `${appId}/config/appsettings/list`);
    const { properties } = answer.json<{ properties: Record<string, string> }>();
    const reply = await this.arm('PUT', `${appId}/config/appsettings`, {
      properties: { ...properties, ...change },
    });
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  }

  /** Writes a JavaScript function with an HTTP trigger to an app, through its SCM site. */
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
}

/** IDs in the seeded world. */
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
