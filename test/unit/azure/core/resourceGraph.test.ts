import assert from 'node:assert/strict';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import { queryResourceGraph } from '../../../../src/azure/core/resourceGraph';
import { json, testCloud, TestServer } from '../servers';
import type { Handler } from '../servers';

describe('Resource Graph', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  async function cloudOf(handler: Handler) {
    const arm = await TestServer.start(handler);
    servers.push(arm);
    return { ...(await testCloud({ arm: arm.port })), arm };
  }

  it('is queried for a thousand subscriptions at a time, page by page', async () => {
    const bodies: { subscriptions: string[]; options: Record<string, unknown> }[] = [];
    const { c } = await cloudOf((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof bodies)[number]);
        json(response, 200, {
          data: [{ id: bodies.length }],
          ...(bodies.length === 1 ? { $skipToken: 'next' } : {}),
        });
      });
    });
    const ids = Array.from({ length: 1001 }, (_, index) => `s${index}`);
    const rows = await queryResourceGraph(c, ids, 'resources | project id', undefined);
    assert.deepEqual(rows, [{ id: 1 }, { id: 2 }, { id: 3 }]);
    assert.deepEqual(
      bodies.map(({ subscriptions, options }) => [subscriptions.length, options['$skipToken']]),
      [
        [1000, undefined],
        [1000, 'next'],
        [1, undefined],
      ],
    );
  });

  it('is not queried again until a used-up quota is reset', async () => {
    const { c, clock } = await cloudOf((_request, response) => {
      json(
        response,
        200,
        { data: [] },
        { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:01' },
      );
    });
    await queryResourceGraph(c, ['s'], 'q', undefined);
    await queryResourceGraph(c, ['s'], 'q', undefined);
    const [wait = 0] = clock.waits;
    assert.ok(wait > 900 && wait <= 1000, String(wait));
    assert.equal(clock.waits.length, 1);
    const stop = new AbortController();
    const waiting = queryResourceGraph(c, ['s'], 'q', stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('fails, instead of hanging, if a page is repeated or has no rows', async () => {
    const { c } = await cloudOf((_request, response) => {
      json(response, 200, { data: [], $skipToken: 'same' });
    });
    await assert.rejects(queryResourceGraph(c, ['s'], 'q', undefined), { code: 'RepeatedPage' });
    const other = await cloudOf((_request, response) => {
      json(response, 200, {});
    });
    await assert.rejects(queryResourceGraph(other.c, ['s'], 'q', undefined), { code: 'BadAnswer' });
  });

  it('is replaced by direct calls to the services where it is missing', async () => {
    const { c, arm } = await cloudOf((request, response) => {
      if (request.url?.includes('ResourceGraph') === true) json(response, 404, {});
      else json(response, 200, { value: [] });
    });
    assert.deepEqual(await listFunctionApps(c, ['s1', 's2']), { items: [], failures: [] });
    // In each subscription, App Service and Container Apps are asked.
    assert.equal(arm.seen.length, 1 + 2 * 2);
  });
});
