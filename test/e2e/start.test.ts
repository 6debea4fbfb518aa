import assert from 'node:assert/strict';
import path from 'node:path';
import { out } from '../support/paths';
import { run, startGroup, type Group } from '../support/processes';
import { until } from '../support/until';

const program = ['--enable-source-maps', path.join(out, 'test/support/tasks/start.js')];
const env = {
  DISPLAY: undefined,
  WAYLAND_DISPLAY: undefined,
  VSCODE_EXECUTABLE: undefined,
  KEYLESS_HOST: 'code-server',
};

describe('npm start', () => {
  let started: Group | undefined;

  afterEach(async () => {
    await started?.stop();
  });

  it('opens a workbench with the Keyless view', async () => {
    const output = await run(process.execPath, [...program, '--smoke'], { env });
    assert.match(output, /The workbench came up with the Keyless view\./);
  });

  it('lets in only clients with the token and exits on Ctrl+C', async () => {
    const window = (started = startGroup(process.execPath, program, { env }));
    const address = await until(() => /http:\/\/127\.0\.0\.1:\S+/.exec(window.output())?.[0], {
      timeout: 60_000,
      what: 'the address',
    });
    assert.equal((await fetch(new URL(address).origin)).status, 403);
    assert.equal((await fetch(address, { redirect: 'manual' })).status, 302);

    window.process.kill('SIGINT');

    assert.equal(await window.exited, 130);
    await assert.rejects(fetch(address));
  });
});
