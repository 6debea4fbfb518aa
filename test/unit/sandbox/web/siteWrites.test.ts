import assert from 'node:assert/strict';
import { useSandbox } from '../../azure/useSandbox';
import { Client, walkthroughIds } from './client';

describe('A write of a function app', function () {
  this.timeout(60_000);
  const sandbox = useSandbox();
  let client: Client;

  before(() => {
    client = new Client(sandbox.ready);
  });

  it('changes nothing if it is refused', async () => {
    const { app, rbacGroup } = walkthroughIds(sandbox.ready);
    const flexApp = `${rbacGroup}/providers/Microsoft.Web/sites/keyless-flex-app`;
    const storage = { type: 'blobContainer', value: 'https://keylessdemostorage.blob.core.windows.net/p' };
    const authentication = { type: 'SystemAssignedIdentity', storageAccountConnectionStringName: 'KEY' };
    const functionAppConfig = { deployment: { storage: { ...storage, authentication } } };
    const appSettings = [{ name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }];
    for (const [id, properties, why] of [
      [flexApp, { functionAppConfig }, /Authentication is invalid/],
      [flexApp, { siteConfig: { appSettings } }, /for Flex Consumption sites is invalid/],
      [app, { functionAppConfig }, /only supported for Flex Consumption/],
      [app, { serverFarmId: 'none' }, /none/],
    ] as const) {
      const before = (await client.arm('GET', id)).json();
      const tags = { refused: 'yes' };
      const identity = { type: 'None' };
      const answer = await client.arm('PATCH', id, { tags, identity, properties });
      assert.ok(answer.status >= 400);
      assert.match(answer.text, why);
      assert.deepEqual((await client.arm('GET', id)).json(), before);
    }
  });
});
