import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

/** The main use case from the first click to the last. Each step depends on the one before. */
describe('setting up a function that reads a secret, by mouse @pictures', () => {
  const window = useWindow({ settings: { 'keyless.logs.resumeAfterReload': true } });
  const step = useSteps();
  const app = () => window.ui.tree.row('keyless-demo-app', { level: 3 });

  step('signs in to the sandbox', async () => {
    await signInToSandbox(window);
    await window.ui.tree.row('Keyless Sandbox').waitFor();
    assert.deepEqual(
      (await window.ui.tree.rows()).map(({ label }) => label),
      ['Keyless Sandbox', 'Keyless Sandbox (RBAC)'],
    );
    await window.ui.tree.expand('Keyless Sandbox', 'Function Apps');
    await window.ui.screenshot('walk-1-signed-in');
  });

  step('enables the system-assigned identity, and adds an access policy from the message', async () => {
    const { ui } = window;
    assert.ok((await ui.contextMenu(app())).includes('Enable System-Assigned Identity'));
    await ui.screenshot('walk-2-app-menu');
    await ui.escape();
    await ui.pickMenu(app(), 'Enable System-Assigned Identity');
    const message = await ui.toastMessage('Enabled the system-assigned identity of keyless-demo-app');
    assert.match(message, /principal ID is [0-9a-f-]{36}/);
    await ui.screenshot('walk-3-identity');
    await ui.toastClick('Enabled the system-assigned identity of keyless-demo-app', 'Add Access Policy');
    const offered = (await ui.quickItems()).join();
    assert.ok(offered.includes('keyless-demo-kv') && !offered.includes('keyless-rbac-kv'), offered);
    await ui.screenshot('walk-4-vault');
    await ui.pick('keyless-demo-kv');
    await until(async () => (await ui.quickItems()).includes('Read secrets'), { what: 'the permissions' });
    await ui.screenshot('walk-5-permissions');
    await ui.confirmQuick();
    await ui.pick('Add Access Policy');
    assert.match(
      await ui.status('now has an access policy').innerText(),
      /on keyless-demo-kv: secrets get, list\.$/,
    );
    await ui.screenshot('walk-6-policy');
  });

  step("copies the secret's URI", async () => {
    const { ui } = window;
    await ui.tree.expand('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
    await ui.contextMenu(ui.tree.row('ASampleKey'), 'Copy');
    await ui.screenshot('walk-7-secret-menu');
    await ui.closeMenu();
    await ui.pickMenu(ui.tree.row('ASampleKey'), 'Copy Secret URI', 'Copy');
    await until(
      async () =>
        /^https:\/\/keyless-demo-kv\.vault\.localhost:\d+\/secrets\/ASampleKey$/.test(await ui.clipboard()),
      { what: 'the URI on the clipboard' },
    );
    await ui.status('Copied the URI of ASampleKey').waitFor();
    await ui.screenshot('walk-8-uri');
  });

  step('streams the log', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), 'Start Streaming Logs');
    await ui.status('keyless-demo-app: live').waitFor({ timeout: 30_000 });
    await until(async () => (await ui.output(channel)).includes('in debug mode'), { what: 'debug mode' });
    await ui.screenshot('walk-9-stream');
  });

  step('runs the function, which reads the secret, and shows its log line', async () => {
    const { ui } = window;
    const answer = await runReadSecret(/Status 200, \d+ ms/);
    assert.match(answer, /"secret": "ASampleKey"/);
    await until(
      async () => (await ui.output(channel)).includes("Executed 'Functions.ReadSecret' (Succeeded"),
      { what: 'the line of the run', timeout: 30_000 },
    );
    await ui.picture('function-reads-secret');
  });

  step('filters the log while it streams', async () => {
    const { ui } = window;
    const filterBy = async (...labels: string[]) => {
      await ui.statusPick('keyless-demo-app: live', 'Filter…', ...labels);
    };
    await filterBy('Level…', 'Warning');
    await until(async () => !(await ui.output(channel)).includes('Executed'), { what: 'less to see' });
    await ui.status('keyless-demo-app: live, filtered').waitFor();
    await ui.screenshot('walk-10-filtered');
    await filterBy('Show Everything');
    await until(async () => (await ui.output(channel)).includes("Executed 'Functions.ReadSecret'"), {
      what: 'everything again',
    });
    await ui.status('keyless-demo-app: live').click();
    await ui.screenshot('walk-10-actions');
    await ui.escape();
  });

  step('removes the policy, so that the function is refused', async () => {
    const { ui } = window;
    await ui.tree.expand('Access');
    const policy = ui.tree.row('keyless-demo-app', { level: 5 });
    await ui.pickMenu(policy, 'Remove Access Policy');
    const { message, detail } = await ui.dialogText();
    assert.equal(message, 'Remove the access policy of keyless-demo-app from keyless-demo-kv?');
    assert.match(detail, /loses these permissions: secrets get, list\./);
    await ui.screenshot('walk-11-remove');
    await ui.dialogClick('Remove Access Policy');
    await policy.waitFor({ state: 'detached' });
    await runReadSecret(/Forbidden|AccessDenied|does not have secrets get permission/);
    const refused = 'The key vault keyless-demo-kv denied keyless-demo-app access to the secret ASampleKey.';
    await ui.toastMessage(refused);
    await ui.screenshot('walk-12-refused');
    // The link may be broken into two lines.
    await ui.page
      .locator('.part.panel .detected-link', { hasText: /^permission|key vault$/ })
      .first()
      .waitFor();
    await ui.clearNotifications();
    const lens = ui.page.locator('.editor-instance .codelens-decoration a', {
      hasText: "Why Can't It Read?",
    });
    await lens.click();
    await until(async () => (await ui.report('reads ASampleKey')).includes('ASampleKey'), {
      what: 'the report',
    });
    await ui.screenshot('walk-12-why');
  });

  step('disables the identity after showing what it has access to', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), 'Disable System-Assigned Identity');
    const { detail, buttons } = await ui.dialogText();
    assert.match(detail, /No access policies or role assignments were found/);
    assert.ok(buttons.includes('Disable Identity'));
    await ui.screenshot('walk-13-disable');
    await ui.dialogClick('Disable Identity');
    await ui.status('Disabled the system-assigned identity of keyless-demo-app').waitFor();
  });

  step('stops the stream', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), 'Stop Streaming Logs');
    await ui.status('keyless-demo-app: live').waitFor({ state: 'detached' });
    await until(async () => (await ui.output(channel)).includes('[Keyless] Stopped.'), {
      what: 'the last line',
    });
    await ui.screenshot('walk-14-stopped');
  });

  step('reads the log of an app without a log stream from Application Insights', async () => {
    const { ui } = window;
    await ui.command('Keyless: Start Streaming Logs');
    await ui.pick('keyless-flex-app');
    await ui.status('keyless-flex-app: live').waitFor({ timeout: 30_000 });
    await until(async () => (await ui.output('keyless-flex-app (log stream)')).includes('Flex Consumption'), {
      what: 'a note on where the lines come from',
    });
    await ui.screenshot('walk-15-insights');
    await ui.statusPick('keyless-flex-app: live', 'Stop keyless-flex-app');
    await ui.status('keyless-flex-app: live').waitFor({ state: 'detached' });
  });

  step('resumes a stream after the window reloads, if the setting is on', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), 'Start Streaming Logs');
    await ui.status('keyless-demo-app: live').waitFor({ timeout: 30_000 });
    await ui.reloadWindow();
    await ui.status('keyless-demo-app: live').waitFor({ timeout: 30_000 });
  });

  const channel = 'keyless-demo-app (log stream)';

  /** Runs the function and waits for a response document that matches `expected`. */
  async function runReadSecret(expected: RegExp): Promise<string> {
    const { ui } = window;
    await ui.tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'Functions');
    await ui.pickMenu(ui.tree.row('ReadSecret'), 'Run Function…');
    await ui.pick('Run');
    const answer = async () => {
      const text = await ui.editor('ReadSecret');
      return expected.test(text) ? text : undefined;
    };
    return until(answer, { what: `an answer like ${expected.source}`, timeout: 30_000 });
  }
});
