import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { AccessPolicyEntry } from '@azure/arm-keyvault';
import { errorOf, Harness, ids, type RawAnswer } from './harness';

const v = 'api-version=2023-07-01';
const allow = { secrets: ['get', 'list'] };

interface VaultAnswer {
  id: string;
  name: string;
  location: string;
  properties: Record<string, unknown> & {
    accessPolicies: { objectId: string; permissions: Record<string, string[]> }[];
  };
}

describe('sandbox: Microsoft.KeyVault', () => {
  let harness: Harness;
  let vaults: string;
  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'rg-two'] });
    vaults = `${harness.groupId}/providers/Microsoft.KeyVault/vaults`;
  });
  afterEach(() => harness.stop());

  const body = (properties: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
    location: 'westeurope',
    ...more,
    properties: {
      tenantId: ids.tenant,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
      ...properties,
    },
  });
  const put = (name: string, properties = {}, version = v) =>
    harness.manage('PUT', `${vaults}/${name}?${version}`, body(properties));
  const get = async (name: string) =>
    (await harness.manage('GET', `${vaults}/${name}?${v}`)).json as VaultAnswer;
  const changePolicies = (name: string, how: string, accessPolicies: unknown[]) =>
    harness.manage('PUT', `${vaults}/${name}/accessPolicies/${how}?${v}`, { properties: { accessPolicies } });
  const policy = (objectId: string, permissions: unknown, more = {}) => ({
    tenantId: ids.tenant,
    objectId,
    permissions,
    ...more,
  });
  const failure = (answer: RawAnswer) => [answer.status, errorOf(answer).code];

  it('creates in two steps: RegisteringDns without a slash, then Succeeded with one', async () => {
    const created = await put('new-kv', { networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' } });
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
    const soon = await get('new-kv');
    assert.equal(soon.properties['provisioningState'], 'RegisteringDns');
    assert.equal(soon.properties['vaultUri'], `${origin}/`);
    harness.advance(30_000);
    assert.equal((await get('NEW-KV')).properties['provisioningState'], 'Succeeded');
    const again = await put('new-kv');
    assert.equal((again.json as VaultAnswer).properties['vaultUri'], `${origin}/`);
  });

  it('is driven by the official client, list to purge', async () => {
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
      `${vaults}/sdk-kv`,
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

  it('makes role-based access the default of vaults created from 2026-02-01 on, and never flips an old one', async () => {
    const rbacOf = async (name: string) => (await get(name)).properties['enableRbacAuthorization'];
    await put('old-default-kv');
    await put('new-default-kv', {}, 'api-version=2026-02-01');
    await put('explicit-kv', { enableRbacAuthorization: false }, 'api-version=2026-02-01');
    assert.deepEqual(
      [await rbacOf('old-default-kv'), await rbacOf('new-default-kv'), await rbacOf('explicit-kv')],
      [undefined, true, false],
    );
    await put('old-default-kv', {}, 'api-version=2026-02-01');
    await put('new-default-kv');
    await put('explicit-kv', { enableRbacAuthorization: null }, 'api-version=2026-02-01');
    assert.deepEqual(
      [await rbacOf('old-default-kv'), await rbacOf('new-default-kv'), await rbacOf('explicit-kv')],
      [undefined, true, false],
    );
  });

  it('wants the right to assign roles for a change of the permission model', async () => {
    await put('model-kv');
    const contributor = 'f25e0fa2-a7c8-4377-a976-54943a77a395';
    harness.assignRole(ids.app, contributor, harness.groupId, { principalType: 'ServicePrincipal' });
    const change = (enableRbacAuthorization: boolean) =>
      harness.manage(
        'PATCH',
        `${vaults}/model-kv?${v}`,
        { properties: { enableRbacAuthorization } },
        harness.principals.app,
      );
    assert.equal((await change(false)).status, 200, 'says what is so already');
    const refused = await change(true);
    assert.deepEqual(failure(refused), [403, 'AuthorizationFailed']);
    assert.match(errorOf(refused).message ?? '', /'Microsoft\.Authorization\/roleAssignments\/write'/);
    harness.assignRole(ids.app, '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', harness.groupId, {
      principalType: 'ServicePrincipal',
    });
    assert.equal((await change(true)).status, 200);
    assert.equal((await get('model-kv')).properties['enableRbacAuthorization'], true);
  });

  it('refuses bad names and names that are taken, also by deleted vaults', async () => {
    for (const name of ['ab', '1abc', 'abc-', 'a--b', 'a'.repeat(25), 'under_score'])
      assert.deepEqual(failure(await put(name)), [400, 'VaultNameNotValid'], name);
    await put('taken-kv');
    const elsewhere = vaults.replace('rg-one', 'rg-two');
    const conflict = await harness.manage('PUT', `${elsewhere}/Taken-KV?${v}`, body());
    assert.deepEqual(failure(conflict), [409, 'VaultAlreadyExists']);
    assert.match(
      errorOf(conflict).message ?? '',
      /^The vault name 'Taken-KV' is already in use\. Vault names are globally unique/,
    );
    assert.deepEqual(
      failure(await harness.manage('PUT', `${vaults}/taken-kv?${v}`, body({}, { location: 'eastus' }))),
      [409, 'InvalidResourceLocation'],
    );
    await harness.manage('DELETE', `${vaults}/taken-kv?${v}`);
    const again = await put('taken-kv');
    assert.deepEqual(failure(again), [409, 'ConflictError']);
    assert.match(errorOf(again).message ?? '', /already exists in deleted state/);
    assert.deepEqual(failure(await harness.manage('PUT', `${elsewhere}/taken-kv?${v}`, body())), [
      409,
      'VaultAlreadyExists',
    ]);
    const recovered = await put('taken-kv', { createMode: 'recover' });
    assert.equal(recovered.status, 200);
    assert.equal((recovered.json as VaultAnswer).properties['provisioningState'], 'RegisteringDns');
    assert.deepEqual(failure(await put('never-kv', { createMode: 'recover' })), [
      404,
      'DeletedVaultNotFound',
    ]);
  });

  it('gives a recovered vault back with its secrets, and purges what is due', async () => {
    const vault = harness.addOpenVault('back-kv', undefined, { softDeleteRetentionInDays: 7 });
    await harness.secrets(vault).setSecret('s', 'x');
    assert.equal((await harness.manage('DELETE', `${vaults}/back-kv?${v}`)).text, '');
    await assert.rejects(harness.ask(vault, 'GET', '/secrets?api-version=7.5'), { code: 'ECONNRESET' });
    assert.equal((await harness.manage('DELETE', `${vaults}/back-kv?${v}`)).status, 204);
    const listed = await harness.manage(
      'GET',
      `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/deletedVaults?${v}`,
    );
    const [deleted] = (listed.json as { value: { id: string; properties: Record<string, string> }[] }).value;
    assert.match(
      deleted?.id ?? '',
      /\/providers\/Microsoft\.KeyVault\/locations\/westeurope\/deletedVaults\/back-kv$/,
    );
    assert.match(deleted?.properties['deletionDate'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await put('back-kv', { createMode: 'recover' });
    assert.equal((await harness.secrets(vault).getSecret('s')).value, 'x');
    await harness.manage('DELETE', `${vaults}/back-kv?${v}`);
    harness.advance(7 * 24 * 3_600_000);
    assert.equal((await put('back-kv')).status, 200, 'the name is free again');
  });

  it('purges in steps, and never under purge protection', async () => {
    harness.context.settings.vaultPurgeMs = 60_000;
    harness.addVault('purge-kv');
    harness.addVault('kept-kv', { enablePurgeProtection: true });
    const place = `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults`;
    for (const name of ['purge-kv', 'kept-kv']) await harness.manage('DELETE', `${vaults}/${name}?${v}`);
    const started = await harness.manage('POST', `${place}/purge-kv/purge?${v}`);
    assert.deepEqual([started.status, started.text], [202, '']);
    const poll = new URL(started.headers.location ?? '');
    assert.match(poll.pathname, /\/locations\/westeurope\/operationResults\//i);
    const pending = await harness.manage('GET', poll.pathname + poll.search);
    assert.equal(pending.status, 202);
    assert.deepEqual(Object.keys(pending.json as object), ['createdDateTime', 'status']);
    harness.advance(60_000);
    const done = await harness.manage('GET', poll.pathname + poll.search);
    assert.equal(done.status, 200);
    assert.equal((done.json as { status: string }).status, 'Succeeded');
    assert.deepEqual(failure(await harness.manage('POST', `${place}/kept-kv/purge?${v}`)), [
      405,
      'MethodNotAllowed',
    ]);
  });

  it('lists with a nextLink to an empty page, and page by page', async () => {
    const all = `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/vaults`;
    assert.equal((await harness.manage('GET', `${all}?${v}`)).text, '{"value":[]}');
    for (const name of ['c-kv', 'a-kv', 'b-kv']) harness.addVault(name);
    for (const [scope, top] of [
      [all, ''],
      [vaults, ''],
      [all, '$top=2&'],
      [vaults, '$top=1&'],
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

  it('counts $top in each region below a subscription', async () => {
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

  it('shows network rules only where they do something, completed', async () => {
    const aclsOf = async () => (await get('net-kv')).properties['networkAcls'];
    await put('net-kv', { networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' } });
    assert.equal(await aclsOf(), undefined);
    await put('net-kv', { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '1.2.3.4' }] } });
    assert.deepEqual(await aclsOf(), {
      bypass: 'AzureServices',
      defaultAction: 'Deny',
      ipRules: [{ value: '1.2.3.4/32' }],
      virtualNetworkRules: [],
    });
    const refused = await put('net-kv', {
      networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '10.0.0.0/8' }] },
    });
    assert.equal(
      errorOf(refused).message,
      'Invalid value found at properties.networkAcls.ipRules[0].value: 10.0.0.0/8 belongs to forbidden range 10.0.0.0–10.255.255.255 (private IP addresses)',
    );
    await harness.manage('PATCH', `${vaults}/net-kv?${v}`, {
      properties: { publicNetworkAccess: 'disabled' },
    });
    assert.equal((await get('net-kv')).properties['publicNetworkAccess'], 'disabled');
    assert.notEqual(await aclsOf(), undefined, 'a PATCH leaves what it does not say');
  });

  it('refuses what cannot be undone, and what is malformed', async () => {
    await put('firm-kv', { softDeleteRetentionInDays: 30, enablePurgeProtection: true });
    const patch = (properties: unknown) => harness.manage('PATCH', `${vaults}/firm-kv?${v}`, { properties });
    for (const properties of [
      { enablePurgeProtection: false },
      { enableSoftDelete: false },
      { softDeleteRetentionInDays: 60 },
      { softDeleteRetentionInDays: 5 },
      { sku: { family: 'A', name: 'gold' } },
      { tenantId: 'nobody' },
      { publicNetworkAccess: 'perhaps' },
      { accessPolicies: 'none' },
    ])
      assert.deepEqual(failure(await patch(properties)), [400, 'BadRequest'], JSON.stringify(properties));
    assert.deepEqual(failure(await put('sku-kv', { sku: undefined })), [400, 'BadRequest']);
    assert.deepEqual(failure(await put('policies-kv', { accessPolicies: undefined })), [400, 'BadRequest']);
    assert.deepEqual(
      failure(await harness.manage('PUT', `${vaults}/loc-kv?${v}`, { ...body(), location: undefined })),
      [400, 'LocationRequired'],
    );
    assert.deepEqual(failure(await harness.manage('PUT', `${vaults}/json-kv?${v}`, '{')), [
      400,
      'InvalidRequestContent',
    ]);
    assert.deepEqual(failure(await harness.manage('PATCH', `${vaults}/absent-kv?${v}`, {})), [
      404,
      'ResourceNotFound',
    ]);
    assert.deepEqual(failure(await harness.manage('GET', `${vaults}/firm-kv/certificates?${v}`)), [
      404,
      'InvalidResourceType',
    ]);
    assert.equal((await get('firm-kv')).properties['softDeleteRetentionInDays'], 30);
  });

  describe('access policies', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`) as [
      string,
      string,
      string,
    ];

    it('unites, replaces and subtracts, keeps order and case, and answers what was sent as it is then', async () => {
      await put('p-kv', {
        accessPolicies: [policy(a, { secrets: ['Get', 'List'], keys: ['get'] }), policy(b, allow)],
      });
      const added = await changePolicies('p-kv', 'add', [
        policy(a, { secrets: ['get', 'set'] }),
        policy(c, { secrets: ['all'] }),
      ]);
      assert.equal(added.status, 200);
      assert.deepEqual(added.json, {
        id: `${vaults}/p-kv/accessPolicies/`,
        type: 'Microsoft.KeyVault/vaults/accessPolicies',
        properties: {
          accessPolicies: [
            policy(a, { secrets: ['Get', 'List', 'set'], keys: ['get'] }),
            policy(c, { secrets: ['all'] }),
          ],
        },
      });
      assert.deepEqual((await get('p-kv')).properties.accessPolicies, [
        policy(a, { secrets: ['Get', 'List', 'set'], keys: ['get'] }),
        policy(b, allow),
        policy(c, { secrets: ['all'] }),
      ]);
      await changePolicies('p-kv', 'replace', [policy(a, { secrets: ['delete'] })]);
      await changePolicies('p-kv', 'remove', [
        policy(b, { secrets: ['LIST'] }),
        policy(c, { secrets: ['all'] }),
      ]);
      assert.deepEqual((await get('p-kv')).properties.accessPolicies, [
        policy(a, { secrets: ['delete'] }),
        policy(b, { secrets: ['get'] }),
      ]);
      const removed = await changePolicies('p-kv', 'remove', [policy(b, allow)]);
      assert.deepEqual((removed.json as VaultAnswer).properties.accessPolicies, []);
    });

    it('keeps an entry through an application apart from the principal’s own', async () => {
      await put('compound-kv', { accessPolicies: [policy(a, allow)] });
      const compound = {
        tenantId: ids.tenant,
        objectId: a,
        applicationId: ids.clientId,
        permissions: { secrets: ['set'] },
      };
      await changePolicies('compound-kv', 'add', [compound]);
      assert.deepEqual((await get('compound-kv')).properties.accessPolicies, [policy(a, allow), compound]);
      await changePolicies('compound-kv', 'remove', [compound]);
      assert.deepEqual((await get('compound-kv')).properties.accessPolicies, [policy(a, allow)]);
    });

    it('refuses bad entries and too many', async () => {
      await put('limits-kv');
      const bad: unknown[] = [
        policy('/subscriptions/x', allow),
        policy(a, { secrets: [' list'] }),
        policy(a, { secrets: ['fly'] }),
        policy(a, undefined),
        { ...policy(a, allow), tenantId: ids.otherTenant },
        { ...policy(a, allow), applicationId: 'x' },
      ];
      for (const entry of bad)
        assert.deepEqual(
          failure(await changePolicies('limits-kv', 'add', [entry])),
          [400, 'BadRequest'],
          JSON.stringify(entry),
        );
      assert.equal(
        errorOf(await changePolicies('limits-kv', 'add', [policy(b, allow), policy('nobody', allow)]))
          .message,
        'Invalid value found at accessPolicies[1].ObjectId: nobody',
      );
      assert.deepEqual(
        failure(await changePolicies('limits-kv', 'add', [policy(a, allow), policy(a, allow)])),
        [400, 'BadRequest'],
      );
      const many = Array.from({ length: 1024 }, (_, index) =>
        policy(`${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`, allow),
      );
      assert.equal((await changePolicies('limits-kv', 'add', many)).status, 200);
      assert.deepEqual(failure(await changePolicies('limits-kv', 'add', [policy(a, allow)])), [
        400,
        'BadRequest',
      ]);
      assert.deepEqual(failure(await changePolicies('limits-kv', 'merge', [])), [400, 'BadRequest']);
      assert.equal((await harness.manage('GET', `${vaults}/limits-kv/accessPolicies/add?${v}`)).status, 405);
      assert.equal((await get('limits-kv')).properties.accessPolicies.length, 1024);
    });

    it('fails a write that another one overtook, so that twenty clients which try again lose nothing', async () => {
      await put('race-kv', { accessPolicies: [policy(a, allow)] });
      const client = harness.management();
      let conflicts = 0;
      const add = async (objectId: string): Promise<void> => {
        for (;;) {
          try {
            const entry: AccessPolicyEntry = {
              tenantId: ids.tenant,
              objectId,
              permissions: { secrets: ['get'] },
            };
            await client.vaults.updateAccessPolicy('rg-one', 'race-kv', 'add', {
              properties: { accessPolicies: [entry] },
            });
            return;
          } catch (error) {
            const { code, statusCode, message } = error as {
              code: string;
              statusCode: number;
              message: string;
            };
            assert.deepEqual([statusCode, code], [409, 'ConflictError']);
            assert.match(
              message,
              /^A conflict occurred that prevented the operation from completing\. The operation failed because the Key Vault 'race-kv' changed/,
            );
            conflicts += 1;
            await delay(Math.random() * 20);
          }
        }
      };
      const principals = Array.from({ length: 20 }, () => crypto.randomUUID());
      await Promise.all(principals.map(add));
      assert.ok(conflicts > 0, 'no two writes overlapped');
      const kept = (await get('race-kv')).properties.accessPolicies.map(({ objectId }) => objectId);
      assert.deepEqual(kept.sort(), [a, ...principals].sort());
    });

    it('fails every kind of write that overlaps', async () => {
      await put('overlap-kv');
      const writes = [
        () => changePolicies('overlap-kv', 'add', [policy(a, allow)]),
        () => harness.manage('PATCH', `${vaults}/overlap-kv?${v}`, { tags: { a: 'b' } }),
        () => put('overlap-kv'),
        () => harness.manage('PUT', `${vaults}/overlap-kv/secrets/s?${v}`, { properties: { value: 'x' } }),
      ];
      harness.context.settings.vaultWriteMs = 100;
      const answers = await Promise.all(writes.map((write) => write()));
      const statuses = answers.map(({ status }) => status).sort();
      assert.deepEqual(statuses, [200, 409, 409, 409]);
    });
  });

  describe('secrets through Resource Manager', () => {
    it('lists and reads URIs, never values, without any right in the vault and through its firewall', async () => {
      const vault = harness.addVault('arm-kv', {
        publicNetworkAccess: 'Disabled',
        networkAcls: { bypass: 'None', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] },
      });
      const secrets = `${vaults}/arm-kv/secrets`;
      for (let index = 0; index < 30; index++)
        await harness.manage('PUT', `${secrets}/s${index}?${v}`, {
          properties: { value: 'hidden', contentType: 't', attributes: { enabled: true, exp: 2e9 } },
        });
      const made = await harness.manage('PUT', `${secrets}/s0?${v}`, {
        tags: { a: 'b' },
        properties: { value: 'hidden' },
      });
      assert.equal(vault.secrets.get('s0')?.versions.length, 2);
      const uri = `${harness.vaultUrl(vault)}/secrets/s0`;
      const { properties } = made.json as { properties: Record<string, unknown> };
      assert.deepEqual(Object.keys(properties), ['attributes', 'secretUri', 'secretUriWithVersion']);
      assert.equal(properties['secretUri'], uri);
      assert.equal(
        properties['secretUriWithVersion'],
        `${uri}/${vault.secrets.get('s0')?.versions[1]?.version ?? ''}`,
      );
      const client = harness.management();
      const names: string[] = [];
      for await (const secret of client.secrets.list('rg-one', 'arm-kv')) {
        assert.equal(secret.properties.value, undefined);
        names.push(secret.name ?? '');
      }
      assert.equal(new Set(names).size, 30);
      await harness.manage('PATCH', `${secrets}/s0?${v}`, { properties: { attributes: { enabled: false } } });
      const read = await client.secrets.get('rg-one', 'arm-kv', 's0');
      assert.equal(read.properties.attributes?.enabled, false);
      assert.deepEqual(failure(await harness.manage('GET', `${secrets}/absent?${v}`)), [
        404,
        'ResourceNotFound',
      ]);
      assert.deepEqual(
        failure(await harness.manage('PUT', `${secrets}/under_score?${v}`, { properties: { value: 'x' } })),
        [400, 'BadRequest'],
      );
      assert.deepEqual(failure(await harness.manage('PUT', `${secrets}/s?${v}`, { properties: {} })), [
        400,
        'BadRequest',
      ]);
      assert.equal((await harness.manage('GET', `${secrets}?${v}`)).text.includes('hidden'), false);
    });

    it('says ConflictError for the name of a deleted secret', async () => {
      const vault = harness.addOpenVault('gone-kv');
      await harness.secrets(vault).setSecret('s', 'x');
      await harness.ask(vault, 'DELETE', '/secrets/s?api-version=7.5');
      const answer = await harness.manage('PUT', `${vaults}/gone-kv/secrets/s?${v}`, {
        properties: { value: 'y' },
      });
      assert.deepEqual(failure(answer), [409, 'ConflictError']);
    });
  });

  it('asks for rights by action, and lists nothing that may not be read', async () => {
    harness.addVault('rights-kv');
    const { stranger } = harness.principals;
    const asStranger = (method: string, path: string, content?: unknown) =>
      harness.manage(method, path, content, stranger);
    for (const [method, path, action] of [
      ['GET', `${vaults}/rights-kv`, 'Microsoft.KeyVault/vaults/read'],
      ['PUT', `${vaults}/rights-kv`, 'Microsoft.KeyVault/vaults/write'],
      ['PUT', `${vaults}/rights-kv/accessPolicies/add`, 'Microsoft.KeyVault/vaults/accessPolicies/write'],
      ['PUT', `${vaults}/rights-kv/secrets/s`, 'Microsoft.KeyVault/vaults/secrets/write'],
      ['DELETE', `${vaults}/rights-kv`, 'Microsoft.KeyVault/vaults/delete'],
    ] as const) {
      const answer = await asStranger(method, `${path}?${v}`, method === 'PUT' ? body() : undefined);
      assert.deepEqual(failure(answer), [403, 'AuthorizationFailed'], `${method} ${path}`);
      assert.ok(errorOf(answer).message?.includes(`'${action}'`), errorOf(answer).message);
    }
    const list = await asStranger(
      'GET',
      `/subscriptions/${ids.subscription}/providers/Microsoft.KeyVault/vaults?${v}`,
    );
    assert.equal(list.text.includes('rights-kv'), false);
  });

  it('is in the lists of resources, and goes with its resource group', async () => {
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
