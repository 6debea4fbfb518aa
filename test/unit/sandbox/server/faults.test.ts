import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import {
  applicationToken,
  control,
  sandboxFetch,
  sandboxOpen,
  type SandboxResponse,
} from '../../../support/sandboxClient';

describe("The sandbox's faults", () => {
  let sandbox: RunningSandbox;
  let ready: SandboxReady;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    sandbox = await startSandbox();
    ready = sandbox.ready;
    token = await applicationToken(ready, ready.resourceManagerUrl);
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    await control(ready, 'DELETE', '/faults');
    await control(ready, 'PATCH', '/settings', { latencyMs: 0 });
  });

  const url = () => `${ready.resourceManagerUrl}/subscriptions?api-version=2022-12-01`;
  const ask = (): Promise<SandboxResponse> =>
    sandboxFetch(ready, url(), { headers: { authorization: `Bearer ${token}` } });

  it('occur as often as requested, then the service answers again', async () => {
    await control(ready, 'POST', '/faults', { service: 'arm', status: 503, count: 2, skip: 1 });
    const statuses: number[] = [];
    for (let request = 0; request < 5; request++) statuses.push((await ask()).status);
    assert.deepEqual(statuses, [200, 503, 503, 200, 200]);
  });

  it('last until they are removed if their count is 0', async () => {
    await control(ready, 'POST', '/faults', { service: 'arm', status: 500, count: 0 });
    for (let request = 0; request < 4; request++) assert.equal((await ask()).status, 500);
    await control(ready, 'DELETE', '/faults');
    assert.equal((await ask()).status, 200);
  });

  it('affect only the given service, method and path', async () => {
    await control(ready, 'POST', '/faults', { service: 'vault', status: 500 });
    await control(ready, 'POST', '/faults', { service: 'arm', method: 'PUT', status: 500 });
    await control(ready, 'POST', '/faults', { service: 'arm', path: '/tenants', status: 500 });
    assert.equal((await ask()).status, 200);
    const tenants = await sandboxFetch(ready, `${ready.resourceManagerUrl}/tenants?api-version=2022-12-01`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(tenants.status, 500);
  });

  it('can be 429 with and without Retry-After', async () => {
    await control(ready, 'POST', '/faults', { service: 'arm', status: 429, retryAfterSeconds: 7 });
    await control(ready, 'POST', '/faults', { service: 'arm', status: 429 });
    const first = await ask();
    assert.equal(first.status, 429);
    assert.equal(first.headers['retry-after'], '7');
    assert.match(first.text, /SubscriptionRequestsThrottled.*'7' seconds/);
    const second = await ask();
    assert.equal(second.status, 429);
    assert.equal(second.headers['retry-after'], undefined);
  });

  it('can answer with a given body and headers', async () => {
    const body = { error: { code: 'ScopeLocked', message: 'Locked.' } };
    await control(ready, 'POST', '/faults', {
      service: 'arm',
      status: 409,
      body,
      headers: { 'x-test': 'yes' },
    });
    const answer = await ask();
    assert.deepEqual([answer.status, answer.json(), answer.headers['x-test']], [409, body, 'yes']);
  });

  it('can cut the connection', async () => {
    await control(ready, 'POST', '/faults', { service: 'arm', disconnect: true });
    await assert.rejects(ask(), { code: 'ECONNRESET' });
    assert.equal((await ask()).status, 200);
  });

  it('can cut off JSON in the middle of a valid HTTP message', async () => {
    const whole = (await ask()).text;
    await control(ready, 'POST', '/faults', { service: 'arm', truncateJson: true });
    const answer = await ask();
    assert.equal(answer.status, 200);
    assert.equal(answer.text, whole.slice(0, Math.floor(whole.length / 2)));
    assert.throws(() => answer.json(), SyntaxError);
  });

  for (const bytes of [0, 1, 25])
    it(`can cut a stream after ${bytes} bytes`, async () => {
      await control(ready, 'POST', '/faults', { service: 'scm', cutAfterBytes: bytes, count: 1 });
      const scmToken = await applicationToken(ready, 'https://appservice.azure.com');
      const stream = await sandboxOpen(
        ready,
        `https://keyless-demo-app.scm.localhost:${ready.scmPort}/api/logstream`,
        { headers: { authorization: `Bearer ${scmToken}` } },
      );
      assert.equal(stream.statusCode, 200);
      const received: Buffer[] = [];
      await assert.rejects(
        (async () => {
          for await (const chunk of stream as AsyncIterable<Buffer>) received.push(chunk);
        })(),
        { code: 'ECONNRESET' },
      );
      assert.equal(Buffer.concat(received).length, bytes);
    });

  it('can delay one answer, or all', async () => {
    await control(ready, 'POST', '/faults', { service: 'arm', latencyMs: 300 });
    const took = async () => {
      const start = performance.now();
      await ask();
      return performance.now() - start;
    };
    assert.ok((await took()) >= 295);
    await control(ready, 'PATCH', '/settings', { latencyMs: 120 });
    assert.ok((await took()) >= 115);
  });

  it('are counted like all requests', async () => {
    await control(ready, 'DELETE', '/stats');
    await control(ready, 'POST', '/faults', { service: 'arm', status: 500 });
    await ask();
    await ask();
    const stats = await control<{ services: { arm: unknown }; recent: { path: string; status: number }[] }>(
      ready,
      'GET',
      '/stats',
    );
    assert.deepEqual(stats.services.arm, { requests: 2, byStatus: { 200: 1, 500: 1 } });
    assert.deepEqual(
      stats.recent.filter(({ path }) => path === '/subscriptions').map(({ status }) => status),
      [500, 200],
    );
  });
});
