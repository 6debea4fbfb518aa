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
    const storageId = `${ids.rbacGroup}/providers/Microsoft.Storage/storageAccounts/${name}`;
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
    const AzureWebJobsStorage = 'DefaultEndpointsProtocol=https;AccountName=closed;AccountKey=AAAA';
    const appId = await make('closed', { allowSharedKeyAccess: false }, { AzureWebJobsStorage });
    assert.match(await statusOf(appId), /^Error .*KeyBasedAuthenticationNotPermitted/s);
    const open = AzureWebJobsStorage.replace('closed', 'open');
    assert.equal(await statusOf(await make('open', {}, { AzureWebJobsStorage: open })), 'Running ');
  });
});
