import assert from 'node:assert/strict';
import { replaceWithIdentity } from '../../../src/commands/replace/replaceWithIdentity';
import { undoReplacementOf } from '../../../src/commands/replace/undoReplacement';
import { keptReplacements } from '../../../src/commands/replace/replacementHistory';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';
import { writeSiteFile } from '../../../src/azure/appService/siteFiles';
import { settingsOf, storageConnection } from './storageConnection';

describe('a key with other roles or settings that an identity replaces', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  let prompts: Prompts;
  const report = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  it("of Cosmos DB is planned with a role of the account's own, replaced, and restored with Undo", async () => {
    const app = await world.app('keyless-shop-app');
    const settings = () => settingsOf(world, app.app.id);
    const before = await settings();
    prompts.pick('Stock');
    await replaceWithIdentity(world.services, app);
    for (const step of [
      /2\. Assign the role Cosmos DB Built-in Data Contributor on the container stock of Cosmos DB account keyless-shop-stock .*for PlaceOrder/,
      /Delete Stock and set .*accountEndpoint=https:\/\/keyless-shop-stock\.documents\.azure\.com:443\/ in one write/,
      /Read again as primaryMasterKey of the Cosmos DB account keyless-shop-stock/,
    ])
      assert.match(report.text, step);
    await report.press('Replace');
    assert.match(prompts.last.text, /Stock of keyless-shop-app is replaced/);
    assert.ok(!('Stock' in (await settings())));
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /Remove the role assignment on the container stock/);
    assert.match(prompts.last.text, /has its old value again/);
    assert.deepEqual(await settings(), before);
    const logged = (await world.loggedLines()).join('\n');
    assert.match(logged, /Assigned Cosmos DB Built-in Data Contributor to .* on container stock/);
    assert.match(logged, /Removed a role from .* on container stock/);
    const key = /AccountKey=([^;]+)/.exec(before['Stock'] ?? '')?.[1] ?? assert.fail();
    for (const shown of [prompts.everything, logged, report.text]) assert.ok(!shown.includes(key));
  });

  it('of Application Insights stays beside the identity until that is undone', async () => {
    const app = await world.app('keyless-flex-app');
    const before = await settingsOf(world, app.app.id);
    prompts.pick('APPLICATIONINSIGHTS_CONNECTION_STRING');
    await replaceWithIdentity(world.services, app);
    assert.match(report.text, /Send the telemetry of keyless-flex-app with its identity\?/);
    assert.match(
      report.text,
      /Monitoring Metrics Publisher on the Application Insights resource keyless-insights/,
    );
    assert.match(report.text, /It stays, because it says where to send the telemetry/);
    await report.press('Replace');
    assert.match(prompts.last.text, /keyless-flex-app sends its telemetry with its identity/);
    const added = { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' };
    assert.deepEqual(await settingsOf(world, app.app.id), { ...before, ...added });
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.deepEqual(await settingsOf(world, app.app.id), before);
  });

  it('of the deployment storage goes once the configuration of the app names the identity', async () => {
    const { app } = await world.app('keyless-flex-app');
    const name = 'DEPLOYMENT_STORAGE_CONNECTION_STRING';
    const authentication = {
      type: 'StorageAccountConnectionString',
      storageAccountConnectionStringName: name,
    };
    const value = 'https://keylessdemostorage.blob.core.windows.net/packages';
    const functionAppConfig = {
      deployment: { storage: { type: 'blobContainer', value, authentication } },
      runtime: { name: 'node', version: '22' },
    };
    await world.plain.arm('PATCH', app.id, '2023-12-01', { properties: { functionAppConfig } });
    const properties = { ...(await settingsOf(world, app.id)), [name]: await storageConnection(world) };
    await world.plain.arm('PUT', `${app.id}/config/appsettings`, '2023-12-01', { properties });
    prompts.pick(name);
    await replaceWithIdentity(world.services, await world.app('keyless-flex-app'));
    for (const step of [
      /Assign the role Storage Blob Data Contributor on the storage account keylessdemostorage/,
      /Let the deployment storage of keyless-flex-app use the identity/,
      /5\. Delete the app setting DEPLOYMENT/,
      /Only the next deployment shows whether the identity can store and fetch one/,
    ])
      assert.match(report.text, step);
    await report.press('Replace');
    assert.match(prompts.last.text, /is replaced, and its host is healthy\. Deploy it once to see/);
    assert.ok(!(name in (await settingsOf(world, app.id))));
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /the identity in the app's configuration/);
    assert.deepEqual(await settingsOf(world, app.id), properties);
    const logged = (await world.loggedLines()).join('\n');
    assert.match(logged, /Let the deployments of keyless-flex-app use an identity instead of a key\./);
    assert.match(logged, /Let the deployments of keyless-flex-app use a key again\./);
  });

  it('of a cache needs an identity that is on, which the page offers to enable', async () => {
    const { app, connection } = await world.app('keyless-shop-app');
    const cache = `${app.id.split('/providers/')[0] ?? ''}/providers/Microsoft.Cache/redis/keyless-shop-cache`;
    const sku = { name: 'Basic', family: 'C', capacity: 0 };
    const configuration = { sku, redisConfiguration: { 'aad-enabled': 'true' } };
    const body = { location: 'westeurope', properties: configuration };
    await world.plain.arm('PUT', cache, '2024-11-01', body);
    const { primaryKey } = (await world.plain.arm('POST', `${cache}/listKeys`, '2024-11-01')) as {
      primaryKey: string;
    };
    const host = 'keyless-shop-cache.redis.cache.windows.net';
    const Cache = `${host}:6380,password=${primaryKey},ssl=True,abortConnect=False`;
    const properties = { ...(await settingsOf(world, app.id)), Cache };
    await world.plain.arm('PUT', `${app.id}/config/appsettings`, '2023-12-01', { properties });
    const bindings = [
      { type: 'redisListTrigger', direction: 'in', name: 'a', key: 'b', connection: 'Cache' },
    ];
    for (const [file, text] of [
      ['function.json', JSON.stringify({ bindings })],
      ['index.js', 'module.exports = async () => undefined;'],
    ] as const)
      await writeSiteFile(connection, app, `site/wwwroot/Pop/${file}`, Buffer.from(text), undefined);
    prompts.pick('Cache');
    await replaceWithIdentity(world.services, { app, connection });
    assert.match(report.text, /The identity is off/);
    assert.deepEqual(report.buttons, ['Enable Identity']);
    await world.plain.arm('PATCH', app.id, '2023-12-01', { identity: { type: 'SystemAssigned' } });
    prompts.pick('Cache');
    await replaceWithIdentity(world.services, await world.app('keyless-shop-app'));
    assert.match(report.text, /Assign the role Data Contributor on the cache keyless-shop-cache .*for Pop/);
    await report.press('Replace');
    assert.match(prompts.last.text, /Cache of keyless-shop-app is replaced/);
    assert.equal((await settingsOf(world, app.id))['Cache__redisHostName'], host);
    assert.ok(!prompts.everything.includes(primaryKey));
  });

  it('says what to change in the code, and offers a key vault until then', async () => {
    const app = await world.app('keyless-shop-app');
    const { id } = app.app;
    const secret = Buffer.alloc(32, 1).toString('base64');
    const value = `Endpoint=https://fakecfg.azconfig.io;Id=0-l1-s0:FakeFake;Secret=${secret}`;
    const properties = { ...(await settingsOf(world, id)), AppConfig: value };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties });
    prompts.pick('AppConfig');
    await replaceWithIdentity(world.services, app);
    assert.match(report.text, /The identity can replace the App Configuration key once the app is changed/);
    assert.match(report.text, /1\. Assign App Configuration Data Reader on fakecfg to the identity/);
    assert.match(report.text, /A key vault can hold the value meanwhile/);
    assert.deepEqual(report.buttons, ['Move to Key Vault…']);
    assert.ok(!report.text.includes(secret));
  });
});
