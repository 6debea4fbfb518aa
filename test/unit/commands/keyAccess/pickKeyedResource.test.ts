import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as pickKeyedResource from '../../../../src/commands/keyAccess/pickKeyedResource';
import { withVscodeStub } from '../../account/vscodeStub';
import { useSandbox } from '../../azure/useSandbox';
import { openInventory } from '../../inventory/openInventory';

const load = createRequire(__filename);
const { findKeyedResource } = withVscodeStub(
  () => load('../../../../src/commands/keyAccess/pickKeyedResource') as typeof pickKeyedResource,
);

const types = ['Microsoft.Storage/storageAccounts'];
const { signal } = new AbortController();

describe('The resource that a key opens', () => {
  const sandbox = useSandbox();
  const find = async (name: string) =>
    findKeyedResource((await openInventory(sandbox.c)).inventory, name, types, signal);

  it('is found by its name in another case', async () => {
    const { resourceId } = await find('KeylessShopStorage');
    assert.match(resourceId, /\/storageAccounts\/keylessshopstorage$/);
  });

  it("is found although a subscription can't be listed, and a message names that one if it isn't", async () => {
    const { resourceId } = await find('keylessshopstorage');
    const { subscriptions } = await openInventory(sandbox.c);
    const other =
      subscriptions.find(({ subscriptionId }) => !resourceId.includes(subscriptionId)) ?? assert.fail();
    const fault = { service: 'arm', count: 0 };
    const faults = [
      { ...fault, path: '/providers/Microsoft.ResourceGraph/', status: 404 },
      { ...fault, path: `/subscriptions/${other.subscriptionId}/resources`, status: 403 },
    ];
    for (const one of faults) await sandbox.control('POST', '/faults', one);
    assert.equal((await find('keylessshopstorage')).resourceId, resourceId);
    await assert.rejects(find('keylessdemostorage'), (error: { nextStep?: string }) => {
      assert.match(error.nextStep ?? '', new RegExp(`couldn't be listed: ${other.displayName}`));
      return true;
    });
  });
});
