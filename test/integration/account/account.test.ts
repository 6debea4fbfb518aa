import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Internals } from '../../../src/extension';
import { filesBelow } from '../../support/filesBelow';
import { isAlive } from '../../support/processes';
import type { SandboxReady } from '../../support/sandbox';
import { useSteps } from '../../support/ui/steps';
import { until } from '../../support/until';
import { Browser } from '../../unit/sandbox/entra/browser';
import { Prompts } from '../prompts';

const open = 'Copy Password and Open Sign-In Page';
const onPage = 'Sandbox, on Its Sign-In Page';

describe("Keyless with the user's own sandbox", () => {
  let internals: Internals;
  let prompts: Prompts;
  const original = vscode.env.openExternal;

  before(async () => {
    const extension = vscode.extensions.getExtension<Internals>('keyless.keyless');
    assert.ok(extension);
    internals = await extension.activate();
    // Stands in for the person who signs in in the browser.
    Object.assign(vscode.env, {
      openExternal: async (address: vscode.Uri) => {
        const { userName, userPassword } = record();
        const page = await new Browser(record()).open(address.toString(true));
        await page.submit({ username: userName, password: userPassword });
        return true;
      },
    });
  });
  after(() => {
    Object.assign(vscode.env, { openExternal: original });
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });

  const step = useSteps();
  step('starts it and signs in by itself', async () => {
    await vscode.commands.executeCommand('keyless.startSandbox');
    assert.deepEqual(prompts.messages, []);
    assert.equal((await session())?.account.label, 'alex@contoso.example');
    assert.equal((await internals.tree.getChildren()).length, 2);
  });

  step('signs in on its page, and shows how', async () => {
    prompts.pick(onPage).button(open);
    await vscode.commands.executeCommand('keyless.signIn');
    const [how] = prompts.messages;
    assert.ok(how?.modal);
    assert.equal(how.detail, `User name: ${record().userName}\nPassword: ${record().userPassword}`);
    assert.equal((await session())?.account.label, 'alex@contoso.example');
    assert.equal((await internals.tree.getChildren()).length, 2);
    assert.equal(await vscode.env.clipboard.readText(), record().userPassword);
    await internals.services.clipboard.clear();
    assert.equal(await vscode.env.clipboard.readText(), '');
  });

  step("says that the sandbox is running, and doesn't sign in twice", async () => {
    await vscode.commands.executeCommand('keyless.startSandbox');
    assert.match(prompts.last.text, /is running, and you are signed in to it as alex@contoso\.example/);
  });

  step('marks the current account in Switch Account', async () => {
    prompts.escape();
    await vscode.commands.executeCommand('keyless.switchAccount');
    const list = prompts.lists.at(-1);
    assert.deepEqual(list?.labels, ['Another Microsoft Account…', 'Azure CLI', 'Sandbox', onPage]);
    assert.deepEqual(
      list.items.map(({ description }) => description === 'current'),
      [false, false, true, false],
    );
  });

  step("says why it can't use the Azure CLI, and stays signed in", async () => {
    await vscode.commands.executeCommand('keyless.signInWithAzureCli');
    assert.match(prompts.last.text, /The Azure CLI isn't signed in\. Run az login in a terminal/);
    assert.deepEqual(prompts.last.buttons, ['Copy Command']);
    assert.equal((await session())?.account.kind, 'sandbox');
  });

  step('leaves no password and no token in stored state', async () => {
    await internals.tree.saved();
    const { storageFolder } = internals.services.accounts.surroundings;
    const { userPassword, clientSecret } = record();
    for (const file of filesBelow(storageFolder)) {
      const name = path.basename(file);
      if (name === 'record.json') continue;
      const text = fs.readFileSync(file, 'utf8');
      assert.ok(
        !text.includes(userPassword) && !text.includes(clientSecret) && !/eyJ[\w-]+\./.test(text),
        name,
      );
    }
    const stored = JSON.stringify(
      internals.services.memento.keys().map((key) => internals.services.memento.get(key)),
    );
    assert.doesNotMatch(stored, /eyJ[\w-]+\./);
  });

  step('signs out, and asks to sign in again after that', async () => {
    await vscode.commands.executeCommand('keyless.signOut');
    assert.equal(prompts.last.text, 'Signed alex@contoso.example out of Keyless.');
    assert.equal(await session(), undefined);
    assert.deepEqual(await internals.tree.getChildren(), []);
    prompts.pick(onPage).escape();
    await vscode.commands.executeCommand('keyless.signIn');
    assert.equal(await session(), undefined);
    await vscode.commands.executeCommand('keyless.signOut');
    assert.equal(prompts.last.text, "You aren't signed in.");
  });

  step('stops the sandbox after confirmation, and signs out if the sandbox ends by itself', async () => {
    await vscode.commands.executeCommand('keyless.startSandbox');
    const first = record().pid;
    prompts.escape();
    await vscode.commands.executeCommand('keyless.stopSandbox');
    assert.ok(isAlive(first));
    prompts.button('Stop Sandbox');
    await vscode.commands.executeCommand('keyless.stopSandbox');
    await until(() => !isAlive(first), { what: 'the end of the sandbox' });
    assert.equal(await session(), undefined);
    assert.equal(prompts.last.text, 'Stopped the sandbox.');

    await vscode.commands.executeCommand('keyless.startSandbox');
    const second = record().pid;
    assert.notEqual(second, first);
    const { logStreams, inventory } = internals.services;
    const [app] = await inventory.functionApps();
    assert.ok(app);
    await logStreams.start(app, { reveal: false });
    process.kill(second);
    const told = () => prompts.messages.find(({ text }) => text.startsWith('The sandbox has ended'));
    await until(told, { what: 'the message that the sandbox has ended' });
    assert.deepEqual(told()?.buttons, ['Start Sandbox']);
    await until(() => !logStreams.get(app), { what: 'the end of the stream' });
    assert.equal(await session(), undefined);
    assert.deepEqual(await internals.tree.getChildren(), []);
    await internals.services.accounts.signOut();
  });

  const session = () => internals.services.accounts.session();

  function record(): SandboxReady {
    const { storageFolder } = internals.services.accounts.surroundings;
    return JSON.parse(
      fs.readFileSync(path.join(storageFolder, 'sandbox/record.json'), 'utf8'),
    ) as SandboxReady;
  }
});
