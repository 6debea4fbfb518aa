import assert from 'node:assert/strict';
import { useAzurite } from '../../../support/azurite';
import { account, codeOf, namesIn, StorageWorld } from './storageWorld';

const blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const photosContainer = '/blobServices/default/containers/photos';

// Azurite stores them behind the sandbox's checks, so that what both answer comes from two sources.
for (const stored of ['the sandbox', 'Azurite'])
  describe(`Blobs in ${stored}, through their official SDK,`, function () {
    const seeded = { 'beach.txt': 'A beach.\n', 'forest.txt': 'A forest.\n', 'lake.txt': 'A lake.\n' };
    const azurite = stored === 'Azurite' ? useAzurite([account, 'keylessshopstorage']) : undefined;
    let world: StorageWorld;

    beforeEach(async () => {
      world = await StorageWorld.start(azurite?.storageFile);
      if (azurite === undefined) return;
      const photos = await photosByKey();
      await photos.createIfNotExists();
      for (const [name, text] of Object.entries(seeded))
        await photos.uploadBlockBlob(name, text, text.length);
    });
    afterEach(() => world.stop());

    it('open for a key of the account, and for no other', async () => {
      const photos = await photosByKey();
      assert.deepEqual(await namesIn(photos.listBlobsFlat()), ['beach.txt', 'forest.txt', 'lake.txt']);
      const { blockBlobClient } = await photos.uploadBlockBlob('sea & sky/one.txt', 'blue', 4, {
        metadata: { taken: 'today' },
        blobHTTPHeaders: { blobContentType: 'text/plain' },
      });
      assert.equal((await blockBlobClient.downloadToBuffer()).toString(), 'blue');
      const { metadata, contentType, contentLength } = await blockBlobClient.getProperties();
      assert.deepEqual([metadata, contentType, contentLength], [{ taken: 'today' }, 'text/plain', 4]);
      const folders = [];
      for await (const item of photos.listBlobsByHierarchy('/'))
        if (item.kind === 'prefix') folders.push(item.name);
      assert.deepEqual(folders, ['sea & sky/']);
      await blockBlobClient.delete();
      assert.equal(await codeOf(blockBlobClient.download()), '404 BlobNotFound');
      const wrong = world.clients.blobs(account, { key: Buffer.alloc(64).toString('base64') });
      assert.equal(
        await codeOf(wrong.getContainerClient('photos').getProperties()),
        '403 AuthenticationFailed',
      );
    });

    it('have containers', async () => {
      const service = world.clients.blobs(account, await world.key());
      await service.createContainer('films');
      assert.equal(await codeOf(service.createContainer('films')), '409 ContainerAlreadyExists');
      assert.deepEqual(await namesIn(service.listContainers()), ['films', 'photos']);
      await service.deleteContainer('films');
      assert.equal(
        await codeOf(namesIn(service.getContainerClient('films').listBlobsFlat())),
        '404 ContainerNotFound',
      );
    });

    it('open for a token once its role has taken effect, and only for what the role allows', async () => {
      const application = await world.clients.application();
      const photos = world.clients.blobs(account, application).getContainerClient('photos');
      const list = () => namesIn(photos.listBlobsFlat());
      // Contributor and User Access Administrator give no data.
      assert.equal(await codeOf(list()), '403 AuthorizationPermissionMismatch');
      await world.assign(blobDataReader, photosContainer);
      assert.equal((await list()).length, 3);
      assert.equal(await codeOf(photos.uploadBlockBlob('x', 'x', 1)), '403 AuthorizationPermissionMismatch');
      const other = world.clients.blobs('keylessshopstorage', application).getContainerClient('photos');
      assert.equal(await codeOf(namesIn(other.listBlobsFlat())), '403 AuthorizationPermissionMismatch');
    });

    it("don't open for a token of another service", async () => {
      const application = await world.clients.application('https://vault.localhost');
      const photos = world.clients.blobs(account, application).getContainerClient('photos');
      assert.equal(await codeOf(namesIn(photos.listBlobsFlat())), '401 InvalidAuthenticationInfo');
    });

    it("don't open for keys that are turned off, nor through the firewall", async () => {
      const photos = await photosByKey();
      await world.update({ allowSharedKeyAccess: false });
      assert.equal(await codeOf(photos.getProperties()), '403 KeyBasedAuthenticationNotPermitted');
      const networkAcls = { defaultAction: 'Deny', ipRules: [{ value: '10.9.8.7' }] };
      await world.update({ allowSharedKeyAccess: true, networkAcls });
      assert.equal(await codeOf(photos.getProperties()), '403 AuthorizationFailure');
      await world.update({ networkAcls: { ...networkAcls, ipRules: [{ value: '127.0.0.1' }] } });
      assert.equal((await namesIn(photos.listBlobsFlat())).length, 3);
    });

    it("are listed by the shop's function with its key and, after the swap, with its identity", async () => {
      const { client, shop } = world;
      const found = { photos: ['beach.txt', 'forest.txt', 'lake.txt'], first: 'A beach.\n' };
      assert.deepEqual(await runListPhotos(), { ...found, opened: 'a key' });
      const app = await client.arm('PATCH', shop, { identity: { type: 'SystemAssigned' } });
      const { principalId } = app.json<{ identity: { principalId: string } }>().identity;
      await client.changeSettings(shop, {
        Photos__blobServiceUri: `https://${account}.blob.core.windows.net`,
      });
      assert.deepEqual(await runListPhotos(), { ...found, opened: 'a key' });
      await client.changeSettings(shop, { Photos: undefined });
      assert.equal(await runListPhotos(), 500);
      await client.advance(2_000);
      await world.assign(blobDataReader, photosContainer, principalId);
      assert.deepEqual(await runListPhotos(), { ...found, opened: 'the identity' });
      await client.changeSettings(shop, { Photos__blobServiceUri: undefined });
      assert.equal(await runListPhotos(), 500);
    });

    const photosByKey = async () =>
      world.clients.blobs(account, await world.key()).getContainerClient('photos');

    async function runListPhotos(): Promise<unknown> {
      const listed = await world.client.arm('POST', `${world.shop}/host/default/listKeys`);
      const { functionKeys } = listed.json<{ functionKeys: { default: string } }>();
      const headers = { 'x-functions-key': functionKeys.default };
      const answer = await world.client.site('GET', 'keyless-shop-app', '/api/ListPhotos', { headers });
      return answer.status === 200 ? answer.json() : answer.status;
    }
  });
