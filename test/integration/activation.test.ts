import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { root } from '../support/paths';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

describe('Activation', () => {
  // Loaded files are looked at before other suites use commands: mocha runs files by name, this one first.
  it('loads nothing of @azure, and little of its own', async () => {
    const extension = vscode.extensions.getExtension('keyless.keyless');
    assert.ok(extension);
    await extension.activate();
    const dist = path.join(root, 'dist') + path.sep;
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist));
    assert.ok(loaded.length > 0);
    const outputs = (JSON.parse(fs.readFileSync(path.join(dist, 'meta.json'), 'utf8')) as Meta).outputs;
    const inputs = loaded.flatMap((file) => {
      const output = outputs[path.relative(root, file).replaceAll(path.sep, '/')];
      assert.ok(output, file);
      return Object.entries(output.inputs);
    });
    assert.deepEqual(
      inputs.filter(([file]) => file.includes('node_modules')).map(([file]) => file),
      [],
    );
    const bytes = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    assert.ok(bytes < 120_000, `${bytes} bytes before they are minified`);
  });

  it('registers every command that it contributes, and no other', async () => {
    const extension = vscode.extensions.getExtension<unknown>('keyless.keyless');
    assert.ok(extension);
    const contributed = (extension.packageJSON as Manifest).contributes.commands.map(
      ({ command }) => command,
    );
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code makes commands of its own for every view, and this suite has one to sign in with.
      (id) =>
        id.startsWith('keyless.') && !id.startsWith('keyless.resources.') && id !== 'keyless.test.signIn',
    );
    assert.deepEqual(registered.sort(), contributed.sort());
  });
});

interface Meta {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> } | undefined>;
}
