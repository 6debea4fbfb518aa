import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsMaterial } from './tls';

/** The services; each one has its own port and host names. */
export type ServiceKind =
  'arm' | 'entra' | 'graph' | 'vault' | 'storage' | 'sites' | 'scm' | 'insights' | 'control' | 'signIn';

export interface Listener {
  kind: ServiceKind;
  port: number;
  /** Requests that arrive before this get 503. */
  serve(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Stops accepting connections and cuts the open ones. */
  close(): Promise<void>;
}

/**
 * Opens a free port on 127.0.0.1 and, if there is IPv6, the same one on ::1: some resolvers return ::1 first
 * for `localhost` and the names below it. Speaks HTTPS with `tls`, plain HTTP without it. Accepts only the
 * host names of `kind`, with this very port: requests that a foreign page makes a browser send (DNS
 * rebinding) are rejected.
 * @throws Error if no port is free on both addresses
 */
export async function openListener(kind: ServiceKind, tls?: TlsMaterial): Promise<Listener> {
  let handler: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  let port = 0;
  const gate: RequestListener = (request, response) => {
    const refusal = refuseHost(kind, port, request);
    if (refusal !== undefined) refuse(response, ...refusal);
    else if (handler === undefined) refuse(response, 503, 'The sandbox is starting.');
    else handler(request, response);
  };
  const servers = await openOnBothAddresses(() => createServer(gate, tls));
  port = (servers[0]?.address() as AddressInfo).port;
  return {
    kind,
    port,
    serve: (next) => {
      handler = next;
    },
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

type Server = http.Server | https.Server;

function createServer(gate: RequestListener, tls: TlsMaterial | undefined): Server {
  // Longer than clients keep idle connections, so that a request never hits a socket that was just closed.
  const options = { keepAliveTimeout: 120_000 };
  const server =
    tls === undefined
      ? http.createServer(options, gate)
      : https.createServer(
          { ...options, key: tls.privateKey, cert: tls.certificate, minVersion: 'TLSv1.2' },
          gate,
        );
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function openOnBothAddresses(create: () => Server): Promise<Server[]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const ipv4 = create();
    await listenOn(ipv4, '127.0.0.1', 0);
    const ipv6 = create();
    try {
      await listenOn(ipv6, '::1', (ipv4.address() as AddressInfo).port);
      return [ipv4, ipv6];
    } catch (error) {
      if (!isSystemError(error, 'EADDRINUSE')) return [ipv4]; // no IPv6 on this machine
      await closeServer(ipv4);
    }
  }
  throw new Error('No port is free on both 127.0.0.1 and ::1.');
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

const hostNames: Record<ServiceKind, RegExp> = {
  arm: /^localhost$/,
  entra: /^localhost$/,
  graph: /^localhost$/,
  insights: /^localhost$/,
  control: /^localhost$/,
  signIn: /^(localhost|127\.0\.0\.1)$/,
  vault: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.vault\.localhost$/,
  // Apps reach it by its names in Azure, which workerSetup.ts redirects here.
  storage:
    /^[a-z0-9]{3,24}\.(?:blob|queue|table)\.(?:localhost|core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))$/,
  sites: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.sites\.localhost$/,
  scm: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.scm\.localhost$/,
};

function refuseHost(kind: ServiceKind, port: number, request: IncomingMessage): [number, string] | undefined {
  const { host } = request.headers;
  if (host === undefined || !request.url?.startsWith('/')) return [400, 'Bad Request'];
  const [name = '', hostPort, more] = host.toLowerCase().split(':');
  const isAzureName = kind === 'storage' && !name.endsWith('localhost') && hostPort === undefined;
  const known =
    hostNames[kind].test(name) && (hostPort === port.toString() || isAzureName) && more === undefined;
  return known ? undefined : [421, 'Misdirected Request'];
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text);
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
