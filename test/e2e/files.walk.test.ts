import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { repeat } from '../support/ui/repeat';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

/** Each step depends on the one before. */
describe('the Files node of an app, by mouse,', () => {
  const window = useWindow({ settings: { 'files.autoSave': 'off' } }); // in a browser, auto save is on by default
  const step = useSteps();
  const row = (label: string) => window.ui.tree.row(label);

  before(async () => {
    await signInToSandbox(window);
    await window.ui.tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'Files');
  });

  step('accepts a file dropped from the desktop', async () => {
    const { ui } = window;
    await dropFromDesktop(row('Files'), 'dropped.json', '{ "dropped": 1 }');
    await row('dropped.json').waitFor({ timeout: 30_000 });
    await ui.screenshot('files-1-dropped');
  });

  step("accepts a folder dragged from VS Code's Explorer", async () => {
    const { ui, workbench } = window;
    fs.mkdirSync(path.join(workbench.server.workspace, 'lib'));
    fs.writeFileSync(path.join(workbench.server.workspace, 'lib', 'from-explorer.js'), 'exports.a = 1;\n');
    await ui.openView('Explorer');
    await row('lib').hover({ timeout: 30_000 });
    const { mouse } = ui.page;
    await mouse.down();
    // Holding a dragged item over a view's icon opens the view.
    const icon = ui.page.locator('.part.activitybar .action-label[aria-label^="Keyless"]');
    const title = ui.page.locator('.part.sidebar .composite.title h2', { hasText: 'Keyless' });
    await until(async () => (await move(icon), title.isVisible()), { what: 'the view to open', every: 100 });
    await move(row('Files'));
    await mouse.up();
    await row('lib').waitFor({ timeout: 30_000 });
    await ui.tree.expand('lib');
    await row('from-explorer.js').waitFor();
  });

  step('moves a file into a folder after confirmation', async () => {
    const { ui } = window;
    await repeat({
      what: 'the question',
      action: () => row('dropped.json').dragTo(row('lib')),
      effect: () => ui.page.locator('.monaco-dialog-box').isVisible(),
      patience: 5000,
    });
    assert.equal((await ui.dialogText()).message, 'Move dropped.json to site/wwwroot/lib?');
    await ui.screenshot('files-2-move');
    await ui.dialogClick('Move Files');
    await until(async () => (await levelOf('dropped.json')) === (await levelOf('from-explorer.js')), {
      what: 'dropped.json in lib',
    });
  });

  step('opens a file dragged to the editor', async () => {
    const { ui } = window;
    await repeat({
      what: 'dropped.json in the editor',
      action: async () => {
        await row('dropped.json').hover();
        await ui.page.mouse.down();
        await move(ui.page.locator('.part.editor > .content'));
        await ui.page.mouse.up();
      },
      effect: () => tab('dropped.json', '.active').isVisible(),
      patience: 5000,
    });
    assert.equal(await ui.editor('dropped.json'), '{ "dropped": 1 }');
  });

  step('names the app in the tab, its tooltip, and the breadcrumbs', async () => {
    const { ui } = window;
    const opened = tab('dropped.json', '.active');
    assert.equal(await opened.locator('.label-name').innerText(), 'dropped.json — keyless-demo-app');
    const path = '/keyless-demo-app/site/wwwroot/lib/dropped.json — keyless-demo-app';
    assert.ok((await opened.locator('[aria-label]').first().getAttribute('aria-label'))?.includes(path));
    const crumbs = await ui.page.locator('.breadcrumbs-control .monaco-breadcrumb-item').allInnerTexts();
    assert.deepEqual(crumbs.slice(0, 4), ['keyless-demo-app', 'site', 'wwwroot', 'lib']);
    await ui.screenshot('files-3-named');
  });

  step('keeps unsaved edits and open files when the window reloads', async () => {
    const { ui } = window;
    await row('host.json').dblclick(); // a single click would only preview it
    await until(async () => (await ui.editor('host.json')).includes('2.0'), { what: 'host.json' });
    await type('typed ');
    await until(() => isBackedUp('typed '), { what: "VS Code's backup of what was typed" });
    await ui.reloadWindow();
    assert.match(await ui.editor('host.json'), /^typed /);
    await tab('host.json', '.dirty').waitFor();
    await tab('dropped.json').click();
    await until(async () => (await ui.editor('dropped.json')) === '{ "dropped": 1 }', {
      what: 'the file that was open before',
      timeout: 30_000,
    });
    await type('saved ');
    await ui.page.keyboard.press('Control+S');
    await tab('dropped.json', ':not(.dirty)').waitFor();
    await tab('host.json').click();
    await ui.page.keyboard.press('Control+S');
    await tab('host.json', ':not(.dirty)').waitFor();
  });

  step('offers to compare if the file was changed on the site', async () => {
    const { ui } = window;
    await type('mine ');
    await ui.openView('Keyless');
    await ui.tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'Files');
    await dropFromDesktop(row('Files'), 'host.json', '{ "version": "2.0", "theirs": true }');
    assert.equal((await ui.dialogText()).message, 'Replace host.json in keyless-demo-app?');
    await ui.dialogClick('Replace Files');
    await until(async () => (await ui.dialog.count()) === 0, { what: 'the end of the question' });
    await ui.command('Notifications: Clear All Notifications');
    await ui.command('File: Save');
    await ui.toastClick("Failed to save 'host.json'", 'Compare');
    await ui.page.locator('.monaco-diff-editor').waitFor();
    await until(
      async () => {
        const lines = (await ui.page.locator('.monaco-diff-editor .view-line').allTextContents()).join('\n');
        return lines.includes('theirs') && lines.includes('mine');
      },
      { what: 'both versions' },
    );
    await ui.screenshot('files-3-compare');
  });

  const tab = (name: string, state = '') =>
    window.ui.page.locator(`.tabs-container .tab${state}`, { hasText: name }).first();

  async function type(text: string): Promise<void> {
    const { ui } = window;
    await ui.page.locator('.editor-instance .view-lines').first().click();
    await ui.page.keyboard.press('Control+Home');
    await ui.page.keyboard.type(text);
  }

  /** Whether VS Code's backups of unsaved files contain a text. */
  function isBackedUp(text: string): boolean {
    const { data } = window.workbench.server;
    const backups = fs.globSync('**/Backups/**', { cwd: data, withFileTypes: true });
    return backups.some(
      (file) =>
        file.isFile() && fs.readFileSync(path.join(file.parentPath, file.name), 'utf8').includes(text),
    );
  }

  async function levelOf(label: string): Promise<number | undefined> {
    return (await window.ui.tree.rows()).find((one) => one.label === label)?.level;
  }

  /** Moves the mouse while dragging, and then once more, because the first event over an element only enters it. */
  async function move(to: Locator): Promise<void> {
    const box = (await to.boundingBox()) ?? assert.fail();
    const { mouse } = window.ui.page;
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
    await mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
  }

  /** Sends the events that a browser sends when a file is dropped from the desktop. */
  async function dropFromDesktop(target: Locator, name: string, text: string): Promise<void> {
    const dataTransfer = await window.ui.page.evaluateHandle(
      `(() => {
        const data = new DataTransfer();
        data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'application/json' }));
        return data;
      })()`,
    );
    const { x, y } = (await target.boundingBox()) ?? assert.fail();
    for (const event of ['dragenter', 'dragover', 'drop'])
      await target.dispatchEvent(event, { dataTransfer, clientX: x + 40, clientY: y + 5 });
  }
});
