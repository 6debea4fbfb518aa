import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AppNode, Node } from '../../../src/tree/nodes/nodes';
import { Prompts } from '../prompts';
import type { TreeWorld } from '../tree/treeWorld';
import { openTreeWorld } from '../tree/treeWorld';

describe('Add Function That Reads a Secret', () => {
  let world: TreeWorld;
  let prompts: Prompts;
  let app: AppNode;
  beforeEach(async () => {
    world = await openTreeWorld();
    app = (await world.node(...appPath)) as AppNode;
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await world.close();
  });

  const appPath = ['Keyless Sandbox', 'Function Apps', 'keyless-demo-app'];
  const add = (node?: Node) => vscode.commands.executeCommand('keyless.addFunctionThatReadsSecret', node);

  async function settings(change: Record<string, string>): Promise<void> {
    const id = app.app.id;
    const now = (await world.plain.arm('POST', `${id}/config/appsettings/list`, '2024-04-01')) as {
      properties: Record<string, string>;
    };
    const properties = { ...now.properties, ...change };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2024-04-01', { properties });
  }

  it('writes the function to the app, opens it, and shows it in the tree', async () => {
    prompts.pick('keyless-demo-kv').pick('ASampleKey').input('ReadSecret2');
    await add(await world.node(...appPath, 'Functions'));
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(
      text,
      /const secretUri = "https:\/\/keyless-demo-kv\.vault\.localhost:\d+\/secrets\/ASampleKey";/,
    );
    assert.match(prompts.last.text, /Added ReadSecret2 to keyless-demo-app/);
    assert.deepEqual(prompts.last.buttons, ['Run Function', 'Let App Read Secret']);
    const functions = await world.children(...appPath, 'Functions');
    assert.deepEqual(functions.map((node) => world.label(node)).sort(), ['ReadSecret', 'ReadSecret2']);
    const validate = prompts.inputs[0]?.validateInput;
    assert.ok(await validate?.('readsecret'), 'accepts a name that is taken');
    assert.ok(await validate?.('1st'));
    prompts.pick('keyless-demo-kv').pick('ASampleKey').escape();
    await add(await world.node(...appPath, 'Functions'));
    assert.equal(prompts.inputs.at(-1)?.value, 'ReadSecret3', "proposes a name that isn't taken");
  });

  it('says that support for C# script has ended', async () => {
    await settings({ FUNCTIONS_WORKER_RUNTIME: 'dotnet' });
    prompts.pick('keyless-demo-app').input('Script').pick('Add Function');
    await add(await world.node('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets', 'ASampleKey'));
    assert.match(prompts.lists.at(-1)?.labels.join('\n') ?? '', /Script\/run\.csx[^]*ended/);
    assert.ok(vscode.window.activeTextEditor?.document.fileName.endsWith('/Script/run.csx'));
  });

  it('writes to the workspace if the app needs a build, and lists the packages and the deploy step', async () => {
    await settings({ FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated' });
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no workspace');
    const file = path.join(folder, 'ReadIsolated.cs');
    try {
      prompts.pick('keyless-demo-kv').pick('ASampleKey').input('ReadIsolated').pick('Add to Workspace');
      await add(app);
      const summary = prompts.lists.at(-1)?.labels.join('\n') ?? '';
      assert.match(summary, /^Add to Workspace\nReadIsolated\.cs\n/);
      assert.match(
        summary,
        /dotnet add package Azure\.Identity\n.*\n.*func azure functionapp publish keyless-demo-app/,
      );
      assert.match(fs.readFileSync(file, 'utf8'), /\[Function\("ReadIsolated"\)\]/);
      prompts.pick('keyless-demo-kv').pick('ASampleKey').input('ReadIsolated').pick('Add to Workspace');
      await add(app);
      assert.match(prompts.last.text, /already exists/);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      fs.rmSync(file, { force: true });
      await settings({ FUNCTIONS_WORKER_RUNTIME: 'node' });
    }
  });

  it('writes to the workspace on Flex Consumption, where no setting names the runtime', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no workspace');
    const file = path.join(folder, 'src', 'functions', 'ReadFlex.js');
    try {
      prompts.pick('keyless-rbac-kv').pick('DbPassword').input('ReadFlex').pick('Add to Workspace');
      await add(await world.node('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-flex-app'));
      assert.match(
        prompts.lists.at(-1)?.labels.join('\n') ?? '',
        /Flex Consumption plan run from a deployed package/,
      );
      assert.match(fs.readFileSync(file, 'utf8'), /app\.http\("ReadFlex"/);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      fs.rmSync(file, { force: true });
      fs.rmdirSync(path.dirname(file));
      fs.rmdirSync(path.join(folder, 'src'));
    }
  });

  it('lists the packages that the host restored', async () => {
    const packages = () => vscode.commands.executeCommand('keyless.showInstalledPackages', app);
    await packages();
    assert.match(prompts.last.text, /doesn't have a package folder/);
    const uri = world.services.siteUris.uriOf(
      app,
      'data/Functions/packages/nuget/azure.identity/1.13.1/x.nupkg',
    );
    await vscode.workspace.fs.writeFile(uri, Buffer.from('x'));
    await packages();
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /azure\.identity 1\.13\.1/);
  });

  it('lists the packages that an app was deployed with', async () => {
    const shop = await world.node('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-shop-app');
    await vscode.commands.executeCommand('keyless.showInstalledPackages', shop);
    assert.equal(
      vscode.window.activeTextEditor?.document.getText(),
      'site/wwwroot/node_modules\n\n  @azure/identity\n  @azure/keyvault-secrets\n',
    );
  });
});
