import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from './client';

const blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';

describe('The storage account of a Functions host', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  after(() => sandbox.stop());

  /** Creates an account with `properties` and an app with `settings`, and gives the app's identity the role. */
  async function make(name: string, properties: object, settings: Record<string, string>) {
    const storageId = storageIdOf(name);
    await client.arm('PUT', `${storageId}?api-version=2023-05-01`, {
      ...{ location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties },
    });
    const appId = `${ids.rbacGroup}/providers/Microsoft.Web/sites/${name}`;
    const appSettings = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
    const app = await client.arm('PUT', appId, {
      ...{ location: 'westeurope', kind: 'functionapp', identity: { type: 'SystemAssigned' } },
      properties: { siteConfig: { appSettings } },
    });
    const { principalId } = app.json<{ identity: { principalId: string } }>().identity;
    const role = `${storageId}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const assigned = await client.arm('PUT', `${role}?api-version=2022-04-01`, {
      properties: {
        ...{ principalId, principalType: 'ServicePrincipal' },
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${blobDataOwner}`,
      },
    });
    assert.equal(assigned.status, 201, assigned.text);
    return appId;
  }

  async function statusOf(appId: string) {
    const { state, errors = [] } = (await client.arm('GET', `${appId}/hostruntime/admin/host/status`)).json<{
      state: string;
      errors?: string[];
    }>();
    return `${state} ${errors.join()}`;
  }

  it('opens with the key that the shop of the seeded world holds', async () => {
    const shop = `${ids.rbacGroup}/providers/Microsoft.Web/sites/keyless-shop-app`;
    assert.equal(await statusOf(shop), 'Running ');
    const listed = await client.arm('POST', `${shop}/config/appsettings/list`);
    const { AzureWebJobsStorage } = listed.json<{ properties: Record<string, string> }>().properties;
    assert.equal(
      AzureWebJobsStorage,
      `${await connectionString('keylessshopstorage')};EndpointSuffix=core.windows.net`,
    );
    assert.deepEqual(await functionsOf(shop), ['keyless-shop-app/ListPhotos', 'keyless-shop-app/PlaceOrder']);
    const refused = await client.site('POST', 'keyless-shop-app', '/api/PlaceOrder', {
      headers: { 'x-functions-key': await functionKey(shop) },
    });
    assert.equal(refused.status, 501);
    assert.match(refused.text, /doesn't have the service of the binding 'prices' \(sql\)/);
  });

  it('opens for its identity once the role has taken effect', async () => {
    const appId = await make('owned', {}, { AzureWebJobsStorage__accountName: 'owned' });
    assert.match(await statusOf(appId), /^Error .*AuthorizationPermissionMismatch/s);
    await client.advance(10_000);
    assert.equal(await statusOf(appId), 'Running ');
  });

  it("isn't found by its name outside core.windows.net", async () => {
    await client.set({ storageSuffix: 'core.chinacloudapi.cn' });
    const blobServiceUri = 'https://china.blob.core.chinacloudapi.cn/';
    const appId = await make('china', {}, { AzureWebJobsStorage__accountName: 'china' });
    await client.set({ storageSuffix: 'core.windows.net' });
    await client.advance(10_000);
    assert.match(await statusOf(appId), /^Error Name or service not known \(china\.blob\.core\.windows\.net/);
    await client.changeSettings(appId, { AzureWebJobsStorage__blobServiceUri: blobServiceUri });
    assert.match(await statusOf(appId), /^Error Unable to find matching constructor/);
  });

  it('stays closed for keys if they are turned off', async () => {
    const appId = await make('closed', {}, {});
    const storageId = storageIdOf('closed');
    await client.changeSettings(appId, { AzureWebJobsStorage: await connectionString('closed') });
    assert.equal(await statusOf(appId), 'Running ');
    await client.arm('PATCH', `${storageId}?api-version=2023-05-01`, {
      properties: { allowSharedKeyAccess: false },
    });
    assert.match(await statusOf(appId), /^Error .*KeyBasedAuthenticationNotPermitted/s);
  });

  it('stays closed for a key that was regenerated, and lists no function until it opens', async () => {
    const appId = await make('rotated', {}, {});
    await client.putFunction('rotated', 'Hello', '');
    const AzureWebJobsStorage = await connectionString('rotated');
    await client.changeSettings(appId, { AzureWebJobsStorage });
    assert.deepEqual(await functionsOf(appId), ['rotated/Hello']);
    await client.arm('POST', `${storageIdOf('rotated')}/regenerateKey?api-version=2023-05-01`, {
      keyName: 'key1',
    });
    assert.match(await statusOf(appId), /^Error .*ErrorCode: AuthenticationFailed/s);
    assert.deepEqual(await functionsOf(appId), []);
    const synced = await client.arm('POST', `${appId}/syncfunctiontriggers`);
    assert.equal(synced.status, 400);
    assert.match(synced.text, /Encountered an error \(ServiceUnavailable\) from host runtime\./);
    const renewed = await connectionString('rotated');
    assert.notEqual(renewed, AzureWebJobsStorage);
    await client.changeSettings(appId, { AzureWebJobsStorage: renewed });
    assert.deepEqual(await functionsOf(appId), ['rotated/Hello']);
  });

  it("uses the key as long as it's there, even an empty one", async () => {
    const appId = await make('both', {}, {});
    const accountName = { AzureWebJobsStorage__accountName: 'both' };
    await client.changeSettings(appId, { AzureWebJobsStorage: '', ...accountName });
    await client.advance(10_000);
    assert.match(await statusOf(appId), /^Error Value cannot be null\. \(Parameter 'connectionString'\)/);
    await client.changeSettings(appId, { AzureWebJobsStorage: undefined, ...accountName });
    assert.equal(await statusOf(appId), 'Running ');
  });

  it('opens only for the identity that the settings choose', async () => {
    const appId = await make('chosen', {}, { AzureWebJobsStorage__accountName: 'chosen' });
    await client.advance(10_000);
    assert.equal(await statusOf(appId), 'Running ');
    await client.changeSettings(appId, { AzureWebJobsStorage__credential: 'managedidentity' });
    assert.match(await statusOf(appId), /^Error Exactly one of \['clientId'/);
    await client.changeSettings(appId, {
      AzureWebJobsStorage__credential: undefined,
      AZURE_CLIENT_ID: crypto.randomUUID(),
    });
    assert.match(await statusOf(appId), /^Error ManagedIdentityCredential authentication failed/);
    await client.arm('PATCH', appId, { identity: { type: 'None' } });
    await client.changeSettings(appId, { AZURE_CLIENT_ID: undefined });
    assert.match(await statusOf(appId), /^Error ManagedIdentityCredential authentication unavailable/);
  });

  it('stays closed behind a firewall', async () => {
    const properties = { networkAcls: { defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] } };
    const appId = await make('fenced', properties, { AzureWebJobsStorage__accountName: 'fenced' });
    await client.advance(10_000);
    assert.match(await statusOf(appId), /^Error .*ErrorCode: AuthorizationFailure$/s);
  });

  async function functionKey(appId: string): Promise<string> {
    const keys = await client.arm('POST', `${appId}/host/default/listKeys`);
    return keys.json<{ functionKeys: { default: string } }>().functionKeys.default;
  }

  const storageIdOf = (name: string) =>
    `${ids.rbacGroup}/providers/Microsoft.Storage/storageAccounts/${name}`;

  async function connectionString(name: string): Promise<string> {
    const { keys } = (await client.arm('POST', `${storageIdOf(name)}/listKeys?api-version=2023-05-01`)).json<{
      keys: { value: string }[];
    }>();
    return `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=${keys[0]?.value ?? ''}`;
  }

  async function functionsOf(appId: string): Promise<string[]> {
    const { value } = (await client.arm('GET', `${appId}/functions`)).json<{ value: { name: string }[] }>();
    return value.map(({ name }) => name);
  }
});
