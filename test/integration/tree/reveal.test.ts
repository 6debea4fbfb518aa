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
});
