import assert from 'node:assert/strict';
import { whyNameIsTaken } from '../../../../src/azure/resources/nameChecks';
import { registerProvider, unregisteredProviders } from '../../../../src/azure/resources/providers';
import { putResource } from '../../../../src/azure/resources/resources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('resource providers', function () {
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let subscriptionId: string;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    subscriptionId = sandbox.ready.subscriptionIds[1] ?? '';
  });
  after(() => sandbox.stop());

  const namespaces = ['Microsoft.Web', 'Microsoft.Storage'];

  it('are registered, which is waited for', async () => {
    await control(c, sandbox.ready, 'PATCH', '/settings', {
      unregisteredProviders: ['Microsoft.Storage', 'Microsoft.Insights'],
      providerRegistrationMs: 2000,
    });
    const create = () =>
      putResource(
        c,
        `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac/providers/Microsoft.Storage/storageAccounts/fresh`,
        { location: 'northeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' } },
      );
    await assert.rejects(create(), {
      ...{ status: 409, code: 'MissingSubscriptionRegistration' },
      message:
        "The subscription is not registered to use namespace 'Microsoft.Storage'. See https://aka.ms/rps-not-found for how to register subscriptions.",
    });
    // azure-cli#26426: Storage has another answer to the question for a name.
    await assert.rejects(whyNameIsTaken(c, subscriptionId, 'storageAccount', 'fresh'), {
      ...{ status: 404, code: 'SubscriptionNotFound' },
    });
    assert.deepEqual(await unregisteredProviders(c, subscriptionId, namespaces), ['Microsoft.Storage']);
    await registerProvider(c, subscriptionId, 'Microsoft.Storage');
    assert.deepEqual(await unregisteredProviders(c, subscriptionId, namespaces), []);
    await create();
  });

  it("count as registered if the account can't tell", async () => {
    const path = '/providers/Microsoft.Web';
    await control(c, sandbox.ready, 'POST', '/faults', { method: 'GET', path, status: 403, count: 1 });
    assert.deepEqual(await unregisteredProviders(c, subscriptionId, namespaces), []);
  });

  it('are not waited for endlessly', async () => {
    await control(c, sandbox.ready, 'PATCH', '/settings', {
      ...{ unregisteredProviders: ['Microsoft.KeyVault'], providerRegistrationMs: 24 * 60 * 60 * 1000 },
    });
    const timing = { poll: 3000, limit: 9000 };
    await assert.rejects(registerProvider(c, subscriptionId, 'Microsoft.KeyVault', undefined, timing), {
      code: 'RegistrationPending',
    });
  });
});
