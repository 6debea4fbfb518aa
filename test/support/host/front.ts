import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** The server that a window connects to. It adds two things that the window needs to VS Code's server behind it. */
export interface Front {
  port: number;
  close(): void;
}

/**
 * Takes the place of code-server's own front end, on a free port of 127.0.0.1. It gives the window half of the key to its
 * secrets, so that they outlast reloads, and redirects to other pages on this machine, such as a sign-in page.
 * Everything else goes to VS Code's server, which requires its connection token.
 * @param socketPath where VS Code's server listens
 * @param token the server's connection token
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

/** VS Code's server stores the token in a cookie after it was presented once. */
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

/** Forwards a WebSocket: the opening request unchanged, and then bytes in both directions. */
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
