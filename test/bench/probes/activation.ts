import fs from 'node:fs';
import * as vscode from 'vscode';
import { until } from '../../support/until';
import { report } from '../probe';
import { EMPTY_ID, type ActivationFigures } from './activationFigures';

const KEYLESS_ID = 'keyless.keyless';

/** VS Code calls this in its extension host. */
export async function run(): Promise<void> {
  const ids = [EMPTY_ID, KEYLESS_ID];
  if (Math.random() < 0.5) ids.reverse(); // so that neither is always first
  for (const id of ids) await extension(id).activate();
  const loaded = filesLoadedFrom(extension(KEYLESS_ID).extensionPath);
  await vscode.commands.executeCommand('perfview.show');
  const text = await until(() => startupPerformance(ids), { timeout: 20_000, what: "VS Code's figures" });
  const figures: ActivationFigures = {
    keyless: millisecondsOf(KEYLESS_ID, text),
    empty: millisecondsOf(EMPTY_ID, text),
    ownBytes: loaded.reduce((sum, file) => sum + fs.statSync(file).size, 0),
    ownFiles: loaded.length,
  };
  report(figures);
}

function extension(id: string): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  if (!found) throw new Error(`${id} isn't installed.`);
  return found;
}

function startupPerformance(ids: string[]): string | undefined {
  const text = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText();
  return text && ids.every((id) => rowOf(id, text)) ? text : undefined;
}

/** A row consists of id, eager, load code, call activate, finish activate, event and by. */
function rowOf(id: string, text: string): string[] | undefined {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.find((cells) => cells[1] === id);
}

function millisecondsOf(id: string, text: string): number {
  const [, , , load, activate] = rowOf(id, text) ?? [];
  const milliseconds = Number(load) + Number(activate);
  if (!Number.isFinite(milliseconds)) throw new Error(`VS Code has no figures for ${id}.`);
  return milliseconds;
}

function filesLoadedFrom(folder: string): string[] {
  return Object.keys(require.cache).filter((file) => file.startsWith(folder));
}
