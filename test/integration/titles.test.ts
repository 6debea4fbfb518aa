import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Node } from '../../src/tree/nodes/nodes';
import { commandsIn, rowMenu, titleOf } from '../unit/tree/rowMenus';
import { openTreeWorld, type TreeWorld } from './tree/treeWorld';

/** Commands whose rows appear only after a refusal, and whether they ask for input there. */
const onRefusedRows: Readonly<Record<string, boolean>> = {
  giveMeAccess: true, // the task
  activateRole: true, // the role
  addMyIpToFirewall: false,
  signInToTenant: false,
  retry: false,
};

/** Commands that ask for an identity only if the app has several. */
const onSomeRows = new Set(['replaceAll']);

/** Commands that don't act on one resource when they run from the palette. */
const actOnEverything = new Set([
  ...['refresh', 'retry', 'signInToTenant', 'showAccessMap'],
  ...['copyAsAzureCli', 'copyAsPowerShell', 'copyAsBicep'],
]);

/** Commands that are only in the palette and in the view's own menu. */
const withoutRow = ['signIn', 'switchAccount', 'openByUri', 'undoLastGrant', 'showLog'];

describe('commands of the view', function () {
  this.timeout(180_000);
  let world: TreeWorld;
  let rows: ReadonlyMap<string, readonly Node[]>;
  let questions: Questions;
  beforeEach(async () => {
    world = await openTreeWorld();
    rows = byCommand(await rowsOf(world));
    questions = new Questions();
  });
  afterEach(async () => {
    questions.restore();
    for (const { target } of world.services.logStreams.list) await world.services.logStreams.stop(target);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await world.close();
  });

  const asks = async (command: string, node?: Node) => {
    questions.asked = 0;
    await vscode.commands.executeCommand(`keyless.${command}`, ...(node ? [node] : []));
    return questions.asked > 0;
  };

  it('have a title that ends in … if they may ask for more than the resource and a confirmation, and only then', async () => {
    const wrong: string[] = [];
    const check = (command: string, asked: boolean) => {
      const title = titleOf(command);
      // A question ends in its own mark.
      if (!title.endsWith('?') && asked !== title.endsWith('…'))
        wrong.push(`${title} ${asked ? 'asks' : "doesn't ask"}`);
    };
    for (const [command, nodes] of rows) {
      let asked = onRefusedRows[command] ?? onSomeRows.has(command);
      for (const node of nodes) asked ||= await asks(command, node);
      check(command, asked);
    }
    for (const command of withoutRow) check(command, await asks(command));
    assert.deepEqual(wrong, []);
  });

  it('ask for a resource from the palette', async () => {
    const silent: string[] = [];
    for (const command of rows.keys())
      if (!actOnEverything.has(command) && !(await asks(command))) silent.push(command);
    assert.deepEqual(silent, []);
  });
});

/** Rows of every kind and state that the sandbox has at first. */
async function rowsOf({ tree }: TreeWorld): Promise<Node[]> {
  const found = new Map<string, Node>();
  const look = async (parent?: Node): Promise<void> => {
    for (const node of await tree.getChildren(parent)) {
      const { contextValue = '', collapsibleState } = tree.getTreeItem(node);
      if (found.has(contextValue)) continue;
      found.set(contextValue, node);
      if (collapsibleState !== vscode.TreeItemCollapsibleState.None) await look(node);
    }
  };
  await look();
  return [...found.values()];
}

/** The commands of the rows' menus, each with one row of every kind that offers it. */
function byCommand(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const offers = nodes.map((node) => ({ node, commands: commandsIn(rowMenu(node)) }));
  const commands = new Set(offers.flatMap((offer) => offer.commands));
  return new Map(
    [...commands, ...Object.keys(onRefusedRows)].map((command) => {
      const rows = offers.flatMap((offer) => (offer.commands.includes(command) ? [offer.node] : []));
      return [command, [...new Map(rows.map((node) => [node.kind, node])).values()]];
    }),
  );
}

/** Cancels everything that commands ask, and counts what asks for input: a choice, a text, or a file. */
class Questions {
  asked = 0;
  private readonly original = {
    ...{ showQuickPick: vscode.window.showQuickPick, showInputBox: vscode.window.showInputBox },
    ...{ createQuickPick: vscode.window.createQuickPick, createInputBox: vscode.window.createInputBox },
    ...{ showOpenDialog: vscode.window.showOpenDialog, showSaveDialog: vscode.window.showSaveDialog },
    ...{
      showInformationMessage: vscode.window.showInformationMessage,
      showWarningMessage: vscode.window.showWarningMessage,
      showErrorMessage: vscode.window.showErrorMessage,
    },
  };
  private readonly openExternal = vscode.env.openExternal;

  constructor() {
    const ask = () => {
      this.asked++;
      return Promise.resolve(undefined);
    };
    const nothing = () => Promise.resolve(undefined);
    const shown = <I extends vscode.QuickInput>(input: I): I =>
      new Proxy(input, {
        get: (target, property) => {
          const value: unknown = Reflect.get(target, property, target);
          if (property === 'show')
            return () => {
              this.asked++;
              target.show();
              target.hide();
            };
          return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
        },
        set: (target, property, value) => Reflect.set(target, property, value, target),
      });
    Object.assign(vscode.window, {
      ...{ showQuickPick: ask, showInputBox: ask, showOpenDialog: ask, showSaveDialog: ask },
      ...{ showInformationMessage: nothing, showWarningMessage: nothing, showErrorMessage: nothing },
      createQuickPick: () => shown(this.original.createQuickPick()),
      createInputBox: () => shown(this.original.createInputBox()),
    });
    Object.assign(vscode.env, { openExternal: () => Promise.resolve(true) });
  }

  restore(): void {
    Object.assign(vscode.window, this.original);
    Object.assign(vscode.env, { openExternal: this.openExternal });
  }
}
