import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { signInForTests } from '../../../src/account/testSession';
import type { Internals } from '../../../src/extension';
import type { Node } from '../../../src/tree/nodes/nodes';
import type { RunningSandbox } from '../../support/sandbox';
import { until } from '../../support/until';
import { freshSandbox } from '../freshSandbox';
import { PlainClient } from '../plainClient';

/** The extension's tree, signed in to a separate sandbox. */
export interface TreeWorld extends Internals {
  readonly sandbox: RunningSandbox;
  readonly plain: PlainClient;
  /** Sends a request to the sandbox's control endpoint. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The children of the node at this path of labels from the root. */
  children(...labels: string[]): Promise<Node[]>;
  /** The node at this path of labels from the root. */
  node(...labels: string[]): Promise<Node>;
  item(node: Node): vscode.TreeItem;
  label(node: Node): string;
  close(): Promise<void>;
}

export async function openTreeWorld(args: string[] = []): Promise<TreeWorld> {
  const extension = vscode.extensions.getExtension<Internals>('keyless.keyless');
  assert.ok(extension);
  const { services, tree, dragAndDrop } = await extension.activate();
  // While the view is hidden, commands don't select what they wrote, which the end of a test would interrupt.
  await vscode.commands.executeCommand('workbench.view.explorer');
  const sandbox = await freshSandbox(args);
  await services.accounts.signIn(() => signInForTests(sandbox.readyFile));
  // Until the tree has been read, it shows what it remembers of the previous sandbox.
  await until(async () => (await tree.getChildren()).every(({ kind }) => kind !== 'remembered'), {
    what: 'the tree of the new sandbox',
  });
  const plain = new PlainClient(sandbox.ready);
  const item = (node: Node) => tree.getTreeItem(node);
  const label = (node: Node) => {
    const text = item(node).label;
    assert.ok(typeof text === 'string');
    return text;
  };
  const children = async (...labels: string[]): Promise<Node[]> => {
    if (labels.length === 0) return tree.getChildren();
    return tree.getChildren(await node(...labels));
  };
  const node = async (...labels: string[]): Promise<Node> => {
    const siblings = await children(...labels.slice(0, -1));
    const found = siblings.find((candidate) => label(candidate) === labels.at(-1));
    assert.ok(found, `no "${labels.join('" > "')}" among ${siblings.map(label).join(', ')}`);
    return found;
  };
  return {
    ...{ services, tree, dragAndDrop, sandbox, item, label, children, node },
    plain,
    async control(method, path, body) {
      const headers = { 'x-sandbox-control': sandbox.ready.controlSecret };
      const answer = await plain.send(method, `${sandbox.ready.controlUrl}${path}`, { headers, body });
      assert.ok(answer.status < 300, answer.text);
      return answer.json;
    },
    async close() {
      await tree.saved();
      await services.accounts.signOut();
      await sandbox.stop();
    },
  };
}
