import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { pickFunctionApp, pickKeyVault } from '../../../src/ui/pickers/pickers';
import { until } from '../../support/until';
import { Prompts } from '../prompts';
import { openTreeWorld, type TreeWorld } from '../tree/treeWorld';

describe('a list of resources that is incomplete', () => {
  let world: TreeWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openTreeWorld();
    const [, second = ''] = world.sandbox.ready.subscriptionIds;
    const path = `/subscriptions/${second}/providers/Microsoft.KeyVault/vaults`;
    await world.control('PATCH', '/settings', { resourceGraphRefused: true });
    await world.control('POST', '/faults', { service: 'arm', path, status: 403, count: 0 });
    await vscode.commands.executeCommand('keyless.refresh');
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.finish();
    await world.close();
  });

  it('ends with the subscriptions that are missing, and why', async () => {
    const { inventory } = world.services;
    prompts.escape();
    await assert.rejects(pickKeyVault(inventory, 'Test'), vscode.CancellationError);
    const items = prompts.lists[0]?.items ?? [];
    const vaults = await inventory.keyVaults();
    const [unlisted] = await inventory.unlisted('vaults');
    assert.ok(unlisted && vaults.length > 0);
    assert.equal(items.length, vaults.length + 1);
    assert.equal(items.at(-1)?.label, `$(warning) ${unlisted.name}`);
    assert.match(items.at(-1)?.detail ?? '', /403|denied|permission/i);
    prompts.escape();
    await assert.rejects(pickFunctionApp(inventory, 'Test'), vscode.CancellationError);
    assert.equal(prompts.lists[1]?.items.length, (await inventory.functionApps()).length);
  });

  it('is also named below the access map', async () => {
    const { accessMaps, inventory } = world.services;
    await inventory.keyVaults();
    const [unlisted] = await inventory.unlisted('vaults');
    const created = vscode.window.createWebviewPanel;
    const said: { type?: string; unlisted?: string }[] = [];
    vscode.window.createWebviewPanel = (...args: Parameters<typeof created>) => {
      const panel = created(...args);
      const send = panel.webview.postMessage.bind(panel.webview);
      panel.webview.postMessage = (message: { type?: string; unlisted?: string }) => {
        said.push(message);
        return send(message);
      };
      return panel;
    };
    try {
      await accessMaps.show({ id: '', name: '' });
      await until(() => said.some(({ type }) => type === 'map'), { what: 'the map' });
    } finally {
      vscode.window.createWebviewPanel = created;
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
    assert.equal(
      said.find(({ type }) => type === 'map')?.unlisted,
      `Couldn't be listed: ${unlisted?.name ?? ''}.`,
    );
  });
});
