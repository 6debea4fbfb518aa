import assert from 'node:assert/strict';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { listBasicPublishing, setBasicPublishing } from '../../../../src/azure/appService/basicPublishing';
import { readKeyedResource, writeKeyAccess } from '../../../../src/azure/resources/keySwitch';
import { countKeyRequests } from '../../../../src/azure/resources/keyUse';
import { listServiceKeys } from '../../../../src/azure/resources/serviceKeys';
import { account, namesIn } from '../../sandbox/storage/storageWorld';
import { StorageClients } from '../../sandbox/storage/storageClients';
import { control } from '../support';
import { useGrantWorld } from '../../grants/grantWorld';

describe('The keys of a resource', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const idOf = (type: string, name: string) =>
    `${world.app('keyless-shop-app').id.split('/providers/')[0] ?? ''}/providers/${type}/${name}`;
  const storageId = () => idOf('Microsoft.Storage/storageAccounts', account);

  for (const [type, name, deletesKeys] of [
    ['Microsoft.Storage/storageAccounts', account, false],
    ['Microsoft.ServiceBus/namespaces', 'keyless-shop-bus', false],
    ['Microsoft.EventHub/namespaces', 'keyless-shop-events', false],
    ['Microsoft.DocumentDB/databaseAccounts', 'keyless-shop-stock', false],
    ['Microsoft.AppConfiguration/configurationStores', 'keyless-shop-config', true],
    ['Microsoft.SignalRService/SignalR', 'keyless-shop-signalr', true],
  ] as const)
    it(`can be turned off and on (${type})`, async () => {
      const before = await readKeyedResource(world.c, idOf(type, name));
      assert.deepEqual(
        [before.name, before.keySwitch.type, before.keySwitch.deletesKeys, before.keysWork],
        [name, type, deletesKeys, true],
      );
      await writeKeyAccess(world.c, before, false);
      assert.equal((await readKeyedResource(world.c, before.id)).keysWork, false);
      await writeKeyAccess(world.c, before, true);
      const { keysWork, properties } = await readKeyedResource(world.c, before.id);
      assert.equal(keysWork, true);
      assert.deepEqual(properties, { ...before.properties, ...properties });
    });

  it("can't be turned off for a type that Keyless doesn't know", async () => {
    const id = idOf('Microsoft.Sql/servers', 'keyless-shop-sql');
    await assert.rejects(readKeyedResource(world.c, id), { code: 'InvalidResourceType' });
  });

  it('are noticed to work still if the service accepts the change and ignores it', async () => {
    const resource = await readKeyedResource(world.c, storageId());
    await control(world.c, world.sandbox.ready, 'POST', '/faults', {
      ...{ service: 'arm', method: 'PATCH', path: account, status: 200, body: {}, count: 1 },
    });
    await assert.rejects(writeKeyAccess(world.c, resource, false), { code: 'NotApplied' });
  });

  it('are counted by the requests that a storage account got with them', async () => {
    const keys = await listServiceKeys(world.c, storageId());
    assert.deepEqual(await countKeyRequests(world.c, storageId(), 7), { key: 0, sas: 0 });
    const clients = new StorageClients(world.sandbox.ready);
    const photos = clients.blobs(account, { key: keys.get('key1') ?? '' }).getContainerClient('photos');
    await namesIn(photos.listBlobsFlat());
    assert.deepEqual(await countKeyRequests(world.c, storageId(), 7), { key: 1, sas: 0 });
  });

  it('are passwords for publishing, which can be turned off for each way', async () => {
    const app = await getFunctionApp(world.c, world.app().id);
    await setBasicPublishing(world.c, app, 'scm', true);
    await setBasicPublishing(world.c, app, 'ftp', true);
    assert.deepEqual(await listBasicPublishing(world.c, app), ['ftp', 'scm']);
    await setBasicPublishing(world.c, app, 'ftp', false);
    assert.deepEqual(await listBasicPublishing(world.c, app), ['scm']);
  });
});
