import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { busString, storageString } from '../../support/worlds/keysWorld';
import { findSecrets } from '../../../src/commands/workspace/findSecrets';
import type { WorkspaceSecrets } from '../../../src/workspace/workspaceSecrets';
import type { Internals } from '../../../src/extension';
import { skip } from '../../support/skip';
import { until } from '../../support/until';
import { fakeKeys } from '../../unit/access/credentials/fakeKeys';
import { Prompts } from '../prompts';
import { openTreeWorld, type TreeWorld } from '../tree/treeWorld';
import { ProjectFolder } from './projectFolder';

const settingsFile = (values: Record<string, string>) => ({ IsEncrypted: false, Values: values });

/**
 * Stands in for VS Code's Git extension, which these windows don't have, by Git itself: what Keyless uses of its API
 * (extensions/git/src/api/git.d.ts), as its source does it.
 */
function gitExtension(folder: string): { restore(): void } {
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
  const repository = {
    // Repository.getObjectDetails: without a tree, from the index.
    getObjectDetails: async (tree: string, file: string) => {
      assert.equal(tree, '');
      await git('ls-files', '--error-unmatch', '--', file);
      return {};
    },
    checkIgnore: async (files: string[]) => {
      const { stdout } = await git('check-ignore', ...files).catch(() => ({ stdout: '' }));
      return new Set(stdout.split('\n').filter(Boolean));
    },
  };
  const api = {
    getRepository: () => repository,
    onDidOpenRepository: () => new vscode.Disposable(() => undefined),
  };
  const { getExtension } = vscode.extensions;
  Object.assign(vscode.extensions, {
    getExtension: (id: string) =>
      id === 'vscode.git' ? { activate: () => Promise.resolve({ getAPI: () => api }) } : getExtension(id),
  });
  return {
    restore: () => {
      Object.assign(vscode.extensions, { getExtension });
    },
  };
}

describe('Secrets in the files of a project', () => {
  let project: ProjectFolder;
  let prompts: Prompts;
  beforeEach(() => {
    project = new ProjectFolder();
    prompts = new Prompts();
  });
  afterEach(async () => {
    await project.remove();
    prompts.finish();
    for (const key of Object.values(fakeKeys)) assert.ok(!prompts.everything.includes(key));
  });

  const openSettings = async (values: Record<string, string>) => {
    const uri = project.write('local.settings.json', settingsFile(values));
    await project.open(uri);
    return uri;
  };

  it('are problems that say what they open, until they are gone', async () => {
    const uri = await openSettings({ Photos: storageString('fakeacct01'), Mode: 'fast' });
    const [problem] = await project.problems(uri);
    assert.match(problem?.message ?? '', /^Secret in a file: storage account key\. It opens fakeacct01\./);
    assert.ok(!problem?.message.includes(fakeKeys.storage));
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(problem?.range), storageString('fakeacct01'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, problem?.range ?? assert.fail(), 'UseDevelopmentStorage=true');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await project.problems(uri, 0);
  });

  it('are replaced with identity-based settings in the file', async () => {
    const uri = await openSettings({ Orders: busString('fakebus'), Mode: 'fast' });
    const [problem] = await project.problems(uri);
    const fix = (await project.fixes(uri, problem ?? assert.fail())).get('Replace with Identity Settings…');
    prompts.pick('Replace');
    await project.run(fix ?? assert.fail('no fix'));
    assert.deepEqual(
      JSON.parse(project.read('local.settings.json')),
      settingsFile({ Orders__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net', Mode: 'fast' }),
    );
    assert.match(prompts.lists[0]?.labels.join('\n') ?? '', /^Replace\nRemove Orders\nAdd Orders__fully/);
    await project.problems(uri, 0);
  });

  it('are only shown in a workspace that is not trusted', async () => {
    const uri = await openSettings({ Orders: busString('fakebus') });
    const [problem] = await project.problems(uri);
    const trusted = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
    Object.defineProperty(vscode.workspace, 'isTrusted', { configurable: true, get: () => false });
    try {
      const fixes = await project.fixes(uri, problem ?? assert.fail());
      assert.deepEqual([...fixes.keys()], ['Open Documentation']);
    } finally {
      if (trusted) Object.defineProperty(vscode.workspace, 'isTrusted', trusted);
    }
  });

  it("aren't looked for if the setting is off, or only in open files", async () => {
    const uri = await openSettings({ Orders: busString('fakebus') });
    await project.problems(uri);
    const closed = project.write('appsettings.json', { Orders: busString('fakebus') });
    await project.problems(closed);
    const set = (value: string | undefined) =>
      vscode.workspace
        .getConfiguration('keyless')
        .update('secrets.check', value, vscode.ConfigurationTarget.Workspace);
    await set('openFiles');
    await project.problems(closed, 0);
    await project.problems(uri);
    await set('off');
    await project.problems(uri, 0);
    await set(undefined);
    await project.problems(uri);
    await project.problems(closed);
  });

  it('are searched for until the search is canceled', async () => {
    const extension = vscode.extensions.getExtension<Internals>('keyless.keyless') ?? assert.fail();
    const secrets = await (await extension.activate()).services.workspaceSecrets();
    project.write('a.ts', `const key = '${fakeKeys.search}';`);
    await assert.rejects(
      secrets.search(AbortSignal.abort(), () => undefined),
      { name: 'Canceled' },
    );
  });

  it('are searched for only where a folder is open', async () => {
    const nothing = { files: [], searched: 0, isCut: false, tooLarge: 0 };
    const secrets = { search: () => Promise.resolve(nothing) } as unknown as WorkspaceSecrets;
    const search = () => findSecrets({ workspaceSecrets: () => Promise.resolve(secrets) });
    assert.equal(await search(), nothing);
    assert.match(prompts.last.text, /No secrets were found in 0 files/);
    const folders = Object.getOwnPropertyDescriptor(vscode.workspace, 'workspaceFolders') ?? assert.fail();
    Object.defineProperty(vscode.workspace, 'workspaceFolders', { ...folders, get: () => undefined });
    try {
      await assert.rejects(search(), /No folder is open/);
    } finally {
      Object.defineProperty(vscode.workspace, 'workspaceFolders', folders);
    }
  });

  it('are found in all kinds of files by the command, but not in excluded ones', async () => {
    const key = `const key = '${fakeKeys.search}';\n`;
    const found = [
      project.write('src/a.ts', key),
      project.write('deploy.sh', `KEY="${busString('fakebus')}"\n`),
    ];
    found.push(project.write('Properties/launchSettings.json', { env: { ORDERS: busString('fakebus') } }));
    const excluded = [project.write('node_modules/b/b.ts', key), project.write('.hg/c.ts', key)];
    project.write('terraform.tfstate', ' '.repeat(600 * 1024));
    prompts.click('Show Problems');
    await vscode.commands.executeCommand('keyless.findSecrets');
    for (const uri of found) await project.problems(uri);
    for (const uri of excluded) await project.problems(uri, 0);
    assert.match(
      prompts.last.text,
      /^Secrets found: 3, in 3 of \d+ files\. Files that are too large to search: 1\.$/,
    );
  });

  it('must be rotated if Git tracks the file', async function () {
    if (spawnSync('git', ['--version']).status !== 0) skip(this, 'git is missing');
    const folder = project.path;
    project.write('.gitignore', '.env\n');
    const ignored = project.write('.env', `ORDERS=${busString('fakebus')}\n`);
    const tracked = project.write('appsettings.json', { Orders: busString('fakebus') });
    const untracked = project.write('secrets.json', { Orders: busString('fakebus') });
    for (const args of [
      ['init', '-q'],
      ['add', 'appsettings.json', '.gitignore'],
    ])
      await promisify(execFile)('git', args, { cwd: folder });
    const git = gitExtension(folder);
    try {
      prompts.click('Show Problems');
      await vscode.commands.executeCommand('keyless.findSecrets');
      const [leak] = await project.problems(tracked);
      assert.equal(leak?.severity, vscode.DiagnosticSeverity.Error);
      assert.match(leak.message, /Git tracks this file\. Rotate/);
      await project.open(tracked);
      const fixes = [...(await project.fixes(tracked, leak)).keys()];
      assert.deepEqual(
        fixes.filter((title) => title.includes('Rotate')),
        ['Rotate Key', 'Learn How to Rotate It'],
      );
      assert.match((await project.problems(untracked))[0]?.message ?? '', /Git doesn't ignore this file/);
      const [usual] = await project.problems(ignored);
      assert.ok(usual && !usual.message.includes('Git'));
      assert.match(prompts.last.text, /Files with secrets that Git tracks: 1\./);
    } finally {
      git.restore();
    }
  });

  describe('and a key vault', () => {
    let world: TreeWorld;
    beforeEach(async () => {
      world = await openTreeWorld();
    });
    afterEach(() => world.close());

    const vaultUri = async (name: string) => {
      const vaults = await world.services.inventory.keyVaults();
      return vaults.find(({ vault }) => vault.name === name)?.vault.vaultUri ?? assert.fail(name);
    };

    it('become a reference to a secret that has the value', async () => {
      const uri = await openSettings({ Photos: storageString('fakeacct01') });
      const [problem] = await project.problems(uri);
      const fix = (await project.fixes(uri, problem ?? assert.fail())).get(
        'Replace with Key Vault Reference…',
      );
      prompts.pick('keyless-demo-kv').input('photos').pick('Move to Key Vault');
      await project.run(fix ?? assert.fail('no fix'));
      const vault = await vaultUri('keyless-demo-kv');
      assert.deepEqual(
        JSON.parse(project.read('local.settings.json')),
        settingsFile({ Photos: `@Microsoft.KeyVault(SecretUri=${vault}/secrets/photos)` }),
      );
      const secret = await world.plain.vault('GET', vault, '/secrets/photos');
      assert.equal((secret as { value: string }).value, storageString('fakeacct01'));
      assert.equal(world.services.changes.last?.change.kind, 'setSecret');
      await project.problems(uri, 0);
    });

    it('are in the vault even if the file changes meanwhile, and a message says so', async () => {
      const uri = await openSettings({ Photos: storageString('fakeacct01') });
      const [problem] = await project.problems(uri);
      const fixes = await project.fixes(uri, problem ?? assert.fail());
      const slow = { service: 'vault', method: 'PUT', path: '/secrets/photos', latencyMs: 2000, count: 1 };
      await world.control('POST', '/faults', slow);
      prompts.pick('keyless-demo-kv').input('photos').pick('Move to Key Vault');
      const moving = project.run(fixes.get('Replace with Key Vault Reference…') ?? assert.fail('no fix'));
      await until(() => prompts.asked.some((text) => /Move this secret to/.test(text)), {
        what: 'the question',
      });
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), '\n');
      await vscode.workspace.applyEdit(edit);
      await moving;
      assert.match(
        prompts.last.text,
        /file has changed.*already in the key vault: it is photos in keyless-demo-kv/,
      );
      assert.ok(project.read('local.settings.json').includes(fakeKeys.storage));
      const secret = await world.plain.vault('GET', await vaultUri('keyless-demo-kv'), '/secrets/photos');
      assert.equal((secret as { value: string }).value, storageString('fakeacct01'));
    });

    it('stay in Azure when the settings of an app are downloaded', async () => {
      project.write('api/host.json', {});
      const file = project.write(
        'api/local.settings.json',
        settingsFile({ FUNCTIONS_WORKER_RUNTIME: 'mine' }),
      );
      await project.open(file);
      const node = await world.node('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-shop-app');
      prompts.pick('Write New Settings and Keep Different Values');
      await vscode.commands.executeCommand('keyless.downloadSettings', node);
      await until(
        () => project.read('api/local.settings.json').includes('AzureWebJobsStorage__accountName'),
        {
          what: 'the settings in the file',
        },
      );
      const { Values } = JSON.parse(project.read('api/local.settings.json')) as {
        Values: Record<string, string>;
      };
      assert.equal(Values['FUNCTIONS_WORKER_RUNTIME'], 'mine');
      assert.ok(!JSON.stringify(Values).includes('AccountKey='));
      assert.match(
        prompts.last.text,
        /^Settings written to project-\w+\/api\/local\.settings\.json: \d+\. Secrets left out: \d+\.$/,
      );
    });
  });
});
