import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Pages } from '../../../src/tree/pages';
import type { Node } from '../../../src/tree/nodes/nodes';
import { connection, vault } from '../../unit/tree/samples';

describe('the cache of the tree', () => {
  const collapsed = new vscode.EventEmitter<vscode.TreeViewExpansionEvent<Node>>();
  const view = { visible: true, onDidExpandElement: collapsed.event, onDidCollapseElement: collapsed.event };
  const root = vaultNode('root');
  let name: string;
  let reads: string[];
  let pages: Pages;

  function vaultNode(at: string, vaultName = at): Node {
    return { kind: 'vault', id: at, connection: connection(), vault: vault({ name: vaultName }) };
  }

  /** What is below the root: a vault whose name changes. Below it: a vault of the same name. */
  beforeEach(() => {
    [name, reads] = ['old', []];
    pages = new Pages(view, (node) => {
      assert.ok(node.kind === 'vault');
      if (node === root) return Promise.resolve({ nodes: [vaultNode('vault', name)] });
      reads.push(node.vault.name);
      return Promise.resolve({ nodes: [vaultNode(`${node.id}/below`, node.vault.name)] });
    });
  });
  afterEach(() => {
    pages.dispose();
  });

  const first = async (node: Node): Promise<Node> => (await pages.below(node)).nodes[0] ?? assert.fail();
  const nameBelow = async (node: Node): Promise<string> => {
    const below = await first(node);
    assert.ok(below.kind === 'vault');
    return below.vault.name;
  };

  it('reads what is below a newer node, even if an older one with its ID was used meanwhile', async () => {
    const older = await first(root);
    name = 'new';
    pages.forget(root.id);
    const newer = await first(root);
    assert.equal(await nameBelow(older), 'old');
    assert.equal(await nameBelow(newer), 'new');
  });

  it('keeps what is below a newer node when an older one with its ID is asked for', async () => {
    const older = await first(root);
    name = 'new';
    pages.forget(root.id);
    assert.equal(await nameBelow(await first(root)), 'new');
    assert.equal(await nameBelow(older), 'new');
    assert.deepEqual(reads, ['new']);
  });
});
