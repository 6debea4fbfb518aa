import assert from 'node:assert/strict';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { publicCloud } from '../../../../src/azure/core/cloud';
import { explain } from '../../../../src/azure/explain/explain';
import { listSubscriptions, listTenants } from '../../../../src/azure/directory/subscriptions';
import { createTransport } from '../../../../src/azure/core/transport';
import { TrustRegistry } from '../../../../src/azure/core/tokens/trust';
import { createTlsMaterial } from '../../../../src/sandbox/server/tls';
import type { Handler } from '../servers';
import { json, testCloud, TestServer } from '../servers';

describe('transport', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  async function start(handler: Handler): Promise<TestServer> {
    const server = await TestServer.start(handler);
    servers.push(server);
    return server;
  }
  const empty: Handler = (_request, response) => {
    json(response, 200, { value: [] });
  };

  it("reaches the sandbox's names on loopback, keeps the names, and trusts its CA only for them", async () => {
    const vault = await start(empty);
    const { c, cloud } = await testCloud({ arm: 1, vault: vault.port });
    const url = `https://kv.vault.localhost:${vault.port}/secrets?x=1`;
    const response = await c.http.sendRequest(createPipelineRequest({ url }));
    assert.equal(response.status, 200);
    assert.deepEqual(
      [vault.seen[0]?.host, vault.seen[0]?.url],
      [`kv.vault.localhost:${vault.port}`, '/secrets?x=1'],
    );
    const others = { ...cloud, local: { caCertificate: cloud.local?.caCertificate ?? '', hosts: [] } };
    const stranger = createTransport({
      cloud: () => others,
      trust: new TrustRegistry({ cloud: () => others }),
    });
    const refused = createPipelineRequest({ url: `https://localhost:${vault.port}/` });
    await assert.rejects(stranger.sendRequest(refused), /certificate/);
  });

  it('rejects and explains a certificate of another CA', async () => {
    const server = await TestServer.start(empty, await createTlsMaterial());
    servers.push(server);
    const { c } = await testCloud({ arm: server.port });
    const failure = await listTenants(c).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.match(explain(failure).reason, /certificate/);
    assert.deepEqual(server.seen, []);
  });

  it('bypasses proxies from the environment for the sandbox, and sets no agent for other hosts', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const before = process.env['HTTPS_PROXY'];
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const server = await start(empty);
      const { c } = await testCloud({ arm: server.port });
      assert.deepEqual(await listTenants(c), []);
      assert.deepEqual(asked, []);
    } finally {
      if (before === undefined) delete process.env['HTTPS_PROXY'];
      else process.env['HTTPS_PROXY'] = before;
      proxy.close();
    }
    const real = createPipelineRequest({ url: 'https://nowhere.invalid/' });
    const http = createTransport({
      cloud: () => publicCloud,
      trust: new TrustRegistry({ cloud: () => publicCloud }),
    });
    await assert.rejects(http.sendRequest(real));
    assert.deepEqual([real.agent, real.requestOverrides], [undefined, { agent: undefined }]);
  });

  it('reuses its connection, and the TLS session once that is closed', async () => {
    const sockets: TLSSocket[] = [];
    const resumed: boolean[] = [];
    const server = await start((request, response) => {
      assert.ok(request.socket instanceof TLSSocket);
      sockets.push(request.socket);
      resumed.push(request.socket.isSessionReused());
      json(response, 200, { value: [] }, sockets.length === 2 ? { Connection: 'close' } : {});
    });
    const { c } = await testCloud({ arm: server.port });
    for (let n = 0; n < 3; n++) await listTenants(c);
    assert.equal(sockets[0], sockets[1]);
    assert.notEqual(sockets[1], sockets[2]);
    assert.deepEqual(resumed, [false, false, true]);
  });

  it('logs one line per request and no secrets', async () => {
    const server = await start((_request, response) => {
      json(response, 200, { value: [] }, { 'x-ms-request-id': 'id-1 <b>' });
    });
    const { c, log } = await testCloud({ arm: server.port });
    await listSubscriptions(c);
    const request = createPipelineRequest({
      url: `https://localhost:${server.port}/poll?sig=SECRET&code=SECRET`,
      headers: createHttpHeaders({ Cookie: 'SECRET' }),
    });
    await c.http.sendRequest(request);
    assert.equal(log.length, 2);
    assert.match(log[0] ?? '', /^GET localhost:\d+\/subscriptions 200 \d+ ms id-1b$/);
    assert.match(log[1] ?? '', /^GET localhost:\d+\/poll 200 \d+ ms/);
    assert.doesNotMatch(log.join(), /SECRET|Bearer|api-version/);
  });

  it('sends its User-Agent', async () => {
    const server = await start(empty);
    const { c } = await testCloud({ arm: server.port });
    await listTenants(c);
    assert.equal(server.seen[0]?.headers['user-agent'], 'keyless/test');
  });

  it('reports a timeout as a timeout and a cancellation as a cancellation', async () => {
    const server = await start(() => undefined);
    const { c, log } = await testCloud({ arm: server.port });
    const url = `https://localhost:${server.port}/`;
    await assert.rejects(c.http.sendRequest(createPipelineRequest({ url, timeout: 50 })), {
      code: 'ETIMEDOUT',
    });
    // On a busy machine, the first request may end before the server sees it.
    const seen = server.seen.length;
    const stop = new AbortController();
    const pending = listTenants(c, stop.signal);
    pending.catch(() => undefined);
    while (server.seen.length === seen) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await assert.rejects(pending, { name: 'AbortError' });
    assert.match(log.join('\n'), /ETIMEDOUT[\s\S]*AbortError/);
  });
});
