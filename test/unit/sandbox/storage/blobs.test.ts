import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import type { RestError } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../../support/azurite';
import { skip } from '../../../support/skip';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from '../web/client';
import { BlobClients } from './blobClients';

const blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const account = 'keylessshopphotos';

// Azurite stores them behind the sandbox's checks. What both answer comes from two sources.
for (const stored of ['the sandbox', 'Azurite'])
  describe(`Blobs in ${stored}, through their official SDK,`, function () {
    this.timeout(300_000); // the first run installs Azurite
    const photosInWorld = { 'beach.txt': 'A beach.\n', 'forest.txt': 'A forest.\n', 'lake.txt': 'A lake.\n' };
    let azurite: Azurite | undefined;
    let sandbox: RunningSandbox;
    let client: Client;
    let clients: BlobClients;
    let accountId: string;
    let shop: string;

    before(async function () {
      if (stored === 'Azurite')
        azurite = await startAzurite([account, 'keylessshopstorage']).catch((error: unknown) =>
          skip(this, `Azurite isn't available: ${String(error)}`),
        );
    });
    after(() => azurite?.stop());
    beforeEach(async () => {
      sandbox = await startSandbox(azurite ? ['--storage', azurite.storageFile] : []);
      client = new Client(sandbox.ready);
      clients = new BlobClients(sandbox.ready);
      const { rbacGroup } = walkthroughIds(sandbox.ready);
      accountId = `${rbacGroup}/providers/Microsoft.Storage/storageAccounts/${account}`;
      shop = `${rbacGroup}/providers/Microsoft.Web/sites/keyless-shop-app`;
      if (azurite === undefined) return;
      const photos = clients.withKey(account, await key()).getContainerClient('photos');
      await photos.createIfNotExists();
      for (const [name, text] of Object.entries(photosInWorld))
        await photos.uploadBlockBlob(name, text, text.length);
    });
    afterEach(() => sandbox.stop());

    it('open for a key of the account, and for no other', async () => {
      const photos = clients.withKey(account, await key()).getContainerClient('photos');
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
      const wrong = clients.withKey(account, Buffer.alloc(64).toString('base64'));
      assert.equal(
        await codeOf(wrong.getContainerClient('photos').getProperties()),
        '403 AuthenticationFailed',
      );
    });

    it('have containers', async () => {
      const service = clients.withKey(account, await key());
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
      const photos = (await clients.withToken(account)).getContainerClient('photos');
      const list = () => namesIn(photos.listBlobsFlat());
      // Contributor and User Access Administrator give no data.
      assert.equal(await codeOf(list()), '403 AuthorizationPermissionMismatch');
      await assign(
        `${accountId}/blobServices/default/containers/photos`,
        blobDataReader,
        await applicationId(),
      );
      assert.equal(await codeOf(list()), '403 AuthorizationPermissionMismatch');
      await client.advance(10_000);
      assert.equal((await list()).length, 3);
      assert.equal(await codeOf(photos.uploadBlockBlob('x', 'x', 1)), '403 AuthorizationPermissionMismatch');
      const other = (await clients.withToken('keylessshopstorage')).getContainerClient('photos');
      assert.equal(await codeOf(namesIn(other.listBlobsFlat())), '403 AuthorizationPermissionMismatch');
    });

    it("don't open for a token of another service", async () => {
      const photos = (await clients.withToken(account, 'https://vault.localhost')).getContainerClient(
        'photos',
      );
      assert.equal(await codeOf(namesIn(photos.listBlobsFlat())), '401 InvalidAuthenticationInfo');
    });

    it("don't open for keys that are turned off, nor through the firewall", async () => {
      const photos = clients.withKey(account, await key()).getContainerClient('photos');
      await update({ allowSharedKeyAccess: false });
      assert.equal(await codeOf(photos.getProperties()), '403 KeyBasedAuthenticationNotPermitted');
      await update({ allowSharedKeyAccess: true, networkAcls: { defaultAction: 'Deny', ipRules: [] } });
      assert.equal(await codeOf(photos.getProperties()), '403 AuthorizationFailure');
      await update({ networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '127.0.0.1' }] } });
      assert.equal((await namesIn(photos.listBlobsFlat())).length, 3);
    });

    it("are listed by the shop's function with its key and, after the swap, with its identity", async () => {
      const photos = ['beach.txt', 'forest.txt', 'lake.txt'];
      const first = 'A beach.\n';
      assert.deepEqual(await run(), { photos, first, opened: 'a key' });
      const app = await client.arm('PATCH', shop, { identity: { type: 'SystemAssigned' } });
      const { principalId } = app.json<{ identity: { principalId: string } }>().identity;
      const blobServiceUri = { Photos__blobServiceUri: `https://${account}.blob.core.windows.net` };
      await client.changeSettings(shop, blobServiceUri);
      assert.deepEqual(await run(), { photos, first, opened: 'a key' });
      await client.changeSettings(shop, { Photos: undefined });
      assert.equal(await run(), 500);
      await client.advance(2_000);
      await assign(`${accountId}/blobServices/default/containers/photos`, blobDataReader, principalId);
      await client.advance(10_000);
      assert.deepEqual(await run(), { photos, first, opened: 'the identity' });
      await client.changeSettings(shop, { Photos__blobServiceUri: undefined });
      assert.equal(await run(), 500);
    });

    async function run(): Promise<unknown> {
      const listed = await client.arm('POST', `${shop}/host/default/listKeys`);
      const { functionKeys } = listed.json<{ functionKeys: { default: string } }>();
      const headers = { 'x-functions-key': functionKeys.default };
      const answer = await client.site('GET', 'keyless-shop-app', '/api/ListPhotos', { headers });
      return answer.status === 200 ? answer.json() : answer.status;
    }

    async function key(): Promise<string> {
      const listed = await client.arm('POST', `${accountId}/listKeys?api-version=2023-05-01`);
      return listed.json<{ keys: { value: string }[] }>().keys[1]?.value ?? '';
    }

    async function applicationId(): Promise<string> {
      return String(decodeJwt(await client.token(sandbox.ready.resourceManagerUrl))['oid']);
    }

    async function update(properties: object): Promise<void> {
      await client.arm('PATCH', `${accountId}?api-version=2023-05-01`, { properties });
    }

    async function assign(scope: string, role: string, principalId: string): Promise<void> {
      const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
      const { status, text } = await client.arm('PUT', `${id}?api-version=2022-04-01`, {
        properties: {
          ...{ principalId, principalType: 'ServicePrincipal' },
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      });
      assert.equal(status, 201, text);
    }
  });

async function namesIn(items: AsyncIterable<{ name: string }>): Promise<string[]> {
  const names = [];
  for await (const { name } of items) names.push(name);
  return names;
}

/** Status and code of the error that a call ends with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason as RestError,
  );
  return `${error.statusCode ?? ''} ${error.code ?? ''}`;
}
