import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Node } from '../../../src/tree/nodes/nodes';
import type { ResourceTree } from '../../../src/tree/resourceTree';
import { until } from '../../support/until';
import { openServicesWorld, recordingLog, type ServicesWorld } from '../servicesWorld';
import { openTreeWorld, type TreeWorld } from './treeWorld';

describe('the last known tree', () => {
  let world: TreeWorld;
  /** Built from the same modules as the trees in this test, because the extension uses its own copy of them. */
  let windows: ServicesWorld;
  const logged: string[] = [];
  beforeEach(async () => {
    world = await openTreeWorld(['--scale', 'subscriptions=10,apps=200,vaults=100,secrets=100']);
    windows = await openServicesWorld(world.sandbox, recordingLog(logged));
  });
  afterEach(async () => {
    windows.dispose();
    await world.close();
    assert.deepEqual(logged, []);
  });

  /** A tree like the one in a window that was just opened. */
  function newTree() {
    const { tree, dispose } = windows.openWindow();
    let changes = 0;
    tree.onDidChangeTreeData(() => (changes += 1));
    return { tree, dispose, changes: () => changes };
  }

  const walk = async (tree: ResourceTree): Promise<Node[]> => {
    const subscriptions = await tree.getChildren();
    const groups = (await Promise.all(subscriptions.map((node) => tree.getChildren(node)))).flat();
    const resources = (await Promise.all(groups.map((node) => tree.getChildren(node)))).flat();
    return [...subscriptions, ...groups, ...resources];
  };
  const kinds = (nodes: Node[]) => new Set(nodes.map(({ kind }) => kind));

  it('is shown immediately in gray while the tree is being read, with the same IDs', async () => {
    const first = newTree();
    const live = await walk(first.tree);
    assert.ok(!kinds(live).has('remembered'));
    await first.tree.saved();
    first.dispose();

    windows.services.accounts.refresh();
    await world.control('PATCH', '/settings', { latencyMs: 1000 });
    const { tree, dispose, changes } = newTree();
    const old = await walk(tree);
    await world.control('PATCH', '/settings', { latencyMs: 0 });
    assert.deepEqual(kinds(old), new Set(['remembered']));
    const resources = live.filter(({ kind }) => kind !== 'message');
    assert.deepEqual(new Set(old.map(({ id }) => id)), new Set(resources.map(({ id }) => id)));
    const item = tree.getTreeItem(old[0] ?? assert.fail());
    assert.equal(item.description, 'refreshing…');

    await until(() => changes() > 0, { what: 'the live tree' });
    assert.deepEqual(kinds(await tree.getChildren()), new Set(['subscription']));
    await tree.saved();
    dispose();
  });

  it("isn't shown again during a refresh", async () => {
    const { tree, dispose } = newTree();
    await walk(tree);
    await until(async () => !kinds(await tree.getChildren()).has('remembered'), { what: 'the live tree' });
    tree.refreshAll();
    assert.deepEqual(kinds(await tree.getChildren()), new Set(['subscription']));
    await tree.saved();
    dispose();
  });

  it('is saved by the extension and erased when the account signs out', async () => {
    await walk(world.tree);
    await world.tree.saved();
    const folders = () =>
      fs
        .readdirSync(storage(), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
    assert.ok(folders().length > 0);
    await world.services.accounts.signOut();
    assert.deepEqual(folders(), []);
    assert.deepEqual(await world.tree.getChildren(), []);
  });

  function storage(): string {
    return path.join(world.services.accounts.surroundings.storageFolder, 'trees');
  }
});
