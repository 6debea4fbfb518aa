import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { WorldFile } from '../../../src/sandbox/world/worldFile';
import { startGroup, type Group } from '../processes';
import { sandboxProgram } from '../sandbox';
import { until } from '../until';
import type { TestWindow } from './window';

/** Starts a sandbox with its own world, where the window of a suite finds it instead of starting another one. */
export function useWorldSandbox(window: TestWindow, world: () => WorldFile): void {
  let sandbox: Group | undefined;
  before('start a sandbox with its own world for the window to find', async () => {
    const { data } = window.workbench.server;
    const folder = path.join(data, 'User/globalStorage/keyless.keyless/sandbox');
    const [record, file] = [path.join(folder, 'record.json'), path.join(folder, 'world.json')];
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, JSON.stringify(world()));
    const args = [sandboxProgram, '--record-file', record, '--world', file];
    const group = (sandbox = startGroup(process.execPath, args));
    let ended = false;
    void group.exited.finally(() => (ended = true));
    await until(() => ended || fs.existsSync(record), { timeout: 60_000, what: 'the sandbox' });
    assert.ok(fs.existsSync(record), group.output());
  });
  after(() => sandbox?.stop());
}
