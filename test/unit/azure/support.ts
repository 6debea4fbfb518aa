import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Cloud } from '../../../src/azure/core/cloud';
import { Connection } from '../../../src/azure/core/connection';
import { createTransport } from '../../../src/azure/core/transport';
import type { ForeignHost } from '../../../src/azure/core/tokens/trust';
import { TrustRegistry } from '../../../src/azure/core/tokens/trust';
import { sandboxClock } from '../../support/sandboxClock';
import type { SandboxReady } from '../../support/sandbox';

/** The cloud that a sandbox's record describes. */
function sandboxCloud(ready: SandboxReady): Cloud {
  const host = (url: string) => new URL(url).host;
  return {
    name: 'Sandbox',
    resourceManager: ready.resourceManagerUrl,
    resourceManagerAudience: `${ready.resourceManagerUrl}/`,
    authority: ready.authorityUrl,
    portal: ready.signInPageUrl,
    graph: ready.graphUrl,
    vaultAudience: 'https://vault.localhost',
    vaultSuffix: '.vault.localhost',
    appServiceAudience: 'https://appservice.azure.com',
    sitesSuffix: '.sites.localhost',
    applicationInsightsAudience: ready.applicationInsightsUrl,
    local: {
      caCertificate: fs.readFileSync(ready.caCertificateFile, 'utf8'),
      hosts: [
        host(ready.resourceManagerUrl),
        host(ready.authorityUrl),
        host(ready.graphUrl),
        host(ready.applicationInsightsUrl),
        host(ready.controlUrl),
        `*.vault.localhost:${ready.vaultPort}`,
        `*.sites.localhost:${ready.sitesPort}`,
        `*.scm.localhost:${ready.scmPort}`,
      ],
    },
  };
}

export interface TestConnection extends Connection {
  /** Lines of the transport's log. */
  readonly log: string[];
  /** Options of each `getToken`, in order. */
  readonly tokenRequests: {
    scopes: string | string[];
    claims?: string;
    tenantId?: string;
    silent?: boolean;
  }[];
}

/** Signs in to a sandbox as its client-credentials application; each call gets a new token. */
export function connect(
  ready: SandboxReady,
  askForeignHost?: (host: ForeignHost) => Promise<boolean>,
  clock = sandboxClock(ready),
): TestConnection {
  const cloud = sandboxCloud(ready);
  const log: string[] = [];
  const tokenRequests: TestConnection['tokenRequests'] = [];
  const trust = new TrustRegistry({ cloud: () => cloud, ...(askForeignHost ? { askForeignHost } : {}) });
  const http = createTransport({ cloud: () => cloud, trust, log: (line) => log.push(line) });
  const connection = new Connection({
    accountId: ready.clientId,
    tenantId: ready.tenantId,
    cloud,
    http,
    clock,
    credential: {
      async getToken(scopes, options) {
        tokenRequests.push({ scopes, ...(options as object) });
        const form = new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: ready.clientId,
          client_secret: ready.clientSecret,
          scope: [scopes].flat().join(' '),
          claims: options?.claims ?? '{"access_token":{"xms_cc":{"values":["CP1"]}}}',
        });
        const request = createPipelineRequest({
          url: `${ready.authorityUrl}/${ready.tenantId}/oauth2/v2.0/token`,
          method: 'POST',
          headers: createHttpHeaders({ 'Content-Type': 'application/x-www-form-urlencoded' }),
          body: form.toString(),
        });
        const response = await http.sendRequest(request);
        assert.equal(response.status, 200, response.bodyAsText ?? '');
        const answer = JSON.parse(response.bodyAsText ?? '') as { access_token: string; expires_in: number };
        return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1000 };
      },
    },
  });
  return Object.assign(connection, { log, tokenRequests });
}

/** Calls the sandbox's control API. */
export async function control(
  c: Connection,
  ready: SandboxReady,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) {
  const request = createPipelineRequest({
    url: `${ready.controlUrl}${path}`,
    method,
    headers: createHttpHeaders({
      'x-sandbox-control': ready.controlSecret,
      'Content-Type': 'application/json',
    }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await c.http.sendRequest(request);
  assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${response.bodyAsText}`);
  return response.bodyAsText ? (JSON.parse(response.bodyAsText) as unknown) : undefined;
}

/** The only item that matches; fails with the number of matches otherwise. */
export function only<T>(items: readonly T[], matches: (item: T) => boolean, what: string): T {
  const found = items.filter(matches);
  assert.equal(found.length, 1, `${found.length} of ${items.length} are ${what}`);
  return found[0] as T;
}
