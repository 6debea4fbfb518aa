import assert from 'node:assert/strict';
import { errorOf, Harness, ids } from './harness';
import { failure, v, vaultBody, VaultCalls, type VaultAnswer } from './vaultCalls';

describe("The sandbox's Microsoft.KeyVault", function () {
  this.timeout(30_000);
  let harness: Harness;
  let calls: VaultCalls;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    calls = new VaultCalls(harness);
  });
  afterEach(() => harness.stop());

  it('creates vaults in two steps: RegisteringDns without a trailing slash, then Succeeded with one', async () => {
    const created = await calls.put('new-kv', {
      networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' },
    });
    assert.equal(created.status, 200);
    const origin = `https://new-kv.vault.localhost:${harness.context.endpoints.vaultPort}`;
    const { properties, ...rest } = created.json as VaultAnswer;
    assert.deepEqual(Object.keys(rest), ['id', 'name', 'type', 'location', 'tags', 'systemData']);
    assert.equal(properties['provisioningState'], 'RegisteringDns');
    assert.equal(properties['vaultUri'], origin);
    assert.deepEqual(Object.keys(properties), [
      ...['sku', 'tenantId', 'accessPolicies', 'enabledForDeployment', 'enableSoftDelete'],
      ...['vaultUri', 'provisioningState', 'publicNetworkAccess'],
    ]);
    const soon = await calls.get('new-kv');
    assert.equal(soon.properties['provisioningState'], 'RegisteringDns');
    assert.equal(soon.properties['vaultUri'], `${origin}/`);
    harness.advance(30_000);
    assert.equal((await calls.get('NEW-KV')).properties['provisioningState'], 'Succeeded');
    const again = await calls.put('new-kv');
    assert.equal((again.json as VaultAnswer).properties['vaultUri'], `${origin}/`);
  });

  it('supports the official client, from list to purge', async () => {
    harness.context.settings.vaultRegistrationMs = 0;
    const client = harness.management();
    const created = await client.vaults.createOrUpdate('rg-one', 'sdk-kv', {
      location: 'westeurope',
      properties: {
        tenantId: ids.tenant,
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [],
        enableRbacAuthorization: false,
      },
    });
    assert.equal(created.properties.enableRbacAuthorization, false);
    assert.equal(
      (await client.vaults.checkNameAvailability({ name: 'sdk-kv', type: 'Microsoft.KeyVault/vaults' }))
        .reason,
      'AlreadyExists',
    );
    assert.equal(
      (await client.vaults.checkNameAvailability({ name: '1-kv', type: 'Microsoft.KeyVault/vaults' })).reason,
      'AccountNameInvalid',
    );
    assert.equal(
      (await client.vaults.checkNameAvailability({ name: 'free-kv', type: 'Microsoft.KeyVault/vaults' }))
        .nameAvailable,
      true,
    );
    await client.vaults.updateAccessPolicy('rg-one', 'sdk-kv', 'add', {
      properties: {
        accessPolicies: [
          { tenantId: ids.tenant, objectId: ids.user, permissions: { secrets: ['set', 'get'] } },
        ],
      },
    });
    const read = await client.vaults.get('rg-one', 'sdk-kv');
    assert.deepEqual(
      read.properties.accessPolicies?.map(({ objectId }) => objectId),
      [ids.user],
    );
    assert.equal((await client.vaults.update('rg-one', 'sdk-kv', { tags: { a: 'b' } })).tags?.['a'], 'b');
    const names: string[] = [];
    for await (const vault of client.vaults.listBySubscription()) names.push(vault.name ?? '');
    for await (const vault of client.vaults.listByResourceGroup('rg-one')) names.push(vault.name ?? '');
    assert.deepEqual(names, ['sdk-kv', 'sdk-kv']);
    await client.secrets.createOrUpdate('rg-one', 'sdk-kv', 'FromArm', { properties: { value: 'x' } });
    await client.vaults.delete('rg-one', 'sdk-kv');
    await assert.rejects(client.vaults.get('rg-one', 'sdk-kv'), {
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    const deleted: string[] = [];
    for await (const vault of client.vaults.listDeleted()) deleted.push(vault.name ?? '');
    assert.deepEqual(deleted, ['sdk-kv']);
    assert.equal(
      (await client.vaults.getDeleted('sdk-kv', 'westeurope')).properties?.vaultId,
      `${calls.path}/sdk-kv`,
    );
    await client.vaults.purgeDeleted('sdk-kv', 'westeurope', { updateIntervalInMs: 5 });
    await assert.rejects(client.vaults.getDeleted('sdk-kv', 'westeurope'), {
      statusCode: 404,
      code: 'DeletedVaultNotFound',
    });
    const hsms: unknown[] = [];
    for await (const hsm of client.managedHsms.listBySubscription()) hsms.push(hsm);
    assert.deepEqual(hsms, []);
  });

  it('defaults to role-based access for vaults created from 2026-02-01 on, and never changes an old one', async () => {
    const rbacOf = async (name: string) => (await calls.get(name)).properties['enableRbacAuthorization'];
    await calls.put('old-default-kv');
    await calls.put('new-default-kv', {}, 'api-version=2026-02-01');
    await calls.put('explicit-kv', { enableRbacAuthorization: false }, 'api-version=2026-02-01');
    assert.deepEqual(
      [await rbacOf('old-default-kv'), await rbacOf('new-default-kv'), await rbacOf('explicit-kv')],
      [undefined, true, false],
    );
    await calls.put('old-default-kv', {}, 'api-version=2026-02-01');
    await calls.put('new-default-kv');
    await calls.put('explicit-kv', { enableRbacAuthorization: null }, 'api-version=2026-02-01');
    assert.deepEqual(
      [await rbacOf('old-default-kv'), await rbacOf('new-default-kv'), await rbacOf('explicit-kv')],
      [undefined, true, false],
    );
  });

  it('requires permission to assign roles to change the permission model', async () => {
    await calls.put('model-kv');
    const contributor = 'f25e0fa2-a7c8-4377-a976-54943a77a395';
    harness.assignRole(ids.app, contributor, harness.groupId, { principalType: 'ServicePrincipal' });
    const change = (enableRbacAuthorization: boolean) =>
      harness.manage(
        'PATCH',
        `${calls.path}/model-kv?${v}`,
        { properties: { enableRbacAuthorization } },
        harness.principals.app,
      );
    assert.equal((await change(false)).status, 200, 'sets what is already set');
    const refused = await change(true);
    assert.deepEqual(failure(refused), [403, 'AuthorizationFailed']);
    assert.match(errorOf(refused).message ?? '', /'Microsoft\.Authorization\/roleAssignments\/write'/);
    harness.assignRole(ids.app, '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', harness.groupId, {
      principalType: 'ServicePrincipal',
    });
    assert.equal((await change(true)).status, 200);
    assert.equal((await calls.get('model-kv')).properties['enableRbacAuthorization'], true);
  });

  it('lists vaults with a nextLink to an empty page, and page by page', async () => {
    const all = `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/vaults`;
    assert.equal((await harness.manage('GET', `${all}?${v}`)).text, '{"value":[]}');
    for (const name of ['c-kv', 'a-kv', 'b-kv']) harness.addVault(name);
    for (const [scope, top] of [
      [all, ''],
      [calls.path, ''],
      [all, '$top=2&'],
      [calls.path, '$top=1&'],
    ] as const) {
      const names: string[] = [];
      let next: string | undefined = `${scope}?${top}${v}`;
      let sizes = '';
      while (next !== undefined) {
        const page = await harness.manage('GET', next);
        const { value, nextLink } = page.json as { value: VaultAnswer[]; nextLink?: string };
        names.push(...value.map(({ name }) => name));
        sizes += String(value.length);
        next = nextLink?.slice(harness.context.endpoints.resourceManager.length);
      }
      assert.deepEqual(names, ['a-kv', 'b-kv', 'c-kv']);
      assert.equal((await harness.manage('GET', `${scope}?${v}&$skiptoken=bm9uc2Vuc2U=`)).status, 400);
      assert.equal(sizes, top === '' ? '30' : top.includes('2') ? '210' : '1110');
    }
  });

  it('applies $top to each region of a subscription', async () => {
    for (const [name, location] of [
      ['a-kv', 'eastus'],
      ['b-kv', 'westus'],
      ['c-kv', 'eastus'],
    ] as const)
      harness.addVault(name, { location });
    const all = `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/vaults`;
    const first = await harness.manage('GET', `${all}?$top=1&${v}`);
    const page = first.json as { value: VaultAnswer[]; nextLink: string };
    assert.deepEqual(
      page.value.map(({ name }) => name),
      ['a-kv', 'b-kv'],
    );
    const next = await harness.manage(
      'GET',
      page.nextLink.slice(harness.context.endpoints.resourceManager.length),
    );
    assert.deepEqual(
      (next.json as { value: VaultAnswer[] }).value.map(({ name }) => name),
      ['c-kv'],
    );
  });

  it('requires permission for each action, and lists nothing that the caller may not read', async () => {
    harness.addVault('rights-kv');
    const { stranger } = harness.principals;
    const asStranger = (method: string, path: string, content?: unknown) =>
      harness.manage(method, path, content, stranger);
    for (const [method, path, action] of [
      ['GET', `${calls.path}/rights-kv`, 'Microsoft.KeyVault/vaults/read'],
      ['PUT', `${calls.path}/rights-kv`, 'Microsoft.KeyVault/vaults/write'],
      ['PUT', `${calls.path}/rights-kv/accessPolicies/add`, 'Microsoft.KeyVault/vaults/accessPolicies/write'],
      ['PUT', `${calls.path}/rights-kv/secrets/s`, 'Microsoft.KeyVault/vaults/secrets/write'],
      ['DELETE', `${calls.path}/rights-kv`, 'Microsoft.KeyVault/vaults/delete'],
    ] as const) {
      const answer = await asStranger(method, `${path}?${v}`, method === 'PUT' ? vaultBody() : undefined);
      assert.deepEqual(failure(answer), [403, 'AuthorizationFailed'], `${method} ${path}`);
      assert.ok(errorOf(answer).message?.includes(`'${action}'`), errorOf(answer).message);
    }
    const list = await asStranger(
      'GET',
      `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/vaults?${v}`,
    );
    assert.equal(list.text.includes('rights-kv'), false);
  });

  it('adds vaults to the lists of resources, and deletes them with their resource group', async () => {
    harness.addVault('listed-kv');
    const filter = encodeURIComponent("resourceType eq 'Microsoft.KeyVault/vaults'");
    const resources = await harness.manage(
      'GET',
      `/subscriptions/${ids.subscription}/resources?$filter=${filter}&api-version=2015-11-01`,
    );
    const [listed] = (resources.json as { value: Record<string, unknown>[] }).value;
    assert.deepEqual(Object.keys(listed ?? {}), ['id', 'name', 'type', 'location', 'tags']);
    const removal = await harness.manage('DELETE', `${harness.groupId}?api-version=2021-04-01`);
    assert.equal(removal.status, 202);
    for (let round = 0; round < 100 && harness.context.world.vaults.size > 0; round++) {
      harness.advance(60_000);
      const poll = new URL(removal.headers.location ?? '');
      await harness.manage('GET', poll.pathname + poll.search);
    }
    assert.equal(harness.context.world.vaults.size, 0);
    assert.equal(harness.context.world.deletedVaults.size, 1, 'softly');
  });
});
