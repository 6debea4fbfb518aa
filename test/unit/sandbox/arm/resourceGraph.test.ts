import assert from 'node:assert/strict';
import { Harness, errorOf, ids, type RawAnswer } from '../keyvault/harness';
import { addStorage, clientsOf, refusal, roles } from './management';

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01';

interface Result {
  totalRecords: number;
  count: number;
  data: Record<string, unknown>[];
  resultTruncated: string;
  $skipToken?: string;
}

describe('Resource Graph', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['RG-One', 'rg-two'] });
    addStorage(harness, 'alpha', { tags: { env: 'test' } });
    addStorage(harness, 'beta', { resourceGroup: 'rg-two', location: 'eastus' });
    addStorage(harness, 'Gamma-Ray', { tags: { env: 'Production', team: 'x' } });
    harness.addVault('kv-one');
  });
  afterEach(() => harness.stop());

  const ask = (
    query: string,
    options: Record<string, unknown> = {},
    who = harness.principals.user,
  ): Promise<RawAnswer> =>
    harness.manage('POST', path, { subscriptions: [ids.subscription], query, options }, who);
  const run = async (query: string, options?: Record<string, unknown>): Promise<Result> => {
    // Each query falls into a quota window of its own.
    harness.advance(6000);
    const answer = await ask(query, options);
    assert.equal(answer.status, 200, answer.text);
    return answer.json as Result;
  };
  const names = async (query: string) => (await run(`${query} | project name`)).data.map((row) => row.name);

  it('answers in the recorded form, with types and groups in lowercase and truncation as text', async () => {
    const answer = await ask(
      "Resources | where type =~ 'Microsoft.KeyVault/vaults' | project id, name, type, resourceGroup, location, subscriptionId, tenantId",
    );
    assert.deepEqual(Object.keys(answer.json as object), [
      'totalRecords',
      'count',
      'data',
      'facets',
      'resultTruncated',
    ]);
    assert.deepEqual(answer.json, {
      totalRecords: 1,
      count: 1,
      data: [
        {
          id: `${harness.groupId}/providers/Microsoft.KeyVault/vaults/kv-one`,
          name: 'kv-one',
          type: 'microsoft.keyvault/vaults',
          resourceGroup: 'rg-one',
          location: 'westeurope',
          subscriptionId: ids.subscription,
          tenantId: ids.tenant,
        },
      ],
      facets: [],
      resultTruncated: 'false',
    });
    assert.equal(answer.headers['x-ms-user-quota-remaining'], '14');
    assert.equal(answer.headers['x-ms-user-quota-resets-after'], '00:00:05');
    assert.equal(answer.headers['x-ms-ratelimit-remaining-tenant-resource-requests'], '14');
  });

  it('supports text comparisons', async () => {
    assert.deepEqual(await names("where name == 'alpha'"), ['alpha']);
    assert.deepEqual(await names("where name == 'ALPHA'"), []);
    assert.deepEqual(await names("where name =~ 'ALPHA'"), ['alpha']);
    assert.deepEqual(await names("where type has 'storage' and name != 'alpha' and name !~ 'BETA'"), [
      'Gamma-Ray',
    ]);
    assert.deepEqual(await names("where name has 'ray'"), ['Gamma-Ray']);
    assert.deepEqual(await names("where name has 'amma'"), []);
    assert.deepEqual(await names("where name contains 'AMMA'"), ['Gamma-Ray']);
    assert.deepEqual(await names("where name contains_cs 'AMMA'"), []);
    assert.deepEqual(await names("where name startswith 'al' or name endswith 'TA'"), ['alpha', 'beta']);
    assert.deepEqual(await names("where type in~ ('MICROSOFT.keyvault/vaults', 'none')"), ['kv-one']);
    assert.deepEqual(await names("where name in ('alpha', 'BETA')"), ['alpha']);
    assert.deepEqual(await names("where type has 'storage' | where name !in ('alpha', 'beta')"), [
      'Gamma-Ray',
    ]);
    assert.deepEqual(await names("where not(type contains 'storage')"), ['kv-one']);
    assert.deepEqual(await names("where (name == 'alpha' or name == 'beta') and location == 'eastus'"), [
      'beta',
    ]);
    assert.deepEqual(await names("where name matches regex '^[a-z]+-one$'"), ['kv-one']);
    assert.deepEqual(await names("where type has 'storage' and isnotempty(tags)"), ['alpha', 'Gamma-Ray']);
  });

  it('accesses properties and tags, and names the resulting columns', async () => {
    const { data } = await run(
      "Resources // a comment\n| where type =~ 'microsoft.storage/storageaccounts' and tags['env'] =~ 'production'\n| extend tier = tostring(properties.accessTier)\n| project name, tier, properties.nested.depth, first = properties.nested.list[0], missing = properties.none.there",
    );
    assert.deepEqual(data, [
      { name: 'Gamma-Ray', tier: 'Hot', properties_nested_depth: 2, first: 1, missing: null },
    ]);
  });

  it('sorts, takes, counts, summarizes, drops and renames', async () => {
    const storage = "where type =~ 'microsoft.storage/storageaccounts'";
    assert.deepEqual(await names(`${storage} | order by name asc`), ['Gamma-Ray', 'alpha', 'beta']);
    assert.deepEqual(await names(`${storage} | sort by tolower(name)`), ['Gamma-Ray', 'beta', 'alpha']);
    assert.deepEqual(await names(`${storage} | order by location asc, name desc`), [
      'beta',
      'alpha',
      'Gamma-Ray',
    ]);
    assert.deepEqual(await names(`${storage} | top 1 by name asc`), ['Gamma-Ray']);
    assert.equal((await run(`${storage} | limit 2`)).totalRecords, 2);
    assert.deepEqual((await run(`${storage} | count`)).data, [{ Count: 3 }]);
    assert.deepEqual((await run('summarize count() by type | order by type asc')).data, [
      { type: 'microsoft.keyvault/vaults', count_: 1 },
      { type: 'microsoft.storage/storageaccounts', count_: 3 },
    ]);
    assert.deepEqual((await run(`${storage} | summarize accounts = count(), make_set(location)`)).data, [
      { accounts: 3, set_location: ['westeurope', 'eastus'] },
    ]);
    assert.deepEqual((await run(`${storage} | distinct location`)).data, [
      { location: 'westeurope' },
      { location: 'eastus' },
    ]);
    assert.deepEqual(
      (
        await run(
          "where name == 'beta' | project id, name, location | project-away id | project-rename region = location",
        )
      ).data,
      [{ name: 'beta', region: 'eastus' }],
    );
  });

  it('has tables of containers and role assignments', async () => {
    const containers = await run('ResourceContainers | project name, type | order by name asc');
    assert.deepEqual(containers.data, [
      { name: 'One', type: 'microsoft.resources/subscriptions' },
      { name: 'RG-One', type: 'microsoft.resources/subscriptions/resourcegroups' },
      { name: 'rg-two', type: 'microsoft.resources/subscriptions/resourcegroups' },
    ]);
    const assignments = await run(
      "authorizationresources | where type == 'microsoft.authorization/roleassignments' | project tostring(properties.principalId)",
    );
    assert.deepEqual(assignments.data, [{ properties_principalId: ids.user }]);
  });

  it('pages by $top and $skipToken, says when the rest is lost, and returns tables', async () => {
    const first = await run('project id, name | order by name asc', { $top: 3 });
    assert.deepEqual([first.totalRecords, first.count, first.resultTruncated], [4, 3, 'false']);
    const second = await run('project id, name | order by name asc', { $skipToken: first.$skipToken });
    assert.deepEqual(
      second.data.map((row) => row.name),
      ['kv-one'],
    );
    assert.equal(second.$skipToken, undefined);
    const lost = await run('project name', { $top: 3 });
    assert.deepEqual([lost.resultTruncated, lost.$skipToken], ['true', undefined]);
    const table = await run("project name, size = 1 | where name == 'beta'", { resultFormat: 'table' });
    assert.deepEqual(table.data, {
      columns: [
        { name: 'name', type: 'string' },
        { name: 'size', type: 'integer' },
      ],
      rows: [['beta', 1]],
    });
    for (const $top of [0, 1001]) assert.equal((await ask('project id', { $top })).status, 400);
    assert.equal((await ask('project id', { $skipToken: 'nonsense' })).status, 400);
  });

  it('answers an invalid query with the recorded body', async () => {
    const answer = await ask('where where');
    assert.match(
      refusal(answer),
      /^400 BadRequest: Please provide below info when asking for support: timestamp = \S+Z, correlationId = [\w-]+\.$/,
    );
    assert.deepEqual((answer.json as { error: { details: unknown } }).error.details, [
      {
        code: 'InvalidQuery',
        message:
          'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
      },
      {
        code: 'ParserFailure',
        message: 'ParserFailure',
        line: 1,
        characterPositionInLine: 11,
        token: '<EOF>',
        expectedToken: 'Ǐ',
      },
    ]);
    const details = async (query: string) => {
      harness.advance(6000);
      return (
        (
          (await ask(query)).json as {
            error: { details: { code: string; line?: number; token?: string; message?: string }[] };
          }
        ).error.details.at(-1) ?? { code: '' }
      );
    };
    assert.deepEqual(
      await details('Resources\n| join kind=inner (ResourceContainers) on subscriptionId').then(
        ({ code, line, token }) => ({ code, line, token }),
      ),
      { code: 'ParserFailure', line: 2, token: 'join' },
    );
    assert.equal((await details("where name = 'x'")).token, '=');
    assert.equal((await details("where name == 'open")).code, 'ParserFailure');
    assert.equal(
      (await details('Nowhere | take 1')).message,
      'Table Nowhere is invalid, unsupported or disallowed.',
    );
    assert.match(
      (await details('where flavour == 1')).message ?? '',
      /Failed to resolve column or scalar expression named 'flavour'/,
    );
    assert.match(
      (await details('extend x = frobnicate(name)')).message ?? '',
      /Unknown function: 'frobnicate'/,
    );
    assert.equal((await details('')).code, 'ParserFailure');
  });

  it('shows only what the caller may read', async () => {
    const { stranger } = harness.principals;
    assert.equal(
      ((await harness.manage('POST', path, { query: 'project id' }, stranger)).json as Result).count,
      0,
    );
    assert.match(
      JSON.stringify((await ask('project id', {}, stranger)).json),
      /NoValidSubscriptionsInQueryRequest/,
    );
    harness.assignRole(
      stranger.objectId,
      roles.reader,
      `/subscriptions/${ids.subscription}/resourceGroups/rg-two`,
    );
    const answer = await ask('project name', {}, stranger);
    assert.deepEqual((answer.json as Result).data, [{ name: 'beta' }]);
  });

  it('accepts 15 queries in 5 seconds from each user, then answers 429 with Retry-After', async () => {
    let answer = await ask('take 1');
    for (let sent = 1; sent < 15; sent += 1) answer = await ask('take 1');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['x-ms-user-quota-remaining'], '0');
    answer = await ask('take 1');
    assert.equal(errorOf(answer).code, 'RateLimiting');
    assert.equal(answer.status, 429);
    assert.match(answer.headers['retry-after'] ?? '', /^[1-5]$/);
    harness.advance(5000);
    assert.equal((await ask('take 1')).status, 200);
  });

  it('supports the official client, and can be missing from a cloud', async () => {
    const { graph } = clientsOf(harness);
    const result = await graph.resources({
      subscriptions: [ids.subscription],
      query: "Resources | where name == 'kv-one' | project id, name",
    });
    assert.equal(result.totalRecords, 1);
    assert.equal(result.resultTruncated, 'false');
    harness.context.settings.resourceGraphRefused = true;
    assert.equal(errorOf(await ask('project id')).code, 'InvalidResourceNamespace');
  });
});
