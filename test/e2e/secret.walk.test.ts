import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { repeat } from '../support/ui/repeat';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

describe('secrets, by mouse,', () => {
  const window = useWindow();
  const step = useSteps();
  const row = (name: string) => window.ui.tree.row(name, { level: 5 });
  const clipboardIs = (expected: RegExp) =>
    until(async () => expected.test(await window.ui.clipboard()), {
      what: `${expected.source} on the clipboard`,
    });

  before(async () => {
    await signInToSandbox(window);
    await window.ui.tree.expand('Keyless Sandbox (RBAC)', 'Key Vaults', 'keyless-rbac-kv', 'Secrets');
  });

  step('have URIs that can be copied together', async () => {
    const { ui } = window;
    await row('DbPassword').click();
    await row('ExpiringSecret').click({ modifiers: ['ControlOrMeta'] });
    await ui.pickMenu(row('ExpiringSecret'), 'Copy Secret URI');
    await clipboardIs(/^https:\S+\/secrets\/DbPassword\nhttps:\S+\/secrets\/ExpiringSecret$/);
    await ui.status('Copied 2 URIs').waitFor();
    await ui.screenshot('secrets-several');
  });

  step('have a version URI that can be copied', async () => {
    const { ui } = window;
    await row('DbPassword').click();
    await ui.pickMenu(row('DbPassword'), 'Copy Secret URI of Current Version', 'Copy');
    await clipboardIs(/\/secrets\/DbPassword\/[0-9a-f]{32}$/);
  });

  step('are copied and deleted by key, and found by the tree itself', async () => {
    const { ui } = window;
    const { keyboard } = ui.page;
    await row('DbPassword').click();
    // VS Code tells the extension of the selection a moment later.
    await repeat({
      what: 'the URI of the selected secret',
      action: () => keyboard.press('Control+C'),
      effect: async () => /\/secrets\/DbPassword$/.test(await ui.clipboard()),
    });
    await repeat({
      what: 'the question before the secret is deleted',
      action: () => keyboard.press('Delete'),
      effect: () => ui.dialog.isVisible(),
    });
    assert.equal((await ui.dialogText()).message, 'Delete DbPassword from keyless-rbac-kv?');
    await ui.dialogClick('Cancel');
    const find = ui.page.locator('.part.sidebar .monaco-tree-type-filter input');
    // In VS Code 1.139, its keys are Ctrl+Alt+F and F3.
    await repeat({
      what: "the tree's own search",
      action: () => keyboard.press('F3'),
      effect: () => find.isVisible(),
    });
    // In it, keys edit the text.
    await find.fill('Expiring');
    await keyboard.press('Control+A');
    await keyboard.press('Delete');
    assert.equal(await find.inputValue(), '');
    assert.equal(await ui.dialog.isVisible(), false);
    await ui.escape();
    await find.waitFor({ state: 'hidden' });
  });

  step('are created, with the name validated as the user types, and selected', async () => {
    const { ui } = window;
    await ui.pickMenu(ui.tree.row('keyless-rbac-kv'), 'Create Secret…');
    await ui.input('not a name', { prompt: 'Name of the new secret', accept: false });
    await until(async () => (await ui.quickMessage()).includes('Use only letters, digits, and hyphens'), {
      what: 'the validation message',
    });
    await ui.screenshot('secrets-name');
    await ui.input('Made-By-Mouse');
    await ui.input('planted-e2e2-secret-value', { prompt: 'Value of Made-By-Mouse', accept: false });
    assert.equal(await ui.quickInput.locator('.quick-input-box input').getAttribute('type'), 'password');
    await ui.quickInput.locator('.quick-input-box input').press('Enter');
    await ui.pick('Create Secret');
    await row('Made-By-Mouse').waitFor();
    await until(async () => (await row('Made-By-Mouse').getAttribute('aria-selected')) === 'true', {
      what: 'the selection',
    });
    await ui.screenshot('secrets-created');
  });

  step('show their value in a dialog', async () => {
    const { ui } = window;
    await ui.pickMenu(row('Made-By-Mouse'), 'Show Secret Value');
    const { message, detail } = await ui.dialogText();
    assert.equal(message, 'Made-By-Mouse');
    assert.equal(detail, 'planted-e2e2-secret-value');
    await ui.screenshot('secrets-value');
    await ui.dialogClick('Copy');
    await clipboardIs(/^planted-e2e2-secret-value$/);
  });

  step("say why a disabled secret's value can't be copied", async () => {
    const { ui } = window;
    await ui.command('Keyless: Copy Secret Value');
    await ui.pick('keyless-rbac-kv');
    await ui.pick('DisabledSecret');
    assert.match(await ui.toastMessage('Copy Secret Value: '), /disabled/i);
    await ui.screenshot('secrets-disabled');
  });
});
