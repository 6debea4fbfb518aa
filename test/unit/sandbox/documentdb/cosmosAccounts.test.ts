import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { control } from '../../../support/sandboxClient';
import { until } from '../../../support/until';
import { Client } from '../web/client';

/** Like azure-cli's recording of test_cosmosdb_sql_role, and rbac.json 2024-11-15. */
describe('Microsoft.DocumentDB', () => {
  let sandbox: RunningSandbox;
  let client: Client;
  let account: string;
  let principalId: string;
  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    const listed = await client.arm(
      'GET',
      `/subscriptions/${sandbox.ready.subscriptionIds[1] ?? ''}/resources?api-version=2021-04-01`,
    );
    const { value } = listed.json<{ value: { id: string; name: string }[] }>();
    account = value.find(({ name }) => name === 'keyless-shop-stock')?.id ?? assert.fail();
    const identity = value.find(({ name }) => name === 'keyless-reader-id')?.id ?? assert.fail();
    const read = await client.arm('GET', `${identity}?api-version=2023-01-31`);
    ({ principalId } = read.json<{ properties: { principalId: string } }>().properties);
  });
  after(() => sandbox.stop());

  const ask = (method: string, path: string, body?: object) =>
    client.arm(method, `${account}${path}?api-version=2024-11-15`, body);
  const name = '11111111-2222-4333-8444-555555555555';
  const assignment = (more: Record<string, string> = {}) => ({
    properties: {
      roleDefinitionId: `${account}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002`,
      ...{ scope: `${account}/dbs/shop/colls/stock`, principalId },
      ...more,
    },
  });
  /** What the operation says in the end. */
  const ended = async (answer: Awaited<ReturnType<typeof ask>>) => {
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.json(), { status: 'Enqueued' });
    const url = String(answer.headers['azure-asyncoperation']);
    const token = await client.token(sandbox.ready.resourceManagerUrl);
    await control(sandbox.ready, 'POST', '/clock', { advanceMs: 1000 });
    const look = async () => {
      const { status, error } = (await client.send('GET', url, { token })).json<{
        status: string;
        error?: { code: string; message: string };
      }>();
      return status === 'InProgress' ? undefined : [status, error?.code, error?.message];
    };
    return await until(look, { what: 'the end of the operation' });
  };

  it('shows an account, its keys, and the containers that exist', async () => {
    const shown = (await ask('GET', '')).json<{ kind: string; properties: Record<string, string> }>();
    assert.equal(shown.kind, 'GlobalDocumentDB');
    const endpoint = 'https://keyless-shop-stock.documents.azure.com:443/';
    assert.equal(shown.properties['documentEndpoint'], endpoint);
    const keys = (await ask('POST', '/listKeys')).json<Record<string, string>>();
    assert.deepEqual(Object.keys(keys).sort(), [
      'primaryMasterKey',
      'primaryReadonlyMasterKey',
      'secondaryMasterKey',
      'secondaryReadonlyMasterKey',
    ]);
    assert.ok(Object.values(keys).every((key) => key.length === 88));
    assert.equal((await ask('GET', '/sqlDatabases/shop/containers/stock')).status, 200);
    assert.equal((await ask('GET', '/sqlDatabases/shop/containers/leases')).status, 404);
    assert.equal((await ask('GET', '/sqlDatabases/other')).status, 404);
    assert.equal((await ask('GET', '/sqlDatabases/other/containers')).status, 404);
    const listed = async (path: string) =>
      (await ask('GET', path)).json<{ value: { id: string; type: string }[] }>().value;
    // CosmosDBSqlDatabaseList.json and CosmosDBSqlContainerList.json 2024-11-15
    const type = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases';
    const [database, ...others] = await listed('/sqlDatabases');
    assert.deepEqual([database?.id, database?.type], [`${account}/sqlDatabases/shop`, type]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      (await listed('/sqlDatabases/shop/containers')).map((one) => [one.id, one.type]),
      [[`${account}/sqlDatabases/shop/containers/stock`, `${type}/containers`]],
    );
    assert.equal((await ask('PUT', '/sqlDatabases/other', {})).status, 405);
  });

  it('has two roles of its own, which it assigns and removes in operations', async () => {
    const roles = (await ask('GET', '/sqlRoleDefinitions')).json<{
      value: { properties: { roleName: string; type: string } }[];
    }>();
    assert.deepEqual(
      roles.value.map(({ properties }) => [properties.roleName, properties.type]),
      [
        ['Cosmos DB Built-in Data Reader', 'BuiltInRole'],
        ['Cosmos DB Built-in Data Contributor', 'BuiltInRole'],
      ],
    );
    const path = `/sqlRoleAssignments/${name}`;
    const missing = await ask('GET', path);
    assert.deepEqual(
      [missing.status, missing.json<{ error: { code: string } }>().error.code],
      [404, 'NotFound'],
    );
    assert.equal((await ask('DELETE', path)).status, 204);
    assert.deepEqual(await ended(await ask('PUT', path, assignment())), ['Succeeded', undefined, undefined]);
    const made = (await ask('GET', path)).json();
    assert.deepEqual(made, {
      ...{ id: `${account}${path}`, name, type: 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments' },
      ...assignment(),
    });
    assert.deepEqual((await ask('GET', '/sqlRoleAssignments')).json(), { value: [made] });
    assert.equal((await ended(await ask('DELETE', path)))[0], 'Succeeded');
    assert.deepEqual((await ask('GET', '/sqlRoleAssignments')).json(), { value: [] });
  });

  it('refuses a role that it lacks, a scope elsewhere, a name that is no GUID, and fails for an unknown principal', async () => {
    const path = `/sqlRoleAssignments/${name}`;
    for (const [body, where = path] of [
      [assignment({ roleDefinitionId: '00000000-0000-0000-0000-000000000002' })],
      [assignment({ scope: account.replace('keyless-shop-stock', 'other') })],
      [assignment({ scope: `${account}/sqlDatabases/shop` })],
      [assignment(), '/sqlRoleAssignments/mine'],
    ] as const) {
      const answer = await ask('PUT', where, body);
      assert.equal(answer.status, 400, JSON.stringify(body));
    }
    const unknown = '99999999-9999-4999-8999-999999999999';
    const [status, code, message] = await ended(await ask('PUT', path, assignment({ principalId: unknown })));
    assert.deepEqual([status, code], ['Failed', 'BadRequest']);
    assert.match(message ?? '', /principal ID .* was not found in the AAD tenant/);
    assert.equal((await ask('GET', path)).status, 404);
  });
});
