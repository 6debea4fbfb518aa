import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { BuildMeta } from '../support/buildMeta';
import { root } from '../support/paths';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

describe('Activation', () => {
  // This reads the build's metafile, because what is loaded in this process depends on earlier suites.
  it('loads nothing from @azure, and little of its own', () => {
    const meta = new BuildMeta(path.join(root, 'dist'));
    // The view loads the product as soon as it's shown.
    const loaded = meta.loadedWith('extension.js', meta.fileOf('src/product.ts'));
    const inputs = [...loaded].flatMap((file) => meta.inputsOf(file));
    // The library for texts is small, and what is shown first needs it.
    const foreign = inputs
      .map(([file]) => file)
      .filter((file) => file.includes('node_modules/') && !file.includes('node_modules/@vscode/l10n/'));
    assert.deepEqual(foreign, []);
    // Only a Functions project, or a command, needs what finds secrets in files.
    assert.deepEqual(
      inputs.filter(([file]) => file.startsWith('src/workspace/')),
      [],
    );
    const bytes = inputs.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(bytes > 20_000 && bytes < 240_000, `${bytes} bytes before they are minified`);
  });

  it('registers exactly the commands that it contributes', async () => {
    const extension = vscode.extensions.getExtension<unknown>('keyless.keyless');
    assert.ok(extension);
    await extension.activate();
    const contributed = (extension.packageJSON as Manifest).contributes.commands.map(
      ({ command }) => command,
    );
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code adds its own commands for every view, and this suite adds one to sign in with.
      (id) =>
        id.startsWith('keyless.') && !id.startsWith('keyless.resources.') && id !== 'keyless.test.signIn',
    );
    assert.deepEqual(registered.sort(), contributed.sort());
  });
});
