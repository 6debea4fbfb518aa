import assert from 'node:assert/strict';
import path from 'node:path';
import { out } from '../support/paths';
import { startGroup, type Group } from '../support/processes';
import { useSteps } from '../support/ui/steps';
import { Ui } from '../support/ui/ui';
import { startChromium } from '../support/ui/workbench';
import { until } from '../support/until';

const program = ['--enable-source-maps', path.join(out, 'test/support/tasks/start.js')];
const env = {
  DISPLAY: undefined,
  WAYLAND_DISPLAY: undefined,
  VSCODE_EXECUTABLE: undefined,
  KEYLESS_HOST: 'code-server',
};

describe('npm start', () => {
  const step = useSteps();
  let started: Group;
  let address: string;

  before(() => {
    started = startGroup(process.execPath, program, { env });
  });
  after(() => started.stop());

  step('opens a workbench with the Keyless view', async () => {
    address = await until(() => /http:\/\/127\.0\.0\.1:\S+/.exec(started.output())?.[0], {
      timeout: 60_000,
      what: 'the address',
    });
    const { browser, close } = await startChromium();
    try {
      const page = await browser.newPage();
      await page.goto(address);
      const ui = new Ui(page, path.join(out, 'e2e'));
      await ui.openView('Keyless');
      await ui.welcome().waitFor();
    } finally {
      await close();
    }
  });

  step('lets in only clients with the token and exits on Ctrl+C', async () => {
    assert.equal((await fetch(new URL(address).origin)).status, 403);
    assert.equal((await fetch(address, { redirect: 'manual' })).status, 302);

    started.process.kill('SIGINT');

    assert.equal(await started.exited, 130);
    await assert.rejects(fetch(address));
  });
});
