import assert from 'node:assert/strict';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

/** The whole walkthrough on VS Code's own page, from the welcome view on, without leaving the window. */
describe('the walkthrough, by mouse, @pictures', () => {
  const window = useWindow({ viewport: { width: 1080, height: 620 } });
  const step = useSteps();

  const page = () => window.ui.page.locator('.gettingStartedContainer');
  const stepOf = (id: string) => page().locator(`.getting-started-step[x-dispatch$="#start#${id}"]`);

  /** Opens the step and presses its first button. */
  async function begin(id: string): Promise<void> {
    const { ui } = window;
    await ui.command('Keyless: Open Walkthrough');
    await stepOf(id).waitFor();
    if (!((await stepOf(id).getAttribute('class')) ?? '').includes('expanded')) await stepOf(id).click();
    await stepOf(id).locator('.button-container .monaco-button').first().click();
  }

  /** Waits until the step is checked off. */
  async function isDone(id: string): Promise<void> {
    await window.ui.command('Keyless: Open Walkthrough');
    await stepOf(id).locator('.codicon-getting-started-step-checked.complete').waitFor();
  }

  step('opens from the welcome view and signs in to the sandbox', async () => {
    const { ui } = window;
    await ui.openView('Keyless');
    await ui.welcome('Open Walkthrough').click();
    await stepOf('sandbox').waitFor();
    await ui.screenshot('walkthrough-1');
    await begin('sandbox');
    await ui.tree.row('Keyless Sandbox').waitFor({ timeout: 60_000 });
    await isDone('sandbox');
    await ui.tree.expand('Keyless Sandbox', 'Function Apps');
    await ui.picture('walkthrough-tree', ui.page.locator('.part.sidebar'));
  });

  step('enables the identity', async () => {
    const { ui } = window;
    await begin('identity');
    await ui.pick('keyless-demo-app');
    await ui.toastMessage('Enabled the system-assigned identity of keyless-demo-app');
    await isDone('identity');
  });

  step('adds the policy', async () => {
    const { ui } = window;
    await begin('policy');
    await ui.pick('keyless-demo-kv');
    await ui.pick('keyless-demo-app');
    await until(async () => (await ui.quickItems()).includes('Read secrets'), { what: 'the permissions' });
    await ui.picture('walkthrough-permissions', ui.quickInput);
    await ui.confirmQuick();
    await ui.status('now has an access policy').waitFor();
    await isDone('policy');
  });

  step("copies the secret's URI", async () => {
    const { ui } = window;
    await ui.tree.expand('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
    await ui.contextMenu(ui.tree.row('ASampleKey'), 'Copy');
    await ui.picture('walkthrough-secret-menu');
    await ui.closeMenu();
    await begin('uri');
    await ui.pick('keyless-demo-kv');
    await ui.pick('ASampleKey');
    await ui.pick('Without version');
    await isDone('uri');
    assert.match(await ui.clipboard(), /\/secrets\/ASampleKey$/);
  });

  step('adds a function that reads it', async () => {
    const { ui } = window;
    await begin('function');
    await ui.pick('keyless-demo-app');
    await ui.pick('keyless-demo-kv');
    await ui.pick('ASampleKey');
    await ui.input('ReadIt', { prompt: 'Name of the function' });
    await ui.toastMessage('Added ReadIt to keyless-demo-app');
    assert.match(await ui.editor('index.js'), /this app's managed identity/);
    await ui.picture('walkthrough-function', ui.page.locator('.part.editor'));
    await isDone('function');
  });

  step('runs the function, which reads the secret', async () => {
    await run('run', '200');
    await isDone('run');
  });

  step('removes the policy', async () => {
    const { ui } = window;
    await begin('remove');
    await ui.pick('keyless-demo-kv');
    await ui.pick('keyless-demo-app');
    await ui.dialog.waitFor();
    await ui.picture('walkthrough-removed', ui.dialog);
    await ui.dialogClick('Remove Access Policy');
    await isDone('remove');
  });

  step('runs the function again, which is refused', async () => {
    await run('refused', '403');
    await window.ui.picture('walkthrough-refused', window.ui.page.locator('.part.editor'));
    await isDone('refused');
  });

  step("asks why and fixes it with the cause's button", async () => {
    const { ui } = window;
    await begin('why');
    await ui.pick('keyless-demo-app');
    await ui.pick('keyless-demo-kv');
    await ui.pick('ASampleKey');
    await until(
      async () => (await ui.report('keyless-demo-app reads ASampleKey')).includes('access policy'),
      {
        what: 'the report',
      },
    );
    await ui.screenshot('walkthrough-why');
    await isDone('why');
    await ui.page.locator('.tabs-container .tab', { hasText: 'keyless-demo-app reads' }).click();
    await ui.webview.getByRole('button', { name: 'Let App Read Secret' }).click();
    await ui.webview.getByRole('button', { name: 'Grant Access' }).click();
    await ui.toastMessage('keyless-demo-app can read ASampleKey');
    await ui.webview.locator('.text', { hasText: 'The app already has everything it needs' }).waitFor();
    await ui.tree.row('keyless-demo-app', { description: 'secrets: get' }).waitFor();
    await ui.toast('Giving keyless-demo-app access').waitFor({ state: 'hidden' });
    await ui.picture('walkthrough-fixed');
    await isDone('fixed');
  });

  /** Runs the added function and waits for a response with this status. */
  async function run(step: string, status: string): Promise<void> {
    const { ui } = window;
    await begin(step);
    await ui.pick('keyless-demo-app');
    await ui.pick('ReadIt');
    await ui.pick('Run');
    await until(async () => (await ui.editor(`ReadIt ${status}`)).includes(`Status ${status}`), {
      what: `the answer ${status}`,
      timeout: 30_000,
    });
  }
});
