import assert from 'node:assert/strict';
import { Harness, errorOf, ids } from '../keyvault/harness';
import { addStorage, clientsOf, itemsOf, roles } from './management';

const api = 'api-version=2021-04-01';

describe('Resource Manager', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['rg-one', 'RG-Two'] });
  });
  afterEach(() => harness.stop());

  it('lists the tenants and subscriptions of the token to the official client', async () => {
    const other = crypto.randomUUID();
    harness.context.world.subscriptions.set(other, {
      subscriptionId: other,
      tenantId: ids.otherTenant,
      displayName: 'Elsewhere',
      state: 'Enabled',
    });
    const { subscriptions } = clientsOf(harness);
    const listed = [];
    for await (const subscription of subscriptions.subscriptions.list()) listed.push(subscription);
    assert.deepEqual(
      listed.map(({ displayName, tenantId, state }) => ({ displayName, tenantId, state })),
      [{ displayName: 'One', tenantId: ids.tenant, state: 'Enabled' }],
    );
    const tenants = [];
    for await (const tenant of subscriptions.tenants.list()) tenants.push(tenant.tenantId);
    assert.deepEqual(tenants, [ids.tenant]);
    const locations = [];
    for await (const location of subscriptions.subscriptions.listLocations(ids.subscription))
      locations.push(location.name);
    assert.ok(locations.includes('westeurope'));
    const answer = await harness.manage('GET', '/subscriptions?api-version=2022-12-01');
    assert.deepEqual((answer.json as { count: unknown }).count, { type: 'Total', value: 1 });
  });

  it('shows a subscription to a caller with a role on one resource in it, and nothing else in it', async () => {
    const readable = addStorage(harness, 'readable');
    addStorage(harness, 'hidden');
    const { stranger } = harness.principals;
    assert.deepEqual(itemsOf(await harness.manage('GET', `/subscriptions?${api}`, undefined, stranger)), []);
    harness.assignRole(stranger.objectId, roles.reader, readable);
    const { subscriptions, resources } = clientsOf(harness, stranger);
    const seen = [];
    for await (const subscription of subscriptions.subscriptions.list())
      seen.push(subscription.subscriptionId);
    assert.deepEqual(seen, [ids.subscription]);
    const names = [];
    for await (const resource of resources.resources.list()) names.push(resource.name);
    assert.deepEqual(names, ['readable']);
    const accounts = await harness.manage(
      'GET',
      `/subscriptions/${ids.subscription}/providers/Microsoft.Storage/storageAccounts?${api}`,
      undefined,
      stranger,
    );
    assert.deepEqual(
      itemsOf(accounts).map((item) => item.name),
      ['readable'],
    );
  });

  it('creates, changes, lists and deletes resource groups through the official client', async () => {
    const { resources } = clientsOf(harness);
    const made = await resources.resourceGroups.createOrUpdate('rg-new', {
      location: 'North Europe',
      tags: { a: 'b' },
    });
    assert.deepEqual(
      { name: made.name, location: made.location, state: made.properties?.provisioningState },
      { name: 'rg-new', location: 'northeurope', state: 'Succeeded' },
    );
    assert.equal((await resources.resourceGroups.update('rg-new', { tags: { c: 'd' } })).tags?.c, 'd');
    const names = [];
    for await (const group of resources.resourceGroups.list()) names.push(group.name);
    assert.deepEqual(names, ['rg-one', 'RG-Two', 'rg-new']);
    const tagged = [];
    for await (const group of resources.resourceGroups.list({ filter: "tagName eq 'c' and tagValue eq 'd'" }))
      tagged.push(group.name);
    assert.deepEqual(tagged, ['rg-new']);
    await assert.rejects(resources.resourceGroups.createOrUpdate('rg-new', { location: 'eastus' }), {
      code: 'InvalidResourceGroupLocation',
    });
    assert.equal(
      (await harness.manage('HEAD', `/subscriptions/${ids.subscription}/resourceGroups/rg-new?${api}`))
        .status,
      204,
    );
    assert.equal(
      (await harness.manage('HEAD', `/subscriptions/${ids.subscription}/resourceGroups/rg-old?${api}`))
        .status,
      404,
    );
  });

  it('deletes a group with everything in it, as an operation whose signed URL must not be changed', async () => {
    addStorage(harness, 'within');
    harness.addVault('gone-kv');
    harness.assignRole(ids.stranger, roles.reader, harness.groupId);
    const started = await harness.manage('DELETE', `${harness.groupId}?${api}`);
    assert.equal(started.status, 202);
    assert.equal(started.headers['retry-after'], '15');
    const location = started.headers.location ?? '';
    assert.match(
      location,
      /\/operationresults\/[\w-]+\?api-version=2021-04-01&t=\d+&c=[\w-]+&s=[\w-]+&h=[\w-]+$/,
    );
    const token = await harness.token(harness.principals.user, harness.context.endpoints.resourceManager);
    const early = await harness.send('GET', location, { token });
    assert.equal(early.status, 202);
    assert.equal(early.headers.location, location);
    assert.equal((await harness.send('GET', `${location}x`, { token })).status, 404);
    harness.advance(2000);
    assert.equal((await harness.send('GET', location, { token })).status, 200);
    assert.equal(
      errorOf(await harness.manage('GET', `${harness.groupId}?${api}`)).code,
      'ResourceGroupNotFound',
    );
    const { world } = harness.context;
    assert.deepEqual([world.vaults.size, world.otherResources.size, world.deletedVaults.size], [0, 0, 1]);
    assert.ok(!world.roleAssignments.some((assignment) => assignment.scope === harness.groupId));
  });

  it('filters resources as documented', async () => {
    addStorage(harness, 'alpha', { tags: { env: 'test', team: 'a' } });
    addStorage(harness, 'beta', {
      resourceGroup: 'RG-Two',
      tags: { env: 'production', other: 'test' },
      location: 'eastus',
    });
    harness.addVault('alpha-kv');
    const { resources } = clientsOf(harness);
    const names = async (filter: string) => {
      const found = [];
      for await (const resource of resources.resources.list({ filter })) found.push(resource.name);
      return found.toSorted();
    };
    assert.deepEqual(await names("resourceType eq 'microsoft.keyvault/VAULTS'"), ['alpha-kv']);
    assert.deepEqual(
      await names(
        "resourceType eq 'Microsoft.KeyVault/vaults' or resourceType eq 'Microsoft.Storage/storageAccounts'",
      ),
      ['alpha', 'alpha-kv', 'beta'],
    );
    assert.deepEqual(await names("resourceType eq 'Microsoft.Storage/storageAccounts' and name eq 'ALPHA'"), [
      'alpha',
    ]);
    assert.deepEqual(await names("tagName eq 'env' and tagValue eq 'test'"), ['alpha']);
    assert.deepEqual(await names("tagName eq 'env'"), ['alpha', 'beta']);
    assert.deepEqual(await names("substringof('alph', name)"), ['alpha', 'alpha-kv']);
    assert.deepEqual(await names("resourceGroup ne 'rg-one'"), ['beta']);
    assert.deepEqual(await names("location eq 'EastUS'"), ['beta']);
    await assert.rejects(names("tagName eq 'env' and resourceType eq 'Microsoft.Web/sites'"), {
      code: 'InvalidFilterInQueryString',
    });
    await assert.rejects(names("flavour eq 'sweet'"), { code: 'InvalidFilterInQueryString' });
    await assert.rejects(names("name eq 'open"), { code: 'InvalidFilterInQueryString' });
    const within = [];
    for await (const resource of resources.resources.listByResourceGroup('rg-TWO'))
      within.push(resource.name);
    assert.deepEqual(within, ['beta']);
  });

  it('pages with an opaque nextLink, and adds an empty page after a full last one', async () => {
    for (let index = 0; index < 6; index += 1) addStorage(harness, `account${index}`);
    const pages: string[][] = [];
    for await (const page of clientsOf(harness).resources.resources.list({ top: 2 }).byPage())
      pages.push(page.map((item) => item.name ?? ''));
    assert.deepEqual(pages, [
      ['account0', 'account1'],
      ['account2', 'account3'],
      ['account4', 'account5'],
      [],
    ]);
    const first = await harness.manage('GET', `/subscriptions/${ids.subscription}/resources?${api}&$top=2`);
    const { nextLink } = first.json as { nextLink: string };
    const token = new URL(nextLink).searchParams.get('$skiptoken') ?? '';
    const elsewhere = await harness.manage(
      'GET',
      `${harness.groupId}/resources?${api}&$skiptoken=${encodeURIComponent(token)}`,
    );
    assert.equal(errorOf(elsewhere).code, 'InvalidSkipToken');
  });

  it('expands only what is requested', async () => {
    addStorage(harness, 'account');
    const [plain] = itemsOf(
      await harness.manage('GET', `/subscriptions/${ids.subscription}/resources?${api}`),
    );
    assert.deepEqual(Object.keys(plain ?? {}), ['id', 'name', 'type', 'location']);
    const [expanded] = itemsOf(
      await harness.manage(
        'GET',
        `/subscriptions/${ids.subscription}/resources?${api}&$expand=provisioningState`,
      ),
    );
    assert.equal(expanded?.provisioningState, 'Succeeded');
  });

  it('lists its resource providers', async () => {
    const answer = await harness.manage('GET', `/subscriptions/${ids.subscription}/providers?${api}`);
    const namespaces = itemsOf(answer).map((provider) => provider.namespace);
    for (const namespace of [
      'Microsoft.Authorization',
      'Microsoft.KeyVault',
      'Microsoft.ManagedIdentity',
      'Microsoft.ResourceGraph',
      'Microsoft.Storage',
    ]) {
      assert.ok(namespaces.includes(namespace), namespace);
    }
    const { resources } = clientsOf(harness);
    assert.equal((await resources.providers.get('microsoft.keyvault')).registrationState, 'Registered');
  });
});
