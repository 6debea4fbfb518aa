import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('Keyless in a real VS Code', () => {
  it('is installed and activates', async () => {
    const extension = vscode.extensions.getExtension('keyless.keyless');
    assert.ok(extension);
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('contributes its view', async () => {
    await vscode.commands.executeCommand('keyless.resources.focus');
  });
});
