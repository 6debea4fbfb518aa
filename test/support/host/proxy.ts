import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

export interface InterceptOptions {
  /** PEM, valid for the sandbox's host names. */
  readonly certificate: string;
  readonly privateKey: string;
  /** The CA that the proxy itself trusts. */
  readonly ca: string;
  /** Maps a requested host to the name that the service uses for itself. */
  readonly hostOf: (host: string) => string;
}

/**
 * An HTTP proxy (CONNECT) on a free port of 127.0.0.1 that resolves every name to 127.0.0.1. It forwards bytes, or with
 * `intercept` terminates TLS with its own certificate, like corporate proxies.
 */
export class TestProxy {
  /** `host:port` of each CONNECT. */
  readonly connects: string[] = [];
  /** `GET host:port/path` of each intercepted request, without the query. */
  readonly requests: string[] = [];
  private readonly sockets = new Set<Duplex>();
  private readonly server = http.createServer((_request, response) => response.writeHead(400).end());
  private readonly inside: http.Server;

  private constructor(private readonly intercept: InterceptOptions | undefined) {
    this.inside = http.createServer((request, response) => {
      this.forward(request, response);
    });
    this.server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      this.connect(request.url ?? '', socket);
    });
  }

  static async start(intercept?: InterceptOptions): Promise<TestProxy> {
    const proxy = new TestProxy(intercept);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connect(target: string, socket: Duplex): void {
    this.connects.push(target);
    this.keep(socket);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (this.intercept) {
      const { certificate: cert, privateKey: key } = this.intercept;
      const secured = new tls.TLSSocket(socket, { isServer: true, cert, key });
      this.keep(secured);
      this.inside.emit('connection', secured);
      return;
    }
    const onward = net.connect(Number(target.split(':')[1]), '127.0.0.1');
    this.keep(onward);
    socket.pipe(onward).pipe(socket);
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const host = headers.host ?? '';
    this.requests.push(`${method} ${host}${url.split('?')[0] ?? ''}`);
    const known = this.intercept?.hostOf(host) ?? host;
    const onward = https.request(
      {
        ...{ host: '127.0.0.1', port: host.split(':')[1], servername: known.split(':')[0] },
        ...{ method, path: url, headers: { ...headers, host: known }, agent: false, ca: this.intercept?.ca },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
