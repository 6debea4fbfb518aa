import assert from 'node:assert/strict';
import { listFunctionApps, listUserAssignedIdentities } from '../../../../src/inventory/listResources';
import { resourcesOfPrincipals } from '../../../../src/azure/directory/principalResources';
import { only } from '../support';
import { useSandbox } from '../useSandbox';

describe('principals', () => {
  const sandbox = useSandbox();

  it('are resolved to the resources that they belong to in one query', async () => {
    const { subscriptionIds } = sandbox.ready;
    const { items: apps } = await listFunctionApps(sandbox.c, subscriptionIds);
    const { items: identities } = await listUserAssignedIdentities(sandbox.c, subscriptionIds);
    const app = only(apps, ({ name }) => name === 'keyless-linux-app', 'the app');
    const identity = only(identities, ({ name }) => name === 'keyless-reader-id', 'the identity');
    const ofApp = app.identity.systemAssigned?.principalId ?? '';
    const stranger = '12345678-90ab-cdef-1234-567890abcdef';
    sandbox.c.log.length = 0;
    const found = await resourcesOfPrincipals(sandbox.c, subscriptionIds, [
      ofApp.toUpperCase(),
      identity.principalId,
      stranger,
      "' or 1 == 1",
    ]);
    assert.deepEqual([...found.keys()].sort(), [ofApp, identity.principalId].sort());
    const place = (id: string) => [found.get(id)?.name, found.get(id)?.type, found.get(id)?.resourceId];
    assert.deepEqual(place(ofApp), [app.name, 'microsoft.web/sites', app.id]);
    assert.deepEqual(place(identity.principalId), [
      identity.name,
      'microsoft.managedidentity/userassignedidentities',
      identity.id,
    ]);
    assert.equal(sandbox.c.log.filter((line) => line.includes('Microsoft.ResourceGraph')).length, 1);
  });
});
