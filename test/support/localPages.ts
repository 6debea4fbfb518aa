import { once } from 'node:events';
import http from 'node:http';

/** Sends browsers on to pages of this machine. */
export interface LocalPages {
  /** For VSCODE_PROXY_URI: where VS Code's window finds 127.0.0.1:{{port}}. */
  template: string;
  close(): void;
}

/**
 * A window of the web workbench does not open pages of the machine that its extensions run on by their own address, but
 * through a proxy of code-server's front end. Here is only VS Code's server, and the browser is on the same machine.
 */
export async function startLocalPages(): Promise<LocalPages> {
  const server = http.createServer((request, response) => {
    const [, port, rest = '/'] = /^\/(\d{1,5})(\/.*)?$/.exec(request.url ?? '') ?? [];
    if (port) response.writeHead(307, { location: `http://127.0.0.1:${port}${rest}` });
    else response.writeHead(404);
    response.end();
  });
  server.unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    template: `http://127.0.0.1:${address.port}/{{port}}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
