import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../support/until';

/**
 * Files of a Functions project in a new folder of this window's workspace, because VS Code keeps documents for minutes after
 * their files were deleted. `.vscode` is in the workspace itself.
 */
export class ProjectFolder {
  readonly folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('no workspace');
  private readonly before = new Set(fs.readdirSync(this.folder.uri.fsPath));
  readonly path = fs.mkdtempSync(path.join(this.folder.uri.fsPath, 'project-'));

  uri(name: string): vscode.Uri {
    const base = name.startsWith('.vscode/') ? this.folder.uri : vscode.Uri.file(this.path);
    return vscode.Uri.joinPath(base, name);
  }

  read(name: string): string {
    return fs.readFileSync(this.uri(name).fsPath, 'utf8');
  }

  write(name: string, content: unknown): vscode.Uri {
    const uri = this.uri(name);
    fs.mkdirSync(path.dirname(uri.fsPath), { recursive: true });
    fs.writeFileSync(uri.fsPath, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return uri;
  }

  async open(uri: vscode.Uri): Promise<void> {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  /** Waits for what Keyless says about a file. */
  async problems(uri: vscode.Uri, count = 1): Promise<vscode.Diagnostic[]> {
    const ours = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Keyless');
    await until(() => ours().length === count, { what: `${String(count)} problems in ${uri.path}` });
    return ours();
  }

  /** The quick fixes for a problem, by their titles. */
  async fixes(uri: vscode.Uri, { range }: vscode.Diagnostic): Promise<Map<string, vscode.CodeAction>> {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    return new Map(actions.map((action) => [action.title, action]));
  }

  async run({ command }: vscode.CodeAction): Promise<void> {
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
  }

  async remove(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const { fsPath } = this.folder.uri;
    for (const name of fs.readdirSync(fsPath))
      if (!this.before.has(name)) fs.rmSync(path.join(fsPath, name), { recursive: true });
    const ours = () =>
      vscode.languages.getDiagnostics().flatMap(([, some]) => some.map(({ source }) => source));
    await until(() => !ours().includes('Keyless'), { what: 'the problems of the removed files to go' });
  }
}
