import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Cloud } from '../../../src/azure/core/cloud';
import { Connection } from '../../../src/azure/core/connection';
import { createTransport } from '../../../src/azure/core/transport';
import type { ForeignHost } from '../../../src/azure/core/tokens/trust';
import { TrustRegistry } from '../../../src/azure/core/tokens/trust';
import { HastyClock } from '../../support/hastyClock';
import type { TlsMaterial } from '../../../src/sandbox/server/tls';
import { createTlsMaterial } from '../../../src/sandbox/server/tls';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  seen: readonly SeenRequest[],
  server: TestServer,
) => unknown;

/** An https server on loopback with a certificate for `localhost` and the subdomains that a sandbox uses. */
export class TestServer {
  readonly seen: SeenRequest[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  /** @param aside handles requests that should not be recorded, and returns true if it did */
  static async start(
    handler: Handler,
    tls?: TlsMaterial,
    aside?: (request: IncomingMessage, response: ServerResponse) => boolean,
  ): Promise<TestServer> {
    const { certificate, privateKey } = tls ?? (await sharedTls());
    const server = createServer({ cert: certificate, key: privateKey });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new TestServer(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket: Socket) => {
      started.sockets.add(socket);
      socket.on('close', () => started.sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      if (aside?.(request, response)) return;
      const { method = '', url = '', headers } = request;
      started.seen.push({
        method,
        url,
        host: headers.host ?? '',
        authorization: headers.authorization,
        headers,
      });
      handler(request, response, started.seen, started);
    });
    return started;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** Presents this certificate from now on, and keeps existing connections. */
  present({ certificate, privateKey }: TlsMaterial): void {
    this.server.setSecureContext({ cert: certificate, key: privateKey });
  }

  /** Resets all connections (TCP RST), below TLS. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let tls: Promise<TlsMaterial> | undefined;

/** Created once for all test servers of the process. */
export function sharedTls(): Promise<TlsMaterial> {
  return (tls ??= createTlsMaterial());
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export interface TestCloud {
  readonly c: Connection;
  /** What `c` waits by. */
  readonly clock: HastyClock;
  readonly cloud: Cloud;
  readonly log: string[];
  readonly tokens: { scopes: string | string[]; claims?: string; tenantId?: string }[];
}

export interface TestCloudPorts {
  readonly arm: number;
  /** The port of Resource Manager by default. */
  readonly graph?: number;
  readonly insights?: number;
  readonly vault?: number;
  readonly sites?: number;
  readonly scm?: number;
  /** False for a cloud without an App Service audience, as custom clouds are. */
  readonly hasAppServiceAudience?: boolean;
  /** Reachable ports that don't belong to the cloud. */
  readonly strange?: readonly number[];
}

export const tenantId = '11111111-1111-4111-8111-111111111111';

/** A connection to a cloud of test servers; each token contains its scope and its number. */
export async function testCloud(
  ports: TestCloudPorts,
  askForeignHost?: (host: ForeignHost) => Promise<boolean>,
): Promise<TestCloud> {
  const { caCertificate } = await sharedTls();
  const cloud: Cloud = {
    name: 'Test',
    resourceManager: `https://localhost:${ports.arm}`,
    resourceManagerAudience: `https://localhost:${ports.arm}/`,
    authority: 'https://login.invalid',
    portal: 'https://portal.invalid',
    graph: `https://localhost:${ports.graph ?? ports.arm}`,
    vaultAudience: 'https://vault.localhost',
    vaultSuffix: '.vault.localhost',
    ...(ports.hasAppServiceAudience === false ? {} : { appServiceAudience: 'https://appservice.azure.com' }),
    sitesSuffix: '.sites.localhost',
    applicationInsightsAudience:
      ports.insights === undefined ? 'https://insights.invalid' : `https://localhost:${ports.insights}`,
    local: {
      caCertificate,
      hosts: [
        `localhost:${ports.arm}`,
        ...(ports.vault === undefined ? [] : [`*.vault.localhost:${ports.vault}`]),
        ...(ports.sites === undefined ? [] : [`*.sites.localhost:${ports.sites}`]),
        ...(ports.scm === undefined ? [] : [`*.scm.localhost:${ports.scm}`]),
        ...[ports.graph, ports.insights, ...(ports.strange ?? [])]
          .filter((port) => port !== undefined)
          .map((port) => `localhost:${port}`),
      ],
    },
  };
  const log: string[] = [];
  const tokens: TestCloud['tokens'] = [];
  const trust = new TrustRegistry({ cloud: () => cloud, ...(askForeignHost ? { askForeignHost } : {}) });
  const http = createTransport({
    cloud: () => cloud,
    trust,
    log: (line) => log.push(line),
    userAgent: 'keyless/test',
  });
  const clock = new HastyClock();
  const c = new Connection({
    accountId: 'someone',
    tenantId,
    cloud,
    http,
    clock,
    credential: {
      getToken(scopes, options) {
        const { claims, tenantId: tenant } = options ?? {};
        tokens.push({
          scopes,
          ...(claims === undefined ? {} : { claims }),
          ...(tenant === undefined ? {} : { tenantId: tenant }),
        });
        const token = `${[scopes].flat().join(' ')}#${tokens.length}${claims === undefined ? '' : '+claims'}`;
        return Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
      },
    },
  });
  return { c, clock, cloud, log, tokens };
}

const subscription = '/subscriptions/22222222-2222-4222-8222-222222222222';

export const siteId = `${subscription}/resourceGroups/rg/providers/Microsoft.Web/sites/app`;
export const vaultId = `${subscription}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`;

/** A site as Resource Manager returns it. */
export function siteJson(
  hosts: { scm?: string; site?: string },
  more: { kind?: string; identity?: unknown; sku?: string; state?: string } = {},
) {
  return {
    id: siteId,
    name: 'app',
    type: 'Microsoft.Web/sites',
    kind: more.kind ?? 'functionapp',
    location: 'West Europe',
    properties: {
      state: more.state ?? 'Running',
      sku: more.sku ?? 'Basic',
      defaultHostName: hosts.site ?? 'app.sites.localhost:1',
      hostNameSslStates: [
        { name: hosts.site ?? 'app.sites.localhost:1', hostType: 'Standard' },
        ...(hosts.scm === undefined ? [] : [{ name: hosts.scm, hostType: 'Repository' }]),
      ],
    },
    ...(more.identity === undefined ? {} : { identity: more.identity }),
  };
}
