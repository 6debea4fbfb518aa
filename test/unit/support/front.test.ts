import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { startFront, type Front } from '../../support/host/front';
import { temporaryFolder } from '../../support/processes';

describe('the front of a window', () => {
  const work = temporaryFolder('front-test');
  const socketPath = path.join(work.path, 'server');
  const behind = http.createServer((request, response) => {
    response.writeHead(201, { 'x-from': 'server' }).end(`${request.method ?? ''} ${request.url ?? ''}`);
  });
  let front: Front;
  const address = (rest: string) => `http://127.0.0.1:${front.port}${rest}`;

  before(async () => {
    behind.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
      socket.pipe(socket);
    });
    await once(behind.listen(socketPath), 'listening');
    front = await startFront(socketPath, 'secret-token');
  });

  after(() => {
    front.close();
    behind.close();
    behind.closeAllConnections();
    work.remove();
  });

  it('forwards requests and responses', async () => {
    const answer = await fetch(address('/a/b?c=1'), { method: 'PUT', body: 'x' });
    assert.deepEqual(
      [answer.status, answer.headers.get('x-from'), await answer.text()],
      [201, 'server', 'PUT /a/b?c=1'],
    );
  });

  it('forwards WebSockets in both directions', async () => {
    const request = http.get(address('/socket'), { headers: { connection: 'Upgrade', upgrade: 'test' } });
    const [, socket] = (await once(request, 'upgrade')) as [unknown, Duplex];
    socket.write('hello');
    const [said] = (await once(socket, 'data')) as [Buffer];
    assert.equal(said.toString(), 'hello');
    socket.destroy();
  });

  it('gives the same key to its own window every time, and to no one else', async () => {
    const ask = (cookie: string) => fetch(address('/mint-key'), { method: 'POST', headers: { cookie } });
    const key = await (await ask('a=b; vscode-tkn=secret-token')).arrayBuffer();
    assert.equal(key.byteLength, 32);
    assert.deepEqual(await (await ask('vscode-tkn=secret-token')).arrayBuffer(), key);
    assert.equal((await ask('vscode-tkn=other')).status, 403);
  });

  it('redirects only to pages on this machine', async () => {
    const answer = await fetch(address('/proxy/8123/sign-in?a=1'), { redirect: 'manual' });
    assert.deepEqual(
      [answer.status, answer.headers.get('location')],
      [307, 'http://127.0.0.1:8123/sign-in?a=1'],
    );
    assert.equal((await fetch(address('/proxy/elsewhere.example/'), { redirect: 'manual' })).status, 201);
  });

  it('returns 502 if the server is gone', async () => {
    const orphan = await startFront(path.join(work.path, 'nobody'), 'x');
    try {
      assert.equal((await fetch(`http://127.0.0.1:${orphan.port}/`)).status, 502);
    } finally {
      orphan.close();
    }
  });
});
