import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import type { Internals } from '../../src/extension';
import type { SandboxReady } from '../support/sandbox';
import { until } from '../support/until';
import { PlainClient } from './plainClient';
import { Prompts } from './prompts';

/** Runs the registered commands as VS Code does, with nodes of the real tree and with errors shown as messages. */
describe('commands of the running extension', () => {
  let internals: Internals;
  let plain: PlainClient;
  let prompts: Prompts;

  before(async function () {
    const readyFile = process.env['KEYLESS_TEST_SANDBOX'];
    if (!readyFile) this.skip();
    plain = new PlainClient(JSON.parse(fs.readFileSync(readyFile, 'utf8')) as SandboxReady);
    const activated: unknown = await vscode.extensions.getExtension('keyless.keyless')?.activate();
    internals = activated as Internals;
    await vscode.commands.executeCommand('keyless.test.signIn');
  });
  after(() => internals.services.accounts.signOut());
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });

  it('show the new state of a node after a command', async () => {
    const app = async () => {
      const apps = await internals.services.inventory.functionApps();
      return apps.find((target) => target.app.name === 'keyless-demo-app') ?? assert.fail('no app');
    };
    const { connection, app: before } = await app();
    assert.equal(before.identity.systemAssigned, undefined);
    await vscode.commands.executeCommand('keyless.enableSystemAssignedIdentity', { connection, app: before });
    await until(async () => (await app()).app.identity.systemAssigned, {
      what: 'the identity in the inventory',
    });
    prompts.button('Disable Identity');
    await vscode.commands.executeCommand('keyless.disableSystemAssignedIdentity', await app());
    const site = (await plain.arm('GET', before.id, '2024-04-01')) as { identity?: unknown };
    assert.equal(site.identity, undefined);
    await until(async () => !(await app()).app.identity.systemAssigned, {
      what: 'the identity to leave the inventory',
    });
  });

  it('ask when the palette gives them no node', async () => {
    prompts.pick('keyless-demo-kv').pick('ASampleKey').pick('Without version');
    await vscode.commands.executeCommand('keyless.copyKeyVaultReference');
    assert.match(
      await vscode.env.clipboard.readText(),
      /^@Microsoft\.KeyVault\(SecretUri=https:\/\/keyless-demo-kv\.vault\.localhost:\d+\/secrets\/ASampleKey\)$/,
    );
  });

  it('say what failed, why, and what to do', async () => {
    const vaults = await internals.services.inventory.keyVaults();
    const target = vaults.find(({ vault }) => vault.name === 'keyless-rbac-kv') ?? assert.fail('no vault');
    const id = `${target.vault.vaultUri}/secrets/DisabledSecret`;
    const secret = { id, name: 'DisabledSecret', enabled: false, tags: {} };
    await vscode.commands.executeCommand('keyless.showSecretValue', { ...target, secret });
    assert.equal(prompts.last.kind, 'error');
    assert.match(prompts.last.text, /^Show Secret Value: .*disabled/i);
    await vscode.commands.executeCommand('keyless.addAccessPolicy', target);
    assert.match(
      prompts.last.text,
      /^Add Access Policy: keyless-rbac-kv uses role assignments .* assign the role Key Vault Secrets User/,
    );
  });

  it("don't ask for a resource when the row of their menu is gone", async () => {
    const inMenus: unknown[][] = [[undefined], [null, undefined], [{}, [undefined]]];
    for (const args of inMenus) {
      await vscode.commands.executeCommand('keyless.deleteSetting', ...args);
      assert.deepEqual(
        prompts.messages.map(({ text }) => text),
        ['Delete Setting: The row was being read again. Choose the command again.'],
      );
      prompts.messages.length = 0;
    }
    // The button of the view.
    await vscode.commands.executeCommand('keyless.refresh', undefined);
    assert.deepEqual(prompts.messages, []);
  });

  it('show no message when a person cancels', async () => {
    prompts.escape();
    await vscode.commands.executeCommand('keyless.createSecret');
    assert.deepEqual(prompts.messages, []);
  });

  it('are all registered', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const { commands } = internals.services.packageJson.contributes;
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  });
});

describe('a command without an account', () => {
  it("says that you aren't signed in, and offers to sign in", async () => {
    const commands = [
      ...['startStreamingLogs', 'addRoleAssignment', 'removeRoleAssignment', 'createUserAssignedIdentity'],
      ...['deleteUserAssignedIdentity', 'setKeyVaultReferenceIdentity'],
    ];
    for (const command of commands) {
      const prompts = new Prompts();
      await vscode.commands.executeCommand(`keyless.${command}`);
      prompts.finish();
      assert.match(prompts.last.text, /You aren't signed in/, command);
      assert.deepEqual(prompts.last.buttons, ['Sign In', 'Start Sandbox']);
    }
  });
});
