import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { root } from '../support/paths';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

describe('Activation', () => {
  // This reads the build's metafile, because what is loaded in this process depends on earlier suites.
  it('loads nothing from @azure, and little of its own', () => {
    const { outputs } = JSON.parse(fs.readFileSync(path.join(root, 'dist/meta.json'), 'utf8')) as Meta;
    // The view loads this one as soon as it's shown.
    const product = Object.entries(outputs).find(
      ([, output]) => output?.entryPoint === 'src/product.ts',
    )?.[0];
    const loaded = new Set(['dist/extension.js', product ?? assert.fail()]);
    for (const file of loaded) {
      for (const { path: imported, kind, external } of outputs[file]?.imports ?? []) {
        if (kind === 'import-statement' && !external) loaded.add(imported);
      }
    }
    const inputs = [...loaded].flatMap((file) => Object.entries(outputs[file]?.inputs ?? assert.fail(file)));
    // The library for texts is small, and what is shown first needs it.
    const foreign = inputs
      .map(([file]) => file)
      .filter((file) => file.includes('node_modules/') && !file.includes('node_modules/@vscode/l10n/'));
    assert.deepEqual(foreign, []);
    const bytes = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    assert.ok(bytes > 20_000 && bytes < 260_000, `${bytes} bytes before they are minified`);
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

/** The part of esbuild's metafile that this test reads. */
interface Meta {
  outputs: Record<
    string,
    | {
        entryPoint?: string;
        imports: { path: string; kind: string; external?: boolean }[];
        inputs: Record<string, { bytesInOutput: number }>;
      }
    | undefined
  >;
}
