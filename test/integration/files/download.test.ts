import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { downloadFiles } from '../../../src/commands/files/siteFileTransfer';
import type { SiteFileTarget } from '../../../src/inventory/targets';
import { temporaryFolder } from '../../support/processes';
import { Prompts } from '../prompts';

const scheme = 'keyless-hostile';

/** A file system whose folders list any names. A file's content is its path. What's called `locked` can't be read. */
class HostileFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  /** @param folders names by the folder's path; those of folders end in a slash */
  constructor(private readonly folders: Readonly<Record<string, readonly string[]>>) {}

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const type = uri.path in this.folders ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime: 0, size: 1 };
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    refuseLocked(uri);
    return (this.folders[uri.path] ?? []).map((name) =>
      /.\/$/.test(name) ? [name.slice(0, -1), vscode.FileType.Directory] : [name, vscode.FileType.File],
    );
  }

  readFile(uri: vscode.Uri): Uint8Array {
    refuseLocked(uri);
    return Buffer.from(uri.path);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

function refuseLocked({ path: where }: vscode.Uri): void {
  if (/\/locked[^/]*$/.test(where)) throw vscode.FileSystemError.Unavailable('It is in use.');
}

describe('downloaded files', () => {
  let work: ReturnType<typeof temporaryFolder>;
  let chosen: string;
  let prompts: Prompts;
  let registered: vscode.Disposable | undefined;
  const { showOpenDialog } = vscode.window;
  beforeEach(() => {
    work = temporaryFolder('download');
    chosen = path.join(work.path, 'chosen');
    fs.mkdirSync(chosen);
    fs.writeFileSync(path.join(work.path, 'outside.txt'), 'mine');
    prompts = new Prompts();
    Object.assign(vscode.window, { showOpenDialog: () => Promise.resolve([vscode.Uri.file(chosen)]) });
  });
  afterEach(() => {
    Object.assign(vscode.window, { showOpenDialog });
    registered?.dispose();
    prompts.finish();
    work.remove();
  });

  async function download(folders: Readonly<Record<string, readonly string[]>>): Promise<void> {
    registered = vscode.workspace.registerFileSystemProvider(scheme, new HostileFiles(folders));
    const uriOf = () => vscode.Uri.from({ scheme, authority: 'app', path: '/site/code' });
    const target = { app: { name: 'app' }, path: 'site/code', readOnly: false } as SiteFileTarget;
    await downloadFiles({ siteUris: { uriOf } } as unknown as Parameters<typeof downloadFiles>[0], target);
  }
  const below = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => fs.lstatSync(path.join(folder, name)).isFile())
      .sort();
  const said = () => prompts.messages.map(({ text }) => text);

  it('stay in the chosen folder, whatever the server calls them, and what was skipped is said', async () => {
    await download({
      '/site/code': ['../', './', '..', 'a/b', 'fine.txt', 'x'.repeat(256), 'inside/'],
      '/site': ['outside.txt', 'evil.txt'],
      '/': ['outside.txt', 'evil.txt'],
      '/site/code/inside': ['../', '../../outside.txt'],
    });
    assert.deepEqual(below(work.path), ['chosen/code/fine.txt', 'outside.txt']);
    assert.equal(fs.readFileSync(path.join(work.path, 'outside.txt'), 'utf8'), 'mine');
    const [skipped] = said().filter((text) => text.startsWith("These weren't copied"));
    assert.match(skipped ?? '', /because their names can't be used: code\/\.\., code\/\., .* and 2 more/);
  });

  it('get names that every computer can have, and the first of two that differ only in case is kept', async () => {
    await download({ '/site/code': ['a:b', 'NUL.txt', '..\\c', 'end. ', 'Same.txt', 'same.TXT'] });
    assert.deepEqual(below(path.join(chosen, 'code')), [
      ...['%4EUL.txt', '..%5Cc', 'Same.txt', 'a%3Ab', 'end%2E%20'],
    ]);
    const all = said().join('\n');
    assert.match(all, /other names because computers can't use their own: code\/a:b as a%3Ab, /);
    assert.match(all, /apart from upper and lower case: code\/same\.TXT/);
    assert.match(all, /Downloaded 5 files/);
  });

  it("are copied although others can't be read", async () => {
    await download({ '/site/code': ['a.txt', 'locked.txt', 'locked/', 'z.txt'], '/site/code/locked': [] });
    assert.deepEqual(below(path.join(chosen, 'code')), ['a.txt', 'z.txt']);
    const all = said().join('\n');
    assert.match(all, /couldn't be copied: code\/locked, code\/locked\.txt\. The reason for the first one: /);
    assert.match(all, /Downloaded 2 files/);
    registered?.dispose();
    await assert.rejects(download({ '/site/code': ['locked.txt'] }), /It is in use/);
  });

  it('are never written through a link', async () => {
    const files = { '/site/code': ['outside.txt'] };
    fs.symlinkSync(work.path, path.join(chosen, 'code'));
    await assert.rejects(download(files), /code is a link at the destination/);
    registered?.dispose();
    fs.unlinkSync(path.join(chosen, 'code'));
    fs.mkdirSync(path.join(chosen, 'code'));
    for (const outside of ['outside.txt', 'not there']) {
      const link = path.join(chosen, 'code', 'outside.txt');
      fs.symlinkSync(path.join(work.path, outside), link);
      await assert.rejects(download(files), /code\/outside\.txt is a link at the destination/);
      registered?.dispose();
      fs.unlinkSync(link);
    }
    assert.equal(fs.readFileSync(path.join(work.path, 'outside.txt'), 'utf8'), 'mine');
    assert.deepEqual(below(work.path), ['outside.txt']);
  });
});
