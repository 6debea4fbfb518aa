import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../support/until';
import { openTreeWorld, type TreeWorld } from './treeWorld';

const subscription = 'Keyless Sandbox';
const vault = [subscription, 'Key Vaults', 'keyless-demo-kv'];

describe('the tree in its view', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
    await vscode.commands.executeCommand('keyless.resources.focus');
    const node = await world.node(...vault);
    assert.ok(node.kind === 'vault');
    await world.services.reveal(node.connection, `${node.vault.id}/secrets/ASampleKey`);
  });
  afterEach(async () => {
    await world.close();
  });

  /** Runs `act`. Returns for each of these rows whether its children had been read when VS Code was notified. */
  const readWhenTold = async (act: () => unknown, ...rows: string[][]): Promise<boolean[]> => {
    const told = new Promise<boolean[]>((resolve) => {
      const subscriptionToChanges = world.tree.onDidChangeTreeData(() => {
        subscriptionToChanges.dispose();
        resolve(Promise.all(rows.map(isRead)));
      });
    });
    await act();
    return told;
  };
  const isRead = (labels: string[]) =>
    Promise.race([
      world.children(...labels).then(() => true),
      new Promise<boolean>((resolve) => setImmediate(resolve, false)),
    ]);

  const waysToRead: Record<string, () => unknown> = {
    'is refreshed': () => {
      world.tree.refreshAll();
    },
    'shows other subscriptions': () => {
      world.tree.refilter();
    },
    'has a subscription refreshed': async () => world.tree.refresh(await world.node(subscription)),
    'shows a vault that was written': async () => {
      const node = await world.node(...vault);
      assert.ok(node.kind === 'vault');
      await world.tree.refreshResource(node.connection, node.vault.id);
    },
  };
  for (const [way, act] of Object.entries(waysToRead))
    it(`notifies VS Code after reading what is expanded, and nothing else, when it ${way}`, async () => {
      const secrets = [...vault, 'Secrets'];
      const closed = [...vault, 'Access'];
      assert.deepEqual(await readWhenTold(act, secrets, closed), [true, false]);
      await world.tree.settled();
    });

  it('notifies VS Code at once while the view is hidden', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    try {
      const act = () => {
        world.tree.refreshAll();
      };
      // VS Code says a little later that the view is hidden.
      await until(async () => !(await readWhenTold(act, [subscription]))[0], { what: 'the hidden view' });
    } finally {
      await vscode.commands.executeCommand('keyless.resources.focus');
    }
  });
});
