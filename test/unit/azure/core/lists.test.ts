import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../../src/azure/core/clock';
import type { Connection } from '../../../../src/azure/core/connection';
import { allItems, listLimits } from '../../../../src/azure/core/limits/paging';
import { queryResourceGraph } from '../../../../src/azure/core/resourceGraph';
import { listSubscriptions } from '../../../../src/azure/directory/subscriptions';
import { explain } from '../../../../src/azure/explain/explain';
import { listDeletedSecrets } from '../../../../src/azure/keyVault/secretDeletion';
import { listSecrets } from '../../../../src/azure/keyVault/secrets';
import { readSecretState } from '../../../../src/azure/keyVault/secretState';
import { getKeyVault } from '../../../../src/azure/keyVault/vaults';
import { listResourceGroups } from '../../../../src/azure/resources/resources';
import { listAllSecrets, listAllVersions } from '../../../../src/inventory/secretLists';
import { changedConnection } from '../../../support/connections';
import { until } from '../../../support/until';
import type { TestCloud } from '../servers';
import { json, tenantId, testCloud, TestServer, vaultId } from '../servers';

/** Every list that has pages. */
const lists: Readonly<Record<string, (c: Connection, signal?: AbortSignal) => Promise<readonly unknown[]>>> =
  {
    'of Resource Manager': (c, signal) => listSubscriptions(c, signal),
    'of resource groups': (c, signal) => listResourceGroups(c, 's', signal),
    'of Resource Graph': (c, signal) => queryResourceGraph(c, ['s'], 'resources', signal),
    'of secrets': async (c, signal) =>
      listAllSecrets(c, await getKeyVault(c, vaultId), signal ?? new AbortController().signal),
    'of versions': async (c, signal) => listAllVersions(c, await getKeyVault(c, vaultId), 'a', signal),
    'of versions, for the state of one': async (c, signal) => [
      await readSecretState(c, await getKeyVault(c, vaultId), 'a', 'v', signal),
    ],
    'of deleted secrets': async (c, signal) => listDeletedSecrets(c, await getKeyVault(c, vaultId), signal),
  };

describe('a list', () => {
  let server: TestServer;
  let cloud: TestCloud;
  /** Answers the page with this number. */
  let answerPage: (page: number, answer: (items: readonly unknown[], next?: string) => void) => void;
  let pages = 0;

  before(async function () {
    this.timeout(60_000);
    server = await TestServer.start((request, response) => {
      const { url = '', headers } = request;
      if (headers.host?.startsWith('kv.') === true && headers.authorization === undefined)
        json(response, 401, {}, challenge);
      else if (/\/vaults\/kv\?/.test(url)) json(response, 200, vaultJson());
      else if (/\/vaults\/kv\/secrets\/a\?/.test(url)) json(response, 403, {});
      else answerPage(++pages, respond(request, response));
    });
    cloud = await testCloud({ arm: server.port, vault: server.port });
  });
  after(() => server.stop());
  beforeEach(() => {
    pages = 0;
  });

  const challenge = {
    'WWW-Authenticate': `Bearer authorization="https://login.invalid/${tenantId}", resource="https://vault.localhost"`,
  };
  const vaultJson = () => ({
    id: vaultId,
    name: 'kv',
    properties: { tenantId, vaultUri: `https://kv.vault.localhost:${server.port}` },
  });

  function respond({ url = '', headers }: IncomingMessage, response: ServerResponse) {
    return (items: readonly unknown[], next?: string) => {
      if (url.includes('ResourceGraph')) json(response, 200, { data: items, $skipToken: next });
      else
        json(response, 200, {
          value: items,
          nextLink: next === undefined ? null : `https://${headers.host ?? ''}/next?page=${next}`,
        });
    };
  }

  const item = { id: '/subscriptions/s/resourceGroups/g', name: 'g', subscriptionId: 's' };
  const failureOf = (list: Promise<unknown>) =>
    list.then(
      () => assert.fail('the list was read'),
      (error: unknown) => error,
    );

  for (const [name, read] of Object.entries(lists))
    describe(name, () => {
      it('ends when a page comes again', async () => {
        answerPage = (page, answer) => {
          answer([item], page % 2 === 0 ? 'even' : 'odd');
        };
        await assert.rejects(read(cloud.c), { code: 'RepeatedPage' });
        assert.equal(pages, 3);
      });

      it('ends after some time when the pages never end', async () => {
        answerPage = (page, answer) => {
          answer(page % 2 === 0 ? [item] : [], String(page));
        };
        let now = Date.now();
        const clock: Clock = {
          now: () => (now += 60_000),
          after: (milliseconds, act) => cloud.clock.after(milliseconds, act),
        };
        const failure = await failureOf(read(changedConnection(cloud.c, { clock })));
        assert.match(explain(failure).reason, /incomplete after 10 minutes/);
        assert.ok(pages < 20, `${pages} pages`);
      });

      it('ends at once when it is canceled', async () => {
        answerPage = (page, answer) => {
          if (page === 1) answer([item], '1');
        };
        const stop = new AbortController();
        const reading = failureOf(read(cloud.c, stop.signal));
        await until(() => pages === 2, { what: 'the second page', every: 5 });
        stop.abort();
        assert.equal(((await reading) as Error).name, 'AbortError');
        assert.equal(pages, 2);
      });

      it('can have more items on a page than a call can have arguments', async () => {
        answerPage = (_page, answer) => {
          const secret = { id: `https://kv.vault.localhost:${server.port}/secrets/a/${'0'.repeat(32)}` };
          answer(Array.from({ length: 130_000 }, () => (/resource/i.test(name) ? item : secret)));
        };
        const found = await read(cloud.c);
        if (/resource/i.test(name)) assert.equal(found.length, 130_000);
      });
    });

  it('of secrets, read page by page, ends when a page links to itself', async () => {
    answerPage = (_page, answer) => {
      answer([], 'same');
    };
    const vault = await getKeyVault(cloud.c, vaultId);
    const { continuation } = await listSecrets(cloud.c, vault);
    assert.ok(continuation);
    await assert.rejects(listSecrets(cloud.c, vault, continuation), { code: 'RepeatedPage' });
  });

  describe('of any service', () => {
    /** Reads until the list ends. @returns the failure, and how many pages were read */
    const readAll = async (page: { readonly items: readonly string[]; readonly characters?: number }) => {
      let reads = 0;
      const clock: Clock = { now: () => 0, after: () => () => undefined };
      const read = () => Promise.resolve({ ...page, next: String(++reads) });
      const failure = await failureOf(allItems({ clock }, read, undefined));
      return { failure, reads };
    };

    for (const [what, page, most, words] of [
      ['pages', { items: [] }, listLimits.pages, /more than 10000 pages/],
      ['items', { items: Array.from({ length: 1000 }, () => '') }, 251, /more than 250000 items/],
      ['characters', { items: [''], characters: 32 * 1024 * 1024 }, 8, /larger than 256 MB/],
    ] as const)
      it(`has a limit for its ${what}, which the words name`, async () => {
        const { failure, reads } = await readAll(page);
        const { reason, nextStep } = explain(failure);
        assert.match(reason, words);
        assert.ok(nextStep);
        assert.equal(reads, most);
      });
  });
});
