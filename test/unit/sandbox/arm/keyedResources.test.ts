import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { account, namesIn, StorageWorld } from '../storage/storageWorld';
import { Client, walkthroughIds } from '../web/client';

type Json = Record<string, unknown>;

describe('Resources that accept keys', () => {
  let sandbox: RunningSandbox;
  let client: Client;
  let group: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    group = walkthroughIds(sandbox.ready).rbacGroup;
  });
  afterEach(() => sandbox.stop());

  const bus = () => `${group}/providers/Microsoft.ServiceBus/namespaces/keyless-shop-bus`;
  const store = () => `${group}/providers/Microsoft.AppConfiguration/configurationStores/keyless-shop-config`;
  const ask = async (method: string, path: string, body?: object): Promise<Json> => {
    const { status, text, json } = await client.arm(method, `${path}?api-version=2024-01-01`, body);
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${text}`);
    return text === '' ? {} : json<Json>();
  };
  const off = { properties: { disableLocalAuth: true } };

  it('are what the keys of the shop open, in the list of resources and in Resource Graph', async () => {
    const settings = await client.arm(
      'POST',
      `${group}/providers/Microsoft.Web/sites/keyless-shop-app/config/appsettings/list`,
    );
    const { OrdersBus, Stock } = settings.json<{ properties: Record<string, string> }>().properties;
    const keys = await ask('POST', `${bus()}/authorizationRules/RootManageSharedAccessKey/listKeys`);
    assert.equal(OrdersBus, keys['primaryConnectionString']);
    assert.match(OrdersBus ?? '', /^Endpoint=sb:\/\/keyless-shop-bus\.servicebus\.windows\.net\/;/);
    const stock = `${group}/providers/Microsoft.DocumentDB/databaseAccounts/keyless-shop-stock`;
    const { primaryMasterKey } = await ask('POST', `${stock}/listKeys`);
    assert.ok(Stock?.includes(`AccountKey=${String(primaryMasterKey)};`));
    const query =
      "resources | where name startswith 'keyless-shop-' | project name, off = properties.disableLocalAuth";
    const { data } = await ask('POST', '/providers/Microsoft.ResourceGraph/resources', {
      subscriptions: [group.split('/')[2]],
      query: `${query} | order by name asc`,
    });
    const rows = (data as { name: string; off: boolean | null }[]).map(
      ({ name, off }) => `${name} ${String(off)}`,
    );
    assert.deepEqual(rows, [
      'keyless-shop-app null',
      'keyless-shop-bus false',
      'keyless-shop-config false',
      'keyless-shop-events false',
      'keyless-shop-signalr false',
      'keyless-shop-sql null',
      'keyless-shop-stock false',
    ]);
    const listed = await ask('GET', `${group}/resources`);
    const names = (listed['value'] as { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes('keyless-shop-bus') && !names.some((name) => name.includes('orders')));
    // Databases are resources of their own (databases.json of Microsoft.Sql), and `master` is one of them.
    assert.ok(names.includes('keyless-shop-sql/master') && names.includes('keyless-shop-sql/shop'));
  });

  it('have the queues, topics and hubs that identities get roles on', async () => {
    const namesAt = async (path: string) =>
      ((await ask('GET', path))['value'] as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(await namesAt(`${bus()}/queues`), ['orders']);
    assert.deepEqual(await namesAt(`${bus()}/topics`), ['prices']);
    assert.deepEqual(await namesAt(`${bus()}/topics/prices/subscriptions`), ['shop']);
    const events = `${group}/providers/Microsoft.EventHub/namespaces/keyless-shop-events`;
    assert.deepEqual(await namesAt(`${events}/eventhubs`), ['visits']);
    assert.equal((await ask('GET', `${events}/eventhubs/visits`))['name'], 'visits');
    const missing = await client.arm('GET', `${bus()}/queues/none?api-version=2024-01-01`);
    assert.equal(missing.status, 404);
    const sql = `${group}/providers/Microsoft.Sql/servers/keyless-shop-sql`;
    assert.deepEqual(await namesAt(`${sql}/databases`), ['master', 'shop']);
    assert.equal((await ask('GET', `${sql}/databases/shop`))['type'], 'Microsoft.Sql/servers/databases');
    for (const none of [`${sql}/databases/none`, `${sql}2/databases`, `${sql}/elasticPools`])
      assert.equal((await client.arm('GET', `${none}?api-version=2023-05-01`)).status, 404, none);
    const put = await client.arm('PUT', `${sql}/databases/shop?api-version=2023-05-01`, { location: 'x' });
    assert.equal(put.status, 405);
  });

  it('turn keys off and on, and keep those of a namespace', async () => {
    const list = `${bus()}/authorizationRules/RootManageSharedAccessKey/listKeys`;
    const before = await ask('POST', list);
    await ask('PATCH', bus(), off);
    assert.equal(((await ask('GET', bus()))['properties'] as Json)['disableLocalAuth'], true);
    assert.deepEqual(await ask('POST', list), before);
    const regenerate = `${bus()}/authorizationRules/RootManageSharedAccessKey/regenerateKeys`;
    const after = await ask('POST', regenerate, { keyType: 'SecondaryKey' });
    assert.equal(after['primaryKey'], before['primaryKey']);
    assert.notEqual(after['secondaryKey'], before['secondaryKey']);
    const refused = await client.arm('PATCH', `${bus()}?api-version=2024-01-01`, {
      properties: { zoneRedundant: false },
    });
    assert.equal(refused.status, 400);
  });

  it('have keys of their own in queues, but not in subscriptions and consumer groups', async () => {
    const rule = `${bus()}/queues/orders/authorizationRules/send`;
    const before = await ask('POST', `${rule}/listKeys`);
    assert.match(
      String(before['primaryConnectionString']),
      /;SharedAccessKeyName=send;.*;EntityPath=orders$/,
    );
    const after = await ask('POST', `${rule}/regenerateKeys`, { keyType: 'PrimaryKey' });
    assert.notEqual(after['primaryKey'], before['primaryKey']);
    assert.equal(after['secondaryKey'], before['secondaryKey']);
    const events = `${group}/providers/Microsoft.EventHub/namespaces/keyless-shop-events`;
    for (const none of [
      `${bus()}/topics/prices/subscriptions/shop/authorizationRules`,
      `${events}/eventhubs/visits/consumergroups/$Default/authorizationRules`,
      `${bus()}/queues/none/authorizationRules`,
    ])
      assert.equal((await client.arm('GET', `${none}?api-version=2024-01-01`)).status, 404, none);
    const more = await client.arm('POST', `${rule}/listKeys/all?api-version=2024-01-01`);
    assert.equal(more.status, 404);
  });

  it('lose the keys of App Configuration and SignalR for good', async () => {
    const keysOfStore = async () =>
      ((await ask('POST', `${store()}/listKeys`))['value'] as { value: string }[]).map(({ value }) => value);
    const before = await keysOfStore();
    assert.equal(before.length, 4);
    await ask('PATCH', store(), off);
    assert.deepEqual(await keysOfStore(), []);
    await ask('PATCH', store(), { properties: { disableLocalAuth: false } });
    const after = await keysOfStore();
    assert.equal(after.length, 4);
    assert.ok(before.every((key) => !after.includes(key)));
    const signalR = `${group}/providers/Microsoft.SignalRService/SignalR/keyless-shop-signalr`;
    const { primaryKey } = await ask('POST', `${signalR}/listKeys`);
    const { status, headers } = await client.arm('PATCH', `${signalR}?api-version=2024-03-01`, off);
    assert.equal(status, 202);
    assert.ok(headers['azure-asyncoperation']);
    assert.deepEqual(await ask('POST', `${signalR}/listKeys`), {});
    await ask('PATCH', signalR, { properties: { disableLocalAuth: false } });
    assert.notEqual((await ask('POST', `${signalR}/listKeys`))['primaryKey'], primaryKey);
  });
});

describe('A storage account', () => {
  let world: StorageWorld;

  beforeEach(async () => {
    world = await StorageWorld.start();
  });
  afterEach(() => world.stop());

  it('says when each key was made', async () => {
    const list = () => world.client.arm('POST', `${world.accountId}/listKeys?api-version=2023-05-01`);
    const keysIn = (answer: Awaited<ReturnType<typeof list>>) =>
      answer.json<{ keys: { value: string; creationTime: string }[] }>().keys;
    const [one, two] = keysIn(await list());
    const answer = await world.client.arm('POST', `${world.accountId}/regenerateKey?api-version=2023-05-01`, {
      keyName: 'key2',
    });
    const [same, fresh] = keysIn(answer);
    assert.deepEqual(same, one);
    assert.notEqual(fresh?.value, two?.value);
    assert.ok(Date.parse(fresh?.creationTime ?? '') > Date.parse(one?.creationTime ?? ''));
    assert.deepEqual(keysIn(await list()), [same, fresh]);
  });

  it('has containers and shares only in its default services, and nothing below them', async () => {
    const at = (path: string, method = 'GET') =>
      world.client.arm(method, `${world.accountId}/${path}?api-version=2023-05-01`);
    const list = 'blobServices/default/containers';
    assert.equal((await at(list)).status, 200);
    assert.equal((await at(`${list}/photos`)).status, 200);
    assert.equal((await at('fileServices/default/shares')).status, 200);
    for (const [path, method] of [
      [`${list}/photos/immutabilityPolicies/default`, 'DELETE'],
      ['blobServices/other/containers/photos', 'DELETE'],
      ['blobServices/other/containers', 'GET'],
      ['fileServices/other/shares', 'GET'],
      ['listKeys/all', 'POST'],
    ] as const)
      assert.equal((await at(path, method)).status, 404, path);
    assert.equal((await at(`${list}/photos`)).status, 200);
  });

  it('counts requests by how they were authenticated', async () => {
    const photos = world.clients.blobs(account, await world.key()).getContainerClient('photos');
    await namesIn(photos.listBlobsFlat());
    await namesIn(photos.listBlobsFlat());
    const to = new Date(Date.now() + 60_000).toISOString();
    const from = new Date(Date.parse(to) - 2 * 86_400_000).toISOString();
    const filter = encodeURIComponent("Authentication eq '*'");
    const answer = await world.client.arm(
      'GET',
      `${world.accountId}/providers/Microsoft.Insights/metrics?api-version=2023-10-01&metricnames=Transactions&aggregation=Total&interval=P1D&timespan=${from}/${to}&$filter=${filter}`,
    );
    assert.equal(answer.status, 200, answer.text);
    const [metric] = answer.json<{ value: { timeseries: Json[] }[] }>().value;
    const [series, ...more] = metric?.timeseries ?? [];
    assert.equal(more.length, 0);
    assert.equal((series?.['metadatavalues'] as { value: string }[])[0]?.value, 'AccountKey');
    const totals = (series?.['data'] as { total: number }[]).map(({ total }) => total);
    assert.deepEqual(totals, [0, 2]);
  });
});
