import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { until } from '../../support/until';
import { Prompts } from '../prompts';
import { openTreeWorld, type TreeWorld } from '../tree/treeWorld';
import { ProjectFolder } from './projectFolder';

/** Writes only a hash of what it got. */
const program = `
const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
writeFileSync(__dirname + '/hash', createHash('sha256').update(process.env.PHOTOS ?? '').digest('hex'));
console.log('The program ' + 'has run');
`;

describe('A secret for a process that VS Code starts', () => {
  let world: TreeWorld;
  let project: ProjectFolder;
  let prompts: Prompts;
  let uri: string;
  let value: string;
  beforeEach(async () => {
    world = await openTreeWorld();
    project = new ProjectFolder();
    prompts = new Prompts();
    const vaults = await world.services.inventory.keyVaults();
    const { vaultUri } = vaults.find(({ vault }) => vault.name === 'keyless-demo-kv')?.vault ?? assert.fail();
    uri = `${vaultUri}/secrets/ASampleKey`;
    value = ((await world.plain.vault('GET', vaultUri, '/secrets/ASampleKey')) as { value: string }).value;
    project.write('program.js', program);
  });
  afterEach(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await project.remove();
    prompts.finish();
    assert.ok(!prompts.everything.includes(value));
  });
  afterEach(() => world.close());

  const input = () => ({
    id: 'photos',
    type: 'command',
    command: 'keyless.secretValue',
    args: { secret: uri },
  });
  const env = { PHOTOS: '${input:photos}', ELECTRON_RUN_AS_NODE: '1' };
  const hash = () => createHash('sha256').update(value).digest('hex');
  const hasRun = () => fs.existsSync(project.uri('hash').fsPath);

  const settingsOf = async (section: 'launch' | 'tasks', items: string) => {
    await until(
      () => {
        const all = vscode.workspace.getConfiguration(section, project.folder.uri).get<unknown[]>(items, []);
        return Promise.resolve(all.length > 0);
      },
      { what: `${section}.json in VS Code's settings` },
    );
  };

  it('reaches the environment of a task, and nothing shows it', async () => {
    project.write('.vscode/tasks.json', {
      version: '2.0.0',
      tasks: [
        {
          ...{
            label: 'run',
            type: 'process',
            command: process.execPath,
            args: [project.uri('program.js').fsPath],
          },
          ...{ options: { env }, problemMatcher: [] },
        },
      ],
      inputs: [input()],
    });
    await settingsOf('tasks', 'tasks');
    const task =
      (await vscode.tasks.fetchTasks()).find(({ name }) => name === 'run') ?? assert.fail('no task');
    prompts.button('Allow Once');
    const ended = Promise.withResolvers<undefined>();
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution }) => {
      if (execution.task.name === 'run') ended.resolve(undefined);
    });
    await vscode.tasks.executeTask(task);
    await ended.promise;
    subscription.dispose();
    assert.equal(fs.readFileSync(project.uri('hash').fsPath, 'utf8'), hash());
    // All that the terminal has, also above what fits on the screen.
    await until(
      async () => {
        await vscode.commands.executeCommand('workbench.action.terminal.focus');
        await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
        await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
        return (await vscode.env.clipboard.readText()).includes('The program has run');
      },
      { what: 'the output of the task' },
    );
    assert.ok(!(await vscode.env.clipboard.readText()).includes(value));
  });

  it('is refused where the debugger starts a terminal, and reaches a program without one', async () => {
    const item = { type: 'node', request: 'launch', program: project.uri('program.js').fsPath, env };
    const inputs = [input()];
    const launch = (console: string) => ({
      version: '0.2.0',
      configurations: [{ ...item, name: 'Run', console }],
      inputs,
    });
    project.write('.vscode/launch.json', launch('integratedTerminal'));
    await settingsOf('launch', 'configurations');
    let started = 0;
    const sessions = vscode.debug.onDidStartDebugSession(() => {
      started++;
    });
    await vscode.debug.startDebugging(project.folder, 'Run').then(undefined, () => undefined);
    assert.match(prompts.last.text, /Run may start in a terminal.* Set "console" to "internalConsole"\./);
    assert.deepEqual([started, hasRun()], [0, false]);
    sessions.dispose();

    const said: string[] = [];
    const trackers = vscode.debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message: { command?: string; event?: string; body?: unknown }) => {
          if (message.event === 'output' || message.command === 'runInTerminal')
            said.push(JSON.stringify(message));
        },
      }),
    });
    project.write('.vscode/launch.json', launch('internalConsole'));
    const console = () =>
      vscode.workspace
        .getConfiguration('launch', project.folder.uri)
        .get<{ console: string }[]>('configurations', []);
    await until(() => Promise.resolve(console()[0]?.console === 'internalConsole'), {
      what: 'the changed file',
    });
    prompts.button('Allow Once');
    assert.equal(await vscode.debug.startDebugging(project.folder, 'Run'), true);
    await until(() => Promise.resolve(said.join('').includes('The program has run')), {
      what: 'the output in the debug console',
    });
    trackers.dispose();
    assert.equal(fs.readFileSync(project.uri('hash').fsPath, 'utf8'), hash());
    assert.ok(!said.join('').includes(value), 'the debug console shows it');
  });

  it("isn't given to another extension, or without consent", async () => {
    const ask = async (): Promise<unknown> =>
      vscode.commands.executeCommand('keyless.secretValue', { secret: uri });
    await assert.rejects(ask(), { name: 'Canceled' });
    assert.match(prompts.last.text, /No launch configuration or task of this workspace asks for this secret/);
    project.write('.vscode/tasks.json', {
      version: '2.0.0',
      tasks: [{ label: 'run', type: 'process', command: 'x', options: { env } }],
      inputs: [input()],
    });
    await settingsOf('tasks', 'tasks');
    prompts.escape();
    await assert.rejects(ask(), { name: 'Canceled' });
    prompts.button('Always Allow in This Workspace');
    assert.equal(await ask(), value);
    assert.equal(await ask(), value);
  });
});
