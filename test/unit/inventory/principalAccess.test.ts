import assert from 'node:assert/strict';
import type { Subscription } from '../../../src/azure/core/model';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { LiveInventory } from '../../../src/inventory/inventory';
import { readPrincipalAccess } from '../../../src/inventory/principalAccess';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, control } from '../azure/support';
import { openInventory } from './openInventory';

/** It's read before an identity is deleted. */
describe('What a principal can access', () => {
  const principalId = '44444444-4444-4444-8444-444444444444';
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let inventory: LiveInventory;
  let subscriptions: readonly Subscription[];
  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    ({ inventory, subscriptions } = await openInventory(c));
  });
  afterEach(() => sandbox.stop());

  const read = () => readPrincipalAccess({ inventory }, c, principalId, new AbortController().signal);
  const fault = (more: object) => control(c, sandbox.ready, 'POST', '/faults', { count: 0, ...more });
  const refusal = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } };
  const noGraph = { path: 'Microsoft.ResourceGraph', ...refusal };

  it('is complete if all subscriptions were read', async () => {
    assert.deepEqual(await read(), { lines: [], unread: [] });
  });

  it("isn't said to be nothing if the vaults of one subscription couldn't be read", async () => {
    const vaults = await inventory.keyVaults();
    const { vault } = vaults.find((one) => one.vault.permissionModel === 'accessPolicies') ?? assert.fail();
    await addAccessPolicy(c, vault, { objectId: principalId, permissions: { secrets: ['get'] } });
    inventory.clear();
    await fault(noGraph);
    const isOther = ({ subscriptionId }: Subscription) => subscriptionId !== vault.subscriptionId;
    const [other] = subscriptions.filter(isOther);
    const path = `${other?.subscriptionId}/providers/Microsoft.KeyVault/vaults`;
    await fault({ method: 'GET', path, ...refusal });
    const { lines, unread } = await read();
    assert.deepEqual(lines, [`Key vault ${vault.name}: secrets get`]);
    assert.equal(unread.length, 1);
    assert.ok(unread[0]?.startsWith(`The key vaults of ${other?.displayName} couldn't be read: `), unread[0]);
  });

  it('names all subscriptions if neither vaults nor roles could be read, and still answers', async () => {
    await fault({ path: 'Microsoft.ResourceGraph', status: 500 });
    await fault({ method: 'GET', path: 'roleAssignments', ...refusal });
    const { lines, unread } = await read();
    assert.deepEqual(lines, []);
    assert.equal(unread.length, 2, unread.join('\n'));
    for (const { displayName } of subscriptions)
      for (const one of unread) assert.ok(one.includes(displayName), one);
  });

  it("isn't known without subscriptions", async () => {
    inventory = new LiveInventory(() => Promise.resolve([]));
    assert.match((await read()).unread.join(''), /No subscription/);
  });
});
