import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SiteFileNode } from '../../../src/tree/nodes/fileNodes';
import type { AppNode, Node } from '../../../src/tree/nodes/nodes';
import { changedConnection } from '../../support/connections';
import { temporaryFolder } from '../../support/processes';
import { until } from '../../support/until';
import { Prompts } from '../prompts';
import type { TreeWorld } from '../tree/treeWorld';
import { openTreeWorld } from '../tree/treeWorld';
import { noteErrors } from './noteErrors';

describe("an app's files", () => {
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

  const subscription = 'Keyless Sandbox';
  const appPath = [subscription, 'Function Apps', 'keyless-demo-app'];
  const node = (...names: string[]) => world.node(...appPath, 'Files', ...names) as Promise<SiteFileNode>;
  const names = async (...below: string[]) =>
    (await world.children(...appPath, 'Files', ...below)).map((each: Node) => world.label(each));
  const uri = (below: string, readOnly = false) =>
    world.services.siteUris.uriOf(app, `site/wwwroot/${below}`, readOnly);
  const run = (command: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`keyless.${command}`, ...args);

  /** Calls Kudu without any code of Keyless. */
  async function kudu(
    method: string,
    below: string,
    body?: string,
  ): Promise<{ status: number; text: string }> {
    const token = await world.plain.token('https://appservice.azure.com/.default');
    const headers: Record<string, string> = body === undefined ? {} : { 'if-match': '*' };
    const url = `https://${app.app.scmHostName ?? ''}/api/vfs/site/wwwroot/${below}`;
    return world.plain.send(method, url, { token, headers, body });
  }

  it('are listed, folders first, and open in the editor', async () => {
    assert.deepEqual(await names(), ['ReadSecret', 'host.json']);
    const item = world.item(await node('host.json'));
    assert.equal(item.command?.command, 'vscode.open');
    const [opened] = item.command.arguments as [vscode.Uri];
    const document = await vscode.workspace.openTextDocument(opened);
    assert.equal((JSON.parse(document.getText()) as { version: string }).version, '2.0');
    assert.equal(document.languageId, 'json');
  });

  it('are created, edited, renamed, and deleted, and the tree shows it', async () => {
    prompts.input('notes.txt');
    await run('newSiteFile', await world.node(...appPath, 'Files'));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), uri('notes.txt').toString());
    const inserted = await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'größer\n');
    });
    assert.ok(inserted && editor.document.isDirty);
    const errors = noteErrors(world.services.siteFiles);
    assert.deepEqual({ saved: await editor.document.save(), errors }, { saved: true, errors: [] });
    assert.equal((await kudu('GET', 'notes.txt')).text, 'größer\n');
    const { changes } = world.services;
    const ofSite = {
      appId: app.app.id,
      scmHost: app.app.scmHostName,
      audience: 'https://appservice.azure.com',
    };
    const lastChange = () => changes.last?.change;
    const told = (path: string) => ({ ...ofSite, path: `site/wwwroot/${path}` });
    assert.deepEqual(lastChange(), { ...told('notes.txt'), kind: 'writeSiteFile' });
    assert.deepEqual(await names(), ['ReadSecret', 'host.json', 'notes.txt']);
    prompts.input('read me.txt');
    await run('renameSiteFile', await node('notes.txt'));
    assert.equal((await kudu('GET', 'read%20me.txt')).text, 'größer\n');
    prompts.input('lib');
    await run('newSiteFolder', await world.node(...appPath, 'Files'));
    prompts.input('a.js');
    await run('newSiteFile', await node('lib'));
    assert.deepEqual(await names('lib'), ['a.js']);
    prompts.input('library');
    await run('renameSiteFile', await node('lib'));
    assert.deepEqual(await names(), ['library', 'ReadSecret', 'host.json', 'read me.txt']);
    assert.deepEqual(await names('library'), ['a.js']);
    assert.deepEqual(lastChange(), {
      ...told('lib'),
      ...{ kind: 'moveSiteFolder', to: 'site/wwwroot/library', entries: ['a.js'] },
    });
    prompts.button('Delete');
    await run('deleteSiteFiles', await node('library'), [await node('library'), await node('read me.txt')]);
    assert.match(prompts.last.detail, /can't undo this/);
    assert.deepEqual(await names(), ['ReadSecret', 'host.json']);
    assert.deepEqual(lastChange(), { ...told('read me.txt'), kind: 'deleteSiteFile' });
  });

  it("can't be given a name that exists or that a site doesn't support", async () => {
    prompts.input('host.json');
    await run('newSiteFile', await world.node(...appPath, 'Files'));
    assert.match(prompts.last.text, /host\.json already exists/);
    const validate = prompts.inputs[0]?.validateInput;
    assert.ok(validate);
    for (const bad of ['', '..', 'a/b', 'a\\b', 'a?b', 'a.', 'nul.txt']) assert.ok(await validate(bad), bad);
    for (const good of ['a b-ü.js', '100%#2e']) assert.equal(await validate(good), undefined, good);
  });

  it("aren't overwritten if someone else changed them in the meantime, and keep what was typed", async () => {
    await kudu('PUT', 'shared.txt', 'first');
    const document = await vscode.workspace.openTextDocument(uri('shared.txt'));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'mine ');
    });
    await kudu('PUT', 'shared.txt', 'theirs');
    await document.save().then(
      (saved) => {
        assert.equal(saved, false);
      },
      () => undefined,
    );
    assert.equal(document.isDirty, true);
    assert.equal(document.getText(), 'mine first');
    assert.equal((await kudu('GET', 'shared.txt')).text, 'theirs');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.equal(document.getText(), 'theirs');
  });

  it('stay dirty while the site refuses them, and can be saved later', async () => {
    await kudu('PUT', 'shared.txt', 'theirs');
    const document = await vscode.workspace.openTextDocument(uri('shared.txt'));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'kept ');
    });
    await world.control('POST', '/faults', {
      ...{ service: 'scm', method: 'PUT', status: 403, body: { Message: 'not you' } },
    });
    await document.save().then(
      (saved) => {
        assert.equal(saved, false);
      },
      () => undefined,
    );
    assert.equal(document.isDirty, true);
    await world.control('DELETE', '/faults');
    assert.equal(await document.save(), true);
    assert.equal((await kudu('GET', 'shared.txt')).text, 'kept theirs');
  });

  it('show changes from the site after a revert', async () => {
    await kudu('PUT', 'shared.txt', 'older');
    const document = await vscode.workspace.openTextDocument(uri('shared.txt'));
    await vscode.window.showTextDocument(document);
    await kudu('PUT', 'shared.txt', 'newer');
    await vscode.commands.executeCommand('workbench.action.files.revert', document.uri);
    await until(() => document.getText() === 'newer', { what: 'the newer text' });
  });

  it('are uploaded and downloaded unchanged, after asking before one is replaced', async () => {
    const work = temporaryFolder('files');
    const dialogs = { showOpenDialog: vscode.window.showOpenDialog };
    try {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
      fs.writeFileSync(path.join(work.path, 'image.bin'), bytes);
      const choose = (file: string) =>
        Object.assign(vscode.window, { showOpenDialog: () => Promise.resolve([vscode.Uri.file(file)]) });
      choose(path.join(work.path, 'image.bin'));
      await run('uploadFiles', await node('ReadSecret'));
      assert.deepEqual(await names('ReadSecret'), ['function.json', 'image.bin', 'index.js']);
      prompts.button('Replace Files');
      await run('uploadFiles', await node('ReadSecret'));
      assert.match(prompts.last.text, /Uploaded 1 file to keyless-demo-app/);
      const target = path.join(work.path, 'down');
      fs.mkdirSync(target);
      choose(target);
      await run('downloadFiles', await node('ReadSecret'));
      assert.deepEqual(fs.readFileSync(path.join(target, 'ReadSecret', 'image.bin')), bytes);
      // Local files are also replaced only after a question.
      fs.writeFileSync(path.join(target, 'ReadSecret', 'index.js'), 'mine');
      prompts.escape();
      await run('downloadFiles', await node('ReadSecret'));
      assert.match(
        prompts.last.text,
        /^Replace ReadSecret\/function\.json, .*ReadSecret\/index\.js in down\?$/,
      );
      assert.equal(fs.readFileSync(path.join(target, 'ReadSecret', 'index.js'), 'utf8'), 'mine');
      await vscode.workspace.fs.delete(uri('ReadSecret/image.bin'));
    } finally {
      Object.assign(vscode.window, dialogs);
      work.remove();
    }
  });

  it('say where to get them if they are too large to read', async () => {
    const size = 51 * 1024 * 1024;
    await kudu('PUT', 'large.log', 'x'.repeat(size));
    assert.equal((await vscode.workspace.fs.stat(uri('large.log'))).size, size);
    await assert.rejects(async () => {
      await vscode.workspace.fs.readFile(uri('large.log'));
    }, /larger than 50 MB.*Open Kudu/);
    await vscode.workspace.fs.delete(uri('large.log'));
  });

  it('can be opened on the SCM site that Azure names for the app', async () => {
    const { openExternal } = vscode.env;
    const opened: string[] = [];
    Object.assign(vscode.env, {
      openExternal: (address: vscode.Uri) => Promise.resolve(opened.push(address.toString(true)) > 0),
    });
    try {
      await run('openKudu', app);
    } finally {
      Object.assign(vscode.env, { openExternal });
    }
    assert.deepEqual(opened, [`https://${app.app.scmHostName ?? ''}/`]);
  });

  it('are read-only, with a reason, if the app runs from a package', async () => {
    const id = app.app.id;
    const settings = (await world.plain.arm('POST', `${id}/config/appsettings/list`, '2024-04-01')) as {
      properties: Record<string, string>;
    };
    const put = (properties: Record<string, string>) =>
      world.plain.arm('PUT', `${id}/config/appsettings`, '2024-04-01', { properties });
    await put({ ...settings.properties, WEBSITE_RUN_FROM_PACKAGE: '1' });
    try {
      await world.tree.refresh(app);
      assert.deepEqual((await names())[0], 'Read-only');
      const file = await node('host.json');
      assert.match(world.item(file).contextValue ?? '', /\breadOnly\b/);
      const readOnly = uri('host.json', true);
      assert.equal(world.item(file).resourceUri?.toString(), readOnly.toString());
      assert.equal(vscode.workspace.fs.isWritableFileSystem(readOnly.scheme), false);
      await vscode.workspace.openTextDocument(readOnly);
      await assert.rejects(async () => {
        await vscode.workspace.fs.writeFile(uri('host.json'), Buffer.from('{}'));
      }, /runs from a package/);
    } finally {
      await put(settings.properties);
      await world.tree.refresh(app);
    }
  });

  it('open in the Explorer, but never reload the window unasked', async () => {
    const { updateWorkspaceFolders } = vscode.workspace;
    const added: string[] = [];
    Object.assign(vscode.workspace, {
      updateWorkspaceFolders: (_start: number, _count: number, { uri }: vscode.WorkspaceFolder) =>
        added.push(uri.toString()) > 0,
    });
    try {
      prompts.escape();
      await run('openFilesInExplorer', await world.node(...appPath));
      assert.match(prompts.last.detail, /^VS Code reloads this window/);
      assert.deepEqual(prompts.last.buttons, ['Reload Window', 'Open in New Window']);
      assert.deepEqual(added, []);
      prompts.button('Reload Window');
      await run('openFilesInExplorer', await world.node(...appPath));
      assert.deepEqual(added, [world.services.siteUris.uriOf(app, 'site/wwwroot').toString()]);
    } finally {
      Object.assign(vscode.workspace, { updateWorkspaceFolders });
    }
  });

  it('are found by their URI alone, but not with another account', async () => {
    const { authority } = uri('host.json');
    const address = world.services.siteUris.find(authority);
    assert.equal(address?.resourceId, app.app.id);
    assert.match(authority, /^[0-9a-f]{12}\+keyless-demo-app$/);
    await assert.rejects(async () => {
      await vscode.workspace.fs.readFile(
        vscode.Uri.parse('keyless-site://unknown+app/app/site/wwwroot/host.json'),
      );
    }, /Keyless doesn't know this app/);
    const other = changedConnection(app.connection, { accountId: 'another' });
    const foreign = world.services.siteUris.uriOf(
      { connection: other, app: app.app },
      'site/wwwroot/host.json',
    );
    assert.notEqual(foreign.authority, authority);
    await assert.rejects(async () => {
      await vscode.workspace.fs.readFile(foreign);
    }, /opened with isn't signed in/);
  });
});
