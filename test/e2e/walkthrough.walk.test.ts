import assert from 'node:assert/strict';
import { letAppReadFromStart } from '../support/story';
import { until } from '../support/until';
import { Animation } from '../support/ui/animation';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

/** The story that Keyless tells first, from the welcome view on, and the walkthrough on VS Code's own page. */
describe('the walkthrough, by mouse, @pictures', () => {
  const window = useWindow({ viewport: { width: 1000, height: 640 } });
  const step = useSteps();

  const page = () => window.ui.page.locator('.gettingStartedContainer');
  const stepOf = (id: string) => page().locator(`.getting-started-step[x-dispatch$="#start#${id}"]`);
  const editorPart = () => window.ui.page.locator('.part.editor');
  const plan = 'Let keyless-demo-app read ASampleKey';

  /** Opens the step. */
  async function open(id: string): Promise<void> {
    await window.ui.command('Keyless: Open Walkthrough');
    await stepOf(id).waitFor();
    if (!((await stepOf(id).getAttribute('class')) ?? '').includes('expanded')) await stepOf(id).click();
  }

  /** Opens the step, presses its first button, and picks what that asks for. */
  async function begin(id: string, ...picks: string[]): Promise<void> {
    await open(id);
    await stepOf(id).locator('.button-container .monaco-button').first().click();
    for (const label of picks) await window.ui.pick(label);
  }

  /** Waits until the step is checked off. */
  async function isDone(id: string): Promise<void> {
    await window.ui.command('Keyless: Open Walkthrough');
    await stepOf(id).locator('.codicon-getting-started-step-checked.complete').waitFor();
  }

  step('a function reads its secret after at most 8 clicks from the welcome view', async () => {
    const { ui } = window;
    const animation = new Animation(ui.page);
    await ui.openView('Keyless');
    await ui.welcome('Let App Read Secret').waitFor();
    await ui.screenshot('walkthrough-welcome');
    const clicks = await letAppReadFromStart({ ui }, async (target) => {
      await animation.add(target);
      if ((await target.textContent()) === 'Grant Access') await ui.picture('walkthrough-plan', editorPart());
    });
    await animation.add();
    animation.save('let-app-read-animated');
    assert.ok(clicks <= 8, `${clicks} clicks`);
    await ui.screenshot('walkthrough-proof');
    await ui.tree.expand('Keyless Sandbox', 'Function Apps');
    await ui.picture('walkthrough-tree', ui.page.locator('.part.sidebar'));
  });

  step('checks off what was done without it', async () => {
    for (const id of ['sandbox', 'access', 'run', 'function']) await isDone(id);
    await open('remove');
    const { ui } = window;
    const usual = ui.page.viewportSize() ?? assert.fail();
    await ui.page.setViewportSize({ width: 1280, height: 720 });
    await ui.screenshot('walkthrough-1280-px');
    // VS Code shows a step's picture only in an editor of more than 950 px.
    await ui.command('View: Toggle Primary Side Bar Visibility');
    await page().locator('.getting-started-media img').waitFor();
    await ui.screenshot('walkthrough-1280-px-alone');
    await ui.command('View: Toggle Primary Side Bar Visibility');
    await ui.page.setViewportSize(usual);
  });

  step('runs the function, which reads the secret', async () => {
    await run('run', '200');
    await window.ui.picture('walkthrough-run', editorPart());
  });

  step('removes the policy', async () => {
    const { ui } = window;
    await begin('remove', 'keyless-demo-kv', 'keyless-demo-app');
    await ui.dialog.waitFor();
    await ui.picture('walkthrough-removed', ui.dialog);
    await ui.dialogClick('Remove Access Policy');
    await isDone('remove');
  });

  step('runs the function again, which is refused', async () => {
    await run('refused', '403');
    await window.ui.picture('walkthrough-refused', editorPart());
    await isDone('refused');
  });

  step("asks why and fixes it with the cause's button", async () => {
    const { ui } = window;
    await begin('why', 'keyless-demo-app', 'keyless-demo-kv', 'ASampleKey');
    await until(
      async () => (await ui.report('keyless-demo-app reads ASampleKey')).includes('access policy'),
      {
        what: 'the report',
      },
    );
    await ui.picture('walkthrough-why', editorPart());
    await isDone('why');
    await ui.page.locator('.tabs-container .tab', { hasText: 'keyless-demo-app reads' }).click();
    await ui.webview.getByRole('button', { name: 'Let App Read Secret' }).click();
    await ui.report(plan);
    await ui.reportClick('Grant Access');
    await until(async () => (await ui.report(plan)).includes('ReadSecret ran successfully'), {
      what: 'the proof',
    });
    await ui.clearNotifications();
    await ui.picture('walkthrough-fixed', editorPart());
    await isDone('fixed');
  });

  step("copies the secret's URI", async () => {
    const { ui } = window;
    await ui.tree.expand('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
    await ui.contextMenu(ui.tree.row('ASampleKey'), 'Copy');
    await ui.picture('walkthrough-secret-menu', ui.page.locator('.monaco-menu').last());
    await ui.closeMenu();
    await begin('uri', 'keyless-demo-kv', 'ASampleKey', 'Without version');
    await isDone('uri');
    assert.match(await ui.clipboard(), /\/secrets\/ASampleKey$/);
  });

  step('adds a function that reads it', async () => {
    const { ui } = window;
    await begin('function', 'keyless-demo-app', 'keyless-demo-kv', 'ASampleKey');
    await ui.input('ReadIt', { prompt: 'Name of the function' });
    await ui.toastMessage('Added ReadIt to keyless-demo-app');
    assert.match(await ui.editor('index.js'), /this app's managed identity/);
    await ui.clearNotifications();
    await ui.picture('walkthrough-function', editorPart());
  });

  /** Runs the app's function and waits for a response with this status. */
  async function run(id: string, status: string): Promise<void> {
    const { ui } = window;
    await begin(id, 'keyless-demo-app', 'ReadSecret', 'Run');
    await until(async () => (await ui.editor(`ReadSecret ${status}`)).includes(`Status ${status}`), {
      what: `the answer ${status}`,
      timeout: 30_000,
    });
  }
});
