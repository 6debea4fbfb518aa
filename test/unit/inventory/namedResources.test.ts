import assert from 'node:assert/strict';
import { findNamedResources } from '../../../src/inventory/namedResources';
import { useSandbox } from '../azure/useSandbox';

describe('Resources with one of some names', () => {
  const sandbox = useSandbox();
  const { signal } = new AbortController();
  const find = (names: readonly string[], within = signal) =>
    findNamedResources(sandbox.c, names, ['Microsoft.Storage/storageAccounts'], within);

  it('are those of the wanted types, whatever the case of a name', async () => {
    const found = await find(['KeylessShopStorage', 'keyless-shop-bus', "x' or name !~ 'y"]);
    assert.deepEqual(
      found?.map(({ name, type }) => [name, type]),
      [['keylessshopstorage', 'microsoft.storage/storageaccounts']],
    );
    assert.deepEqual(await find(['nothing']), []);
  });

  it("aren't known if they can't be looked up", async () => {
    await sandbox.control('POST', '/faults', {
      ...{ service: 'arm', path: 'Microsoft.ResourceGraph', status: 403, count: 1 },
    });
    assert.equal(await find(['keylessshopstorage']), undefined);
    assert.equal((await find(['keylessshopstorage']))?.length, 1);
    await assert.rejects(find(['keylessshopstorage'], AbortSignal.abort()), { name: 'AbortError' });
  });
});
