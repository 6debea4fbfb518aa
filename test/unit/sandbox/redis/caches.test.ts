import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client } from '../web/client';

/** Like the examples of redis.json 2024-11-01. */
describe('Microsoft.Cache', () => {
  let sandbox: RunningSandbox;
  let client: Client;
  let cache: string;
  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    const subscription = `/subscriptions/${sandbox.ready.subscriptionIds[1] ?? ''}`;
    cache = `${subscription}/resourceGroups/keyless-rbac/providers/Microsoft.Cache/redis/made`;
  });
  afterEach(() => ask('DELETE', ''));
  after(() => sandbox.stop());

  const ask = (method: string, path: string, body?: object) =>
    client.arm(method, `${cache}${path}?api-version=2024-11-01`, body);
  const make = (redisConfiguration: object) => {
    const sku = { name: 'Basic', family: 'C', capacity: 0 };
    return ask('PUT', '', { location: 'westeurope', properties: { sku, redisConfiguration } });
  };
  const policy = (objectId: string, accessPolicyName = 'Data Contributor') => ({
    properties: { accessPolicyName, objectId, objectIdAlias: objectId },
  });
  const [one, two] = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [
    string,
    string,
  ];

  it('makes a cache with two keys', async () => {
    assert.equal((await ask('GET', '')).status, 404);
    assert.equal((await make({})).status, 201);
    const shown = (await ask('GET', '')).json<{ properties: Record<string, unknown> }>();
    assert.equal(shown.properties['hostName'], 'made.redis.cache.windows.net');
    const keys = (await ask('POST', '/listKeys')).json<Record<string, string>>();
    assert.deepEqual(Object.keys(keys), ['primaryKey', 'secondaryKey']);
    assert.ok(Object.values(keys).every((key) => /^.{33}AzCa.{6}=$/.test(key)));
    assert.equal((await ask('GET', '/firewallRules')).status, 404);
  });

  it('assigns one access policy to each principal, once Microsoft Entra ID may sign in', async () => {
    await make({});
    assert.equal((await ask('PUT', `/accessPolicyAssignments/${one}`, policy(one))).status, 400);
    assert.equal((await make({ 'aad-enabled': 'true' })).status, 200);
    const made = await ask('PUT', `/accessPolicyAssignments/${one}`, policy(one));
    assert.equal(made.status, 201);
    assert.deepEqual(made.json(), {
      ...{ id: `${cache}/accessPolicyAssignments/${one}`, name: one },
      type: 'Microsoft.Cache/Redis/accessPolicyAssignments',
      properties: { ...policy(one).properties, provisioningState: 'Succeeded' },
    });
    assert.equal(
      (await ask('PUT', `/accessPolicyAssignments/${one}`, policy(one, 'Data Owner'))).status,
      200,
    );
    const again = await ask('PUT', '/accessPolicyAssignments/other', policy(one, 'Data Reader'));
    assert.match(again.json<{ error: { message: string } }>().error.message, /duplicate entries/);
    for (const [name, body] of [
      [two, policy(two, 'Data Everything')],
      ['a', policy(two)],
      [two, { properties: { accessPolicyName: 'Data Owner' } }],
    ] as const)
      assert.equal((await ask('PUT', `/accessPolicyAssignments/${name}`, body)).status, 400);
    const { value } = (await ask('GET', '/accessPolicyAssignments')).json<{ value: { name: string }[] }>();
    assert.deepEqual(
      value.map(({ name }) => name),
      [one],
    );
    assert.equal((await ask('DELETE', `/accessPolicyAssignments/${one}`)).status, 200);
    assert.equal((await ask('DELETE', `/accessPolicyAssignments/${one}`)).status, 204);
    assert.equal((await ask('GET', `/accessPolicyAssignments/${one}`)).status, 404);
  });
});
