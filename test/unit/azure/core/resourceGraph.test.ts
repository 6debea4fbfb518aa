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

  interface Asked {
    readonly options: { readonly $skip?: number; readonly $skipToken?: string };
    readonly answer: (from: number, to: number, more: object, headers?: Record<string, string>) => void;
  }

  /** A Resource Graph whose rows have their numbers as IDs. */
  const graphOf = (handle: (asked: Asked) => void) =>
    cloudOf((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { options } = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
        const answer: Asked['answer'] = (from, to, more, headers) => {
          const data = Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
          json(response, 200, { data, totalRecords: 4500, ...more }, headers);
        };
        handle({ options, answer });
      });
    });
  const all = Array.from({ length: 4500 }, (_, id) => ({ id }));

  it('is asked for all further pages at once', async () => {
    const waiting: Asked[] = [];
    const { c, arm } = await graphOf((asked) => {
      if (asked.options.$skip === undefined) {
        asked.answer(0, 1000, { $skipToken: 'second' });
        return;
      }
      waiting.push(asked);
      if (waiting.length < 4) return;
      // In any order.
      for (const { options, answer } of waiting.reverse()) {
        const from = options.$skip ?? 0;
        const to = Math.min(from + 1000, 4500);
        answer(from, to, to < 4500 ? { $skipToken: `after ${to}` } : {});
      }
    });
    assert.deepEqual(await queryResourceGraph(c, ['s'], 'q', undefined), all);
    assert.equal(arm.seen.length, 5);
  });

  it('is asked by token after a page that is smaller than it can be', async () => {
    const { c } = await graphOf(({ options: { $skip, $skipToken }, answer }) => {
      if ($skip !== undefined) answer($skip, $skip + 700, { $skipToken: String($skip + 700) });
      else if ($skipToken === undefined) answer(0, 1000, { $skipToken: '1000' });
      else {
        const [from, to] = [Number($skipToken), Math.min(Number($skipToken) + 700, 4500)];
        answer(from, to, to < 4500 ? { $skipToken: String(to) } : {});
      }
    });
    assert.deepEqual(await queryResourceGraph(c, ['s'], 'q', undefined), all);
  });

  it('is asked for no more pages at once than the quota allows', async () => {
    const { c, clock } = await graphOf(({ options: { $skip = 0 }, answer }) => {
      const to = Math.min($skip + 1000, 4500);
      const left = $skip === 0 ? '2' : '9';
      const headers = { 'x-ms-user-quota-remaining': left, 'x-ms-user-quota-resets-after': '00:00:01' };
      answer($skip, to, to < 4500 ? { $skipToken: `after ${to}` } : {}, headers);
    });
    assert.deepEqual(await queryResourceGraph(c, ['s'], 'q', undefined), all);
    // Of the four further pages, two.
    assert.deepEqual(
      clock.waits.map((wait) => wait > 900 && wait <= 1000),
      [true, true],
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
