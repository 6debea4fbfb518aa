import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { Accounts } from '../../../src/account/accounts';
import { signInForTests } from '../../../src/account/testSession';
import { LiveInventory } from '../../../src/inventory/inventory';
import type { Node } from '../../../src/tree/nodes/nodes';
import { RememberedTree } from '../../../src/tree/remembered';
import { ResourceTree } from '../../../src/tree/resourceTree';
import { temporaryFolder } from '../../support/processes';
import { until } from '../../support/until';
import { openTreeWorld, type TreeWorld } from './treeWorld';

describe('The last known tree', () => {
  let world: TreeWorld;
  let work: ReturnType<typeof temporaryFolder>;
  /** Of the same modules as the tree that is looked at here: those of the extension are another copy. */
  let accounts: Accounts;
  before(async () => {
    world = await openTreeWorld(['--scale', 'subscriptions=10,apps=200,vaults=100,secrets=100']);
    work = temporaryFolder('remembered-tree');
    accounts = new Accounts({
      ...world.services.accounts.surroundings,
      memento: new Memory(),
      askForeignHost: () => Promise.resolve(false),
      forget: () => Promise.resolve(),
      userAgent: 'test',
    });
    await accounts.signIn(() => signInForTests(world.sandbox.readyFile));
  });
  after(async () => {
    accounts.dispose();
    await world.close();
    work.remove();
  });

  /** As in a window that was just opened. */
  function newTree(): { tree: ResourceTree; changes: () => number } {
    const tree = new ResourceTree({
      accounts,
      inventory: new LiveInventory(() => accounts.tenants()),
      remembered: new RememberedTree(work.path),
      view: { visible: false, onDidExpandElement: nothing.event, onDidCollapseElement: nothing.event },
      media: vscode.Uri.file('/media'),
      streaming: () => undefined,
      fileUri: () => vscode.Uri.file('/media'),
      onState: () => undefined,
      log: (line) => {
        throw new Error(line);
      },
    });
    let changes = 0;
    tree.onDidChangeTreeData(() => (changes += 1));
    return { tree, changes: () => changes };
  }

  const walk = async (tree: ResourceTree): Promise<Node[]> => {
    const subscriptions = await tree.getChildren();
    const groups = (await Promise.all(subscriptions.map((node) => tree.getChildren(node)))).flat();
    const resources = (await Promise.all(groups.map((node) => tree.getChildren(node)))).flat();
    return [...subscriptions, ...groups, ...resources];
  };
  const kinds = (nodes: Node[]) => new Set(nodes.map(({ kind }) => kind));

  it('stands in, greyed and at once, while the tree is read, with the same IDs', async () => {
    const first = newTree();
    const live = await walk(first.tree);
    assert.ok(!kinds(live).has('remembered'));
    await first.tree.saved();
    first.tree.dispose();

    accounts.refresh();
    await world.control('PATCH', '/settings', { latencyMs: 1000 });
    const { tree, changes } = newTree();
    const old = await walk(tree);
    await world.control('PATCH', '/settings', { latencyMs: 0 });
    assert.deepEqual(kinds(old), new Set(['remembered']));
    const resources = live.filter(({ kind }) => kind !== 'message');
    assert.deepEqual(new Set(old.map(({ id }) => id)), new Set(resources.map(({ id }) => id)));
    const item = tree.getTreeItem(old[0] ?? assert.fail());
    assert.equal(item.description, 'refreshing…');
    assert.equal(item.resourceUri?.scheme, 'keyless-remembered');

    await until(() => changes() > 0, { what: 'the live tree' });
    assert.deepEqual(kinds(await tree.getChildren()), new Set(['subscription']));
    await tree.saved();
    tree.dispose();
  });

  it('does not come back at a refresh', async () => {
    const { tree } = newTree();
    await walk(tree);
    await until(async () => !kinds(await tree.getChildren()).has('remembered'), { what: 'the live tree' });
    tree.refreshAll();
    assert.deepEqual(kinds(await tree.getChildren()), new Set(['subscription']));
    await tree.saved();
    tree.dispose();
  });

  it('is kept by the extension itself, and erased when the account signs out', async () => {
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

/** Nobody opens or closes a row. */
const nothing = new vscode.EventEmitter<vscode.TreeViewExpansionEvent<Node>>();

class Memory implements vscode.Memento {
  private readonly values = new Map<string, unknown>();
  keys(): readonly string[] {
    return [...this.values.keys()];
  }
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so says vscode.Memento
  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}
