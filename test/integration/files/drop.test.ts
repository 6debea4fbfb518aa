import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AppNode, Node } from '../../../src/tree/nodes/nodes';
import { temporaryFolder } from '../../support/processes';
import { Prompts } from '../prompts';
import type { TreeWorld } from '../tree/treeWorld';
import { openTreeWorld } from '../tree/treeWorld';

describe('dragged and dropped files', () => {
  let work: ReturnType<typeof temporaryFolder>;
  let world: TreeWorld;
  let prompts: Prompts;
  let app: AppNode;
  beforeEach(async () => {
    world = await openTreeWorld();
    app = (await world.node(...appPath)) as AppNode;
    work = temporaryFolder('drop');
    fs.mkdirSync(path.join(work.path, 'lib', 'empty'), { recursive: true });
    fs.writeFileSync(path.join(work.path, 'lib', 'größe 1.js'), 'exports.a = 1;\r\n');
    fs.writeFileSync(path.join(work.path, 'lib', 'image.bin'), bytes);
    fs.writeFileSync(path.join(work.path, 'one.txt'), 'one');
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(async () => {
    work.remove();
    await world.close();
  });

  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7) % 256));
  const appPath = ['Keyless Sandbox', 'Function Apps', 'keyless-demo-app'];
  const files = (...names: string[]) => world.node(...appPath, 'Files', ...names);
  const names = async (...below: string[]) =>
    (await world.children(...appPath, 'Files', ...below)).map((node) => world.label(node));
  const local = (...names: string[]) => vscode.Uri.file(path.join(work.path, ...names));
  const site = (below: string, of = app) => world.services.siteUris.uriOf(of, `site/wwwroot/${below}`);
  const write = (below: string, text: string) =>
    vscode.workspace.fs.writeFile(site(below), Buffer.from(text));
  const read = async (below: string) => Buffer.from(await vscode.workspace.fs.readFile(site(below)));

  /** Lists files as VS Code's Explorer and the desktop do. */
  const listOf = (...uris: vscode.Uri[]) => {
    const data = new vscode.DataTransfer();
    data.set('text/uri-list', new vscode.DataTransferItem(uris.join('\r\n')));
    return data;
  };
  const dragged = (...nodes: Node[]) => {
    const data = new vscode.DataTransfer();
    world.dragAndDrop.handleDrag(nodes, data);
    return data;
  };
  const drop = (target: Node | undefined, data: vscode.DataTransfer) =>
    world.dragAndDrop.handleDrop(target, data);

  it('are uploaded with their folders, even empty ones', async () => {
    await drop(await files(), listOf(local('lib'), local('one.txt')));
    assert.match(prompts.last.text, /^Uploaded 3 files to keyless-demo-app\.$/);
    assert.deepEqual(await names(), ['lib', 'ReadSecret', 'host.json', 'one.txt']);
    assert.deepEqual(await names('lib'), ['empty', 'größe 1.js', 'image.bin']);
    assert.deepEqual(await read('lib/image.bin'), bytes);
    assert.equal(String(await read('lib/größe 1.js')), 'exports.a = 1;\r\n');
  });

  it('replace existing files after one question, and keep the others', async () => {
    await drop(await files(), listOf(local('lib'), local('one.txt')));
    await vscode.workspace.fs.writeFile(site('lib/beside.txt'), Buffer.from('stays'));
    fs.writeFileSync(path.join(work.path, 'one.txt'), 'two');
    prompts.escape();
    await drop(await files(), listOf(local('lib'), local('one.txt')));
    assert.match(
      prompts.last.text,
      /^Replace lib\/größe 1\.js, lib\/image\.bin, one\.txt in keyless-demo-app\?$/,
    );
    assert.equal(String(await read('one.txt')), 'one');
    prompts.button('Replace Files');
    await drop(await files('host.json'), listOf(local('lib'), local('one.txt')));
    assert.equal(String(await read('one.txt')), 'two');
    assert.equal(String(await read('lib/beside.txt')), 'stays');
  });

  it("don't replace a file that someone else changed during the question", async () => {
    await write('one.txt', 'two');
    const { showWarningMessage } = vscode.window;
    const inBetween = async (...args: Parameters<typeof showWarningMessage>) => {
      await world.plain.send('PUT', `https://${app.app.scmHostName ?? ''}/api/vfs/site/wwwroot/one.txt`, {
        ...{ token: await world.plain.token('https://appservice.azure.com/.default') },
        ...{ headers: { 'if-match': '*' }, body: 'theirs' },
      });
      return showWarningMessage(...args);
    };
    Object.assign(vscode.window, { showWarningMessage: inBetween });
    prompts.button('Replace Files');
    await drop(await files(), listOf(local('one.txt')));
    assert.match(prompts.last.text, /^Drop Files: one\.txt was changed in the meantime\. It wasn't replaced/);
    assert.equal(String(await read('one.txt')), 'theirs');
  });

  it('can be files without a URI, as browsers drop them', async () => {
    await vscode.workspace.fs.createDirectory(site('lib'));
    const data = new vscode.DataTransfer();
    const file = { name: 'dropped.bin', data: () => Promise.resolve(bytes) };
    data.set('image/png', Object.assign(new vscode.DataTransferItem(''), { asFile: () => file }));
    // The path of another machine.
    data.set('text/uri-list', new vscode.DataTransferItem(local('not', 'here').toString()));
    await drop(await files('lib'), data);
    assert.deepEqual(await read('lib/dropped.bin'), bytes);
  });

  it('are moved within an app after a question, but never onto something or into themselves', async () => {
    await drop(await files(), listOf(local('lib'), local('one.txt')));
    prompts.button('Move Files');
    await drop(await files('ReadSecret'), dragged(await files('lib')));
    assert.match(prompts.last.text, /^Move lib to site\/wwwroot\/ReadSecret\?$/);
    assert.deepEqual(await names('ReadSecret'), ['lib', 'function.json', 'index.js']);
    assert.deepEqual(await read('ReadSecret/lib/image.bin'), bytes);
    await drop(await files('ReadSecret', 'lib', 'empty'), dragged(await files('ReadSecret', 'lib')));
    assert.match(prompts.last.text, /lib can't be moved into itself/);
    await vscode.workspace.fs.createDirectory(site('lib'));
    await drop(await files(), dragged(await files('ReadSecret', 'lib')));
    assert.match(prompts.last.text, /lib already exists/);
    const before = prompts.messages.length;
    await drop(await files('host.json'), dragged(await files('one.txt')));
    assert.equal(prompts.messages.length, before);
  });

  it('are copied from one app to another', async () => {
    await write('one.txt', 'theirs');
    const name = 'keyless-rbac-app';
    const other = ['Keyless Sandbox (RBAC)', 'Function Apps', name];
    const target = (await world.node(...other)) as AppNode;
    await drop(await world.node(...other, 'Files'), dragged(await files('one.txt')));
    assert.equal(prompts.last.text, `Uploaded 1 file to ${name}.`);
    assert.equal(String(await vscode.workspace.fs.readFile(site('one.txt', target))), 'theirs');
    assert.equal(String(await read('one.txt')), 'theirs');
  });

  it('have URIs that editors and other views can open', async () => {
    const data = dragged(await files('host.json'), await files('ReadSecret'), app);
    const list = await data.get('text/uri-list')?.asString();
    assert.deepEqual(list?.split('\r\n'), [site('host.json').toString(), site('ReadSecret').toString()]);
    const [first = ''] = list.split('\r\n');
    await vscode.workspace.fs.copy(vscode.Uri.parse(first, true), local('copied.json'));
    assert.deepEqual(fs.readFileSync(path.join(work.path, 'copied.json')), await read('host.json'));
  });

  it('can be dropped only on files and folders', async () => {
    await drop(app, listOf(local('one.txt')));
    assert.match(prompts.last.text, /^To upload files, drop them on an app's files/);
    await drop(undefined, listOf(local('one.txt')));
    assert.match(prompts.last.text, /^To upload files, drop them on an app's files/);
    const before = prompts.messages.length;
    await drop(await files(), new vscode.DataTransfer());
    assert.equal(prompts.messages.length, before);
  });

  it('are refused with a reason if the app runs from a package', async () => {
    const { id } = app.app;
    const { properties } = (await world.plain.arm('POST', `${id}/config/appsettings/list`, '2024-04-01')) as {
      properties: Record<string, string>;
    };
    const put = (settings: Record<string, string>) =>
      world.plain.arm('PUT', `${id}/config/appsettings`, '2024-04-01', { properties: settings });
    const folder = await files();
    await put({ ...properties, WEBSITE_RUN_FROM_PACKAGE: '1' });
    try {
      await drop(folder, listOf(local('lib')));
      assert.match(prompts.last.text, /^Drop Files: keyless-demo-app runs from a package .*deploy it\.$/);
    } finally {
      await put(properties);
    }
  });
});
