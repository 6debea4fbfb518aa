import assert from 'node:assert/strict';
import type { TreeWorld } from './treeWorld';
import { openTreeWorld } from './treeWorld';

describe('showing a resource in the tree', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld(['--scale', 'subscriptions=1,apps=450,vaults=1,secrets=30']);
  });
  afterEach(() => world.close());

  it('loads its ancestors, even through long lists', async () => {
    const [connection] = await world.services.inventory.connections();
    const [vault] = await world.services.inventory.keyVaults();
    const apps = await world.services.inventory.functionApps();
    assert.ok(connection && vault);
    const last = apps
      .map(({ app }) => app)
      .sort((a, b) => a.name.localeCompare(b.name))
      .at(-1);
    assert.ok(last);
    for (const id of [last.id, `${vault.vault.id}/secrets/Secret29`, vault.vault.id.toUpperCase()])
      await world.services.reveal(connection, id);
  });

  it("fails if the tree doesn't contain it", async () => {
    const [connection] = await world.services.inventory.connections();
    const [vault] = await world.services.inventory.keyVaults();
    assert.ok(connection && vault);
    for (const id of [`${vault.vault.id}-gone`, `${vault.vault.id}/secrets/Gone`, '/subscriptions/none', ''])
      await assert.rejects(world.services.reveal(connection, id), /This resource isn't in the tree/);
  });

  it('finds a resource even if the tree is read again in between', async () => {
    const [connection] = await world.services.inventory.connections();
    const [vault] = await world.services.inventory.keyVaults();
    assert.ok(connection && vault);
    for (let turns = 0; turns < 8; turns += 1) {
      const revealed = world.services.reveal(connection, `${vault.vault.id}/secrets/Secret29`);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      world.tree.refilter();
      await revealed;
    }
  });

  it("says why an ancestor can't be read", async () => {
    const [connection] = await world.services.inventory.connections();
    const [vault] = await world.services.inventory.keyVaults();
    assert.ok(connection && vault);
    const body = { error: { code: 'AuthorizationFailed', message: 'no' } };
    await world.control('POST', '/faults', { service: 'arm', count: 0, status: 403, body });
    world.tree.refilter();
    await assert.rejects(
      world.services.reveal(connection, `${vault.vault.id}/secrets/Secret29`),
      /no role that allows this/,
    );
  });
});

describe('a node of a session that ended', () => {
  it("doesn't stand in for the node of the next session", async () => {
    const before = await openTreeWorld();
    const secrets = await before.node('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
    await before.close();
    const world = await openTreeWorld();
    try {
      assert.deepEqual(await world.tree.getChildren(secrets), []);
      const nodes = await world.children('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
      assert.ok(nodes.length > 0 && nodes.every(({ kind }) => kind === 'secret'));
    } finally {
      await world.close();
    }
  });
});
