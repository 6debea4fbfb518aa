import assert from 'node:assert/strict';
import { createPipelineRequest, createHttpHeaders } from '@azure/core-rest-pipeline';
import { AzureError } from '../../../../src/azure/core/errors';
import { explain } from '../../../../src/azure/explain/explain';
import { systemClock } from '../../../../src/azure/core/clock';
import { Connection } from '../../../../src/azure/core/connection';
import { retryAfter, throttled, transient } from '../../../../src/azure/core/pipeline';
import { callResourceManager } from '../../../../src/azure/core/request';
import { scopeOf } from '../../../../src/azure/core/tokens/scopes';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { changedConnection } from '../../../support/connections';
import type { Handler } from '../servers';
import { json, tenantId, testCloud, TestServer } from '../servers';

describe('pipeline', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  async function cloudOf(handler: Handler) {
    const arm = await TestServer.start(handler);
    servers.push(arm);
    return { ...(await testCloud({ arm: arm.port })), arm };
  }

  it("requests tokens for Resource Manager's audience in the connection's tenant, and caches them", async () => {
    const { c, tokens, arm } = await cloudOf((_request, response) => {
      json(response, 200, { value: [] });
    });
    await listSubscriptions(c);
    await listSubscriptions(c);
    assert.deepEqual(tokens, [{ scopes: [`https://localhost:${arm.port}/.default`], tenantId }]);
    assert.equal(arm.seen[1]?.authorization, `Bearer https://localhost:${arm.port}/.default#1`);
  });

  it('builds scopes with one slash', () => {
    assert.equal(
      scopeOf('https://management.core.windows.net/'),
      'https://management.core.windows.net/.default',
    );
    assert.equal(scopeOf('https://vault.azure.net'), 'https://vault.azure.net/.default');
  });

  it('can be canceled while sign-in waits for the user', async () => {
    const { c } = await cloudOf((_request, response) => {
      json(response, 200, { value: [] });
    });
    const stop = new AbortController();
    const waiting = changedConnection(c, {
      credential: {
        getToken: () =>
          new Promise<never>(() =>
            setImmediate(() => {
              stop.abort();
            }),
          ),
      },
    });
    await assert.rejects(listSubscriptions(waiting, stop.signal), { name: 'AbortError' });
  });

  const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: '1' } } });
  const challenge = {
    'WWW-Authenticate': `Bearer realm="", authorization_uri="https://login.invalid/common/oauth2/authorize", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  };

  it('answers a claims challenge once with a token that has the claims', async () => {
    const { c, tokens, arm } = await cloudOf((request, response) => {
      if (request.headers.authorization?.endsWith('+claims') === true) json(response, 200, { value: [] });
      else json(response, 401, { error: { code: 'InvalidAuthenticationToken', message: 'x' } }, challenge);
    });
    assert.deepEqual(await listSubscriptions(c), []);
    assert.equal(tokens[1]?.claims, claims);
    assert.equal(arm.seen.length, 2);
  });

  it('reports the claims of a repeated challenge', async () => {
    const { c, arm } = await cloudOf((_request, response) => {
      json(response, 401, { error: { code: 'InvalidAuthenticationToken', message: 'x' } }, challenge);
    });
    const failure = await listSubscriptions(c).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof AzureError);
    assert.equal(failure.claims, claims);
    assert.match(explain(failure).reason, /requires you to sign in again/);
    assert.equal(arm.seen.length, 2);
  });

  it('retries any other 401 once with a newer token', async () => {
    const { c, arm } = await cloudOf((request, response) => {
      if (request.headers.authorization?.endsWith('#1') === true)
        json(
          response,
          401,
          { error: { code: 'ExpiredAuthenticationToken', message: 'x' } },
          { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
        );
      else json(response, 200, { value: [] });
    });
    assert.deepEqual(await listSubscriptions(c), []);
    assert.equal(arm.seen.length, 2);
  });

  it('waits as long as a 429 asks, and retries', async () => {
    const { c, clock, arm } = await cloudOf((_request, response, seen) => {
      if (seen.length === 1) json(response, 429, {}, { 'retry-after-ms': '20' });
      else if (seen.length === 2) json(response, 429, {}, { 'x-ms-retry-after-ms': '1' });
      else json(response, 200, { value: [] });
    });
    assert.deepEqual(await listSubscriptions(c), []);
    assert.equal(arm.seen.length, 3);
    assert.deepEqual(clock.waits, [20, 1]);
  });

  it('waits for an app whose host is starting, and reports one that stays broken', async () => {
    // As pasted in Azure/azure-functions-core-tools#1204.
    const Message = 'Encountered an error (ServiceUnavailable) from host runtime.';
    const body = {
      Code: 'BadRequest',
      Message,
      Target: null,
      Details: [{ Message }, { Code: 'BadRequest' }],
    };
    let failures = 2;
    const { c, arm, clock } = await cloudOf((_request, response) => {
      if (failures-- > 0) json(response, 400, body);
      else json(response, 200, { value: [] });
    });
    assert.deepEqual(await listSubscriptions(c), []);
    assert.equal(arm.seen.length, 3);
    assert.deepEqual(clock.waits, [3000, 10_000]);
    failures = 9;
    await assert.rejects(listSubscriptions(c), { status: 400, message: Message });
    assert.equal(arm.seen.length, 6);
    failures = 9;
    const request = { method: 'PUT', path: '/subscriptions', apiVersion: '1', once: true } as const;
    await assert.rejects(callResourceManager(c, request), { status: 400 });
    assert.equal(arm.seen.length, 7, 'a request that must be sent once');
  });

  it('does not wait for minutes, but reports the wait', async () => {
    const { c, arm } = await cloudOf((_request, response) => {
      json(response, 429, { error: { code: 'TooManyRequests', message: 'slow' } }, { 'Retry-After': '300' });
    });
    const failure = await listSubscriptions(c).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof AzureError);
    assert.equal(failure.retryAfterSeconds, 300);
    assert.match(explain(failure).nextStep ?? '', /300 seconds/);
    assert.equal(arm.seen.length, 1);
  });

  it('can be canceled while it waits for a retry', async () => {
    const stop = new AbortController();
    const { c, arm } = await cloudOf((_request, response) => {
      json(response, 503, {}, { 'Retry-After': '30' });
      response.on('finish', () =>
        setTimeout(() => {
          stop.abort();
        }, 10),
      );
    });
    const started = Date.now();
    const { accountId, tenantId, cloud, credential, http } = c;
    const inRealTime = new Connection({ accountId, tenantId, cloud, credential, http, clock: systemClock });
    await assert.rejects(listSubscriptions(inRealTime, stop.signal), { name: 'AbortError' });
    assert.ok(Date.now() - started < 10_000);
    assert.equal(arm.seen.length, 1);
  });

  const answer = (status: number, headers: Record<string, string> = {}) => ({
    status,
    headers: createHttpHeaders(headers),
    request: createPipelineRequest({ url: 'https://localhost/' }),
  });

  it('backs off after a 429 without Retry-After, which core does not retry', () => {
    const pauses = [0, 1, 2].map(
      (retryCount) => throttled.retry({ response: answer(429), retryCount }).retryAfterInMs ?? 0,
    );
    pauses.forEach((pause, n) => {
      assert.ok(pause >= 500 * 2 ** n && pause <= 1000 * 2 ** n, `${n}: ${pause}`);
    });
    assert.ok(throttled.retry({ response: answer(503), retryCount: 0 }).skipStrategy);
    assert.equal(
      throttled.retry({ response: answer(503, { 'Retry-After': '7' }), retryCount: 0 }).retryAfterInMs,
      7000,
    );
  });

  it('retries transient errors and no others', () => {
    const again = (status: number) =>
      transient.retry({ response: answer(status), retryCount: 0 }).retryAfterInMs !== undefined;
    assert.deepEqual([408, 500, 502, 503, 504].map(again), [true, true, true, true, true]);
    assert.deepEqual([400, 401, 403, 404, 409, 412, 429, 501, 505].map(again), Array(9).fill(false));
  });

  it('reads every form of Retry-After', () => {
    assert.equal(retryAfter(answer(429, { 'Retry-After': '2' })), 2000);
    assert.equal(retryAfter(answer(429, { 'Retry-After': '0' })), 0);
    assert.equal(retryAfter(answer(429)), undefined);
    assert.equal(retryAfter(answer(429, { 'Retry-After': 'soon' })), undefined);
    const date = retryAfter(answer(429, { 'Retry-After': new Date(Date.now() + 5000).toUTCString() }));
    assert.ok(date !== undefined && date > 2000 && date <= 5000);
  });

  it('reports truncated JSON', async () => {
    const { c, clock } = await cloudOf((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"value":[{"subscr'),
    );
    await assert.rejects(listSubscriptions(c), { code: 'BadAnswer' });
    assert.equal(clock.waits.length, 3);
    clock.waits.forEach((wait, n) => {
      assert.ok(wait >= 500 * 2 ** n && wait <= 1000 * 2 ** n, `${n}: ${wait}`);
    });
  });

  it('retries when a connection is lost', async () => {
    const { c, arm } = await cloudOf((_request, response, seen) => {
      if (seen.length === 1) response.destroy();
      else json(response, 200, { value: [] });
    });
    assert.deepEqual(await listSubscriptions(c), []);
    assert.equal(arm.seen.length, 2);
  });
});
