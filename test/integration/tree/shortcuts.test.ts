import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../support/until';
import { Prompts } from '../prompts';
import { openTreeWorld, type TreeWorld } from './treeWorld';

interface Manifest {
  contributes: { keybindings: { command: string; args: unknown }[] };
}

describe('a keyboard shortcut', () => {
  let world: TreeWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openTreeWorld();
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  /** Runs a command as its keybinding does, which names no row. */
  const press = async (command: string) => {
    const { contributes } = vscode.extensions.getExtension('keyless.keyless')?.packageJSON as Manifest;
    const binding = contributes.keybindings.find((each) => each.command === command) ?? assert.fail(command);
    await vscode.commands.executeCommand(command, binding.args);
  };

  it('acts on the row that is selected in the view, if it fits', async () => {
    const vaults = await world.services.inventory.keyVaults();
    const { connection, vault } =
      vaults.find((each) => each.vault.name === 'keyless-demo-kv') ?? assert.fail('no vault');
    await world.services.reveal(connection, `${vault.id}/secrets/ASampleKey`);
    await vscode.env.clipboard.writeText('before');
    // VS Code tells the extension of the selection a moment later.
    const copied = await until(
      async () => {
        await press('keyless.copySecretUri');
        const text = await vscode.env.clipboard.readText();
        return text !== 'before' && text;
      },
      { what: 'the URI of the selected secret' },
    );
    assert.equal(copied, `${vault.vaultUri}/secrets/ASampleKey`);
    // A key for other rows does nothing, and neither asks for a row nor complains.
    await press('keyless.deleteSetting');
    assert.deepEqual(prompts.messages, []);
    prompts.escape();
    await press('keyless.deleteSecrets');
    assert.match(prompts.last.text, /^Delete ASampleKey from keyless-demo-kv\?$/);
  });
});
