import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** The address of a window: VS Code's server behind it, and two things that its window looks for beside it. */
export interface Front {
  port: number;
  close(): void;
}

/**
 * Stands where code-server has its own front end, on a free port of 127.0.0.1. The window gets half of the key to its
 * secrets here (so they last across reloads), and is sent on to other pages of this machine, such as a sign-in page.
 * Everything else goes to VS Code's server, which asks for its connection token.
 * @param socketPath where VS Code's server listens
 * @param token its connection token
 */
export async function startFront(socketPath: string, token: string): Promise<Front> {
  const keyPart = randomBytes(32);
  const server = http.createServer((request, response) => {
    const page = /^\/proxy\/(\d{1,5})(\/.*)?$/.exec(request.url ?? '');
    if (page)
      response.writeHead(307, { location: `http://127.0.0.1:${page[1] ?? ''}${page[2] ?? '/'}` }).end();
    else if (request.method === 'POST' && request.url?.endsWith('/mint-key'))
      response
        .writeHead(isOwnWindow(request, token) ? 200 : 403)
        .end(isOwnWindow(request, token) ? keyPart : '');
    else passOn(request, response, socketPath);
  });
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    passOnSocket(request, socket, head, socketPath);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The front has no port.');
  return {
    port: address.port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** VS Code's server keeps the token in a cookie once it was shown. */
function isOwnWindow(request: http.IncomingMessage, token: string): boolean {
  return (request.headers.cookie ?? '').split(/; */).includes(`vscode-tkn=${token}`);
}

function passOn(request: http.IncomingMessage, response: http.ServerResponse, socketPath: string): void {
  const { method, url, headers } = request;
  const onward = http.request({ socketPath, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

/** A WebSocket: its opening, as it came, and from then on bytes both ways. */
function passOnSocket(request: http.IncomingMessage, socket: Duplex, head: Buffer, socketPath: string): void {
  const onward = net.connect(socketPath, () => {
    const headers = request.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    onward.write(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${headers}\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  for (const [one, other] of [
    [socket, onward],
    [onward, socket],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}
