import assert from 'node:assert/strict';
import type { LiveInventory } from '../../../src/inventory/inventory';
import { childrenOf, rootOf } from '../../../src/tree/children/childrenOf';
import { describe as appearance } from '../../../src/tree/describe/describe';
import type { Node } from '../../../src/tree/nodes/nodes';
import { pathTo } from '../../../src/tree/nodes/paths';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, control } from '../azure/support';
import { openInventory } from '../inventory/openInventory';

describe('the tree grouped by resource group', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let inventory: LiveInventory;
  before(async () => {
    sandbox = await startSandbox();
  });
  beforeEach(async () => {
    c = connect(sandbox.ready);
    ({ inventory } = await openInventory(c));
  });
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));
  after(() => sandbox.stop());

  const label = (node: Node) => appearance(node, new Date()).label;
  const below = async (node: Node) =>
    (await childrenOf(node, inventory, 'resourceGroup', new AbortController().signal)).nodes;
  const child = async (parent: Node | undefined, name: string) => {
    const nodes = parent ? await below(parent) : await rootOf(inventory);
    const names = nodes.map(label).join(', ');
    return nodes.find((node) => label(node) === name) ?? assert.fail(`no ${name} among ${names}`);
  };

  it('shows what each group contains, with one more request for a subscription', async () => {
    const subscription = await child(undefined, 'Keyless Sandbox (RBAC)');
    await inventory.functionApps();
    await inventory.keyVaults();
    await inventory.userAssignedIdentities();
    c.log.length = 0;
    const group = await child(subscription, 'keyless-rbac');
    const nodes = await below(group);
    assert.deepEqual(
      c.log.filter((line) => /^\w+ /.test(line)).length,
      1,
      `only the resource groups are read: ${c.log.join('\n')}`,
    );
    const kinds = [...new Set(nodes.map(({ kind }) => kind))];
    assert.deepEqual(kinds, ['app', 'vault', 'userAssigned']);
    const vault = await child(group, 'keyless-rbac-kv');
    assert.ok(vault.kind === 'vault');
    const path = [subscription, group, vault].map(({ id }) => id);
    assert.deepEqual(pathTo(c, vault.vault.id, 'resourceGroup'), path);
    assert.ok(group.kind === 'resourceGroup');
    assert.deepEqual(pathTo(c, group.group.id, 'resourceGroup'), path.slice(0, 2));
    assert.deepEqual(pathTo(c, group.group.id), []);
  });

  it("tells identities with the same name apart by their group, unless they're below it", async () => {
    const group = await child(await child(undefined, 'Keyless Sandbox (RBAC)'), 'keyless-rbac');
    assert.ok(group.kind === 'resourceGroup');
    const { subscriptionId } = group.subscription;
    const [identity = assert.fail()] = await inventory.identitiesOf(c, subscriptionId);
    const id = identity.id.replace('/keyless-rbac/', '/other/');
    inventory.identitiesOf = () => Promise.resolve([identity, { ...identity, id, resourceGroup: 'other' }]);
    const places = async (node: Node) =>
      (await below(node)).flatMap((one) => (one.kind === 'userAssigned' ? [one.place] : []));
    assert.deepEqual(await places({ ...group, kind: 'identities' }), ['keyless-rbac', 'other']);
    assert.deepEqual(await places(group), [undefined]);
  });

  it('shows the groups of what can be seen to someone who may not list them', async () => {
    await control(c, sandbox.ready, 'POST', '/faults', { path: '/resourcegroups\\?', count: 0, status: 403 });
    const subscription = await child(undefined, 'Keyless Sandbox (RBAC)');
    const group = await child(subscription, 'keyless-rbac');
    assert.ok(group.kind === 'resourceGroup');
    assert.equal(group.group.location, undefined, 'only the list tells it');
    await child(group, 'keyless-rbac-kv');
  });

  it("says what couldn't be read, and shows the rest", async () => {
    const subscription = await child(undefined, 'Keyless Sandbox (RBAC)');
    const group = await child(subscription, 'keyless-rbac');
    inventory.clear();
    await inventory.functionApps();
    await control(c, sandbox.ready, 'POST', '/faults', { path: 'ResourceGraph', count: 0, status: 500 });
    const nodes = await below(group);
    assert.ok(nodes[0]?.kind === 'error');
    assert.ok(nodes.some(({ kind }) => kind === 'app'));
  });
});
