import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Node } from '../../../src/tree/nodes/nodes';
import { until } from '../../support/until';
import { openTreeWorld, type TreeWorld } from './treeWorld';

const second = 'Keyless Sandbox (RBAC)';

describe('the nodes of the whole tree', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
  });
  afterEach(() => world.close());

  const labels = async (...path: string[]) => (await world.children(...path)).map(world.label);

  const allNodes = async (parent?: Node): Promise<Node[]> => {
    const nodes: Node[] = [];
    for (const child of await world.tree.getChildren(parent)) {
      nodes.push(child);
      if (child.kind !== 'loadMore') nodes.push(...(await allNodes(child)));
    }
    return nodes;
  };

  const assertUnique = (nodes: readonly Node[]): void => {
    assert.ok(nodes.length > 40);
    assert.equal(nodes.filter(({ kind, id }) => kind === 'file' && id.includes('/lib/index.js')).length, 2);
    const repeated = [...Map.groupBy(nodes, ({ id }) => id).values()].filter(({ length }) => length > 1);
    assert.deepEqual(
      repeated.map((same) => same.map(({ id, parentId }) => [id, parentId])),
      [],
    );
  };

  it('gives every node a unique ID and every item an accessibility label', async () => {
    const linux = await world.node(second, 'Function Apps', 'keyless-linux-app');
    assert.ok(linux.kind === 'app');
    // Two folders on Linux, but one for IDs, which ignore case.
    for (const folder of ['lib', 'Lib']) {
      const url = `https://${linux.app.scmHostName ?? ''}/api/vfs/site/wwwroot/${folder}/index.js`;
      const token = await world.plain.token('https://appservice.azure.com/.default');
      const { status, text } = await world.plain.send('PUT', url, { token, body: '' });
      assert.equal(status, 201, text);
    }
    const byType = await allNodes();
    const settings = vscode.workspace.getConfiguration('keyless');
    await settings.update('view.groupBy', 'resourceGroup', vscode.ConfigurationTarget.Global);
    try {
      await until(async () => (await labels(second)).includes('keyless-rbac'), { what: 'the groups' });
      assertUnique(await allNodes());
    } finally {
      await settings.update('view.groupBy', undefined, vscode.ConfigurationTarget.Global);
    }
    await until(async () => (await labels(second)).includes('Key Vaults'), { what: 'the lists' });
    assertUnique(byType);
    for (const node of byType) {
      const item = world.item(node);
      assert.ok(item.accessibilityInformation?.label, node.id);
      assert.ok(
        !(item.tooltip instanceof vscode.MarkdownString) ||
          (!item.tooltip.isTrusted && !item.tooltip.supportHtml),
      );
    }
  });
});
