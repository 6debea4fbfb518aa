import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { barriersIn } from '../support/ui/barriers';
import { Keyboard } from '../support/ui/keyboard';
import { whole } from '../support/ui/selectors';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

const themes = ['Dark Modern', 'Light Modern', 'Dark High Contrast'];

/** Each step depends on the one before. */
describe('with the keyboard and a screen reader,', () => {
  const window = useWindow({ viewport: { width: 1440, height: 900 }, keysOnly: true });
  const step = useSteps();
  const keyboard = () => new Keyboard(window.ui.page);
  const row = (name: string | RegExp) => window.ui.page.getByRole('treeitem', { name });

  step('the welcome view has no barriers', async () => {
    await window.ui.openView('Keyless');
    await window.ui.welcome('Start Sandbox').waitFor();
    await noBarriers({ 'the welcome view': window.ui.welcome() });
    await window.ui.command('View: Show Explorer');
    await window.ui.page.evaluate(countPresses);
  });

  step('a user signs in to the sandbox', async () => {
    const keys = keyboard();
    await keys.toPart('activitybar');
    await keys.to(/^Keyless/, 'ArrowDown');
    await keys.press('Enter');
    await window.ui.welcome('Start Sandbox').waitFor();
    await keys.toPart('sidebar');
    await keys.to(/^Start Sandbox$/, 'Tab');
    await keys.press('Enter');
    await row('Subscription Keyless Sandbox, Contoso (sandbox)').first().waitFor({ timeout: 60_000 });
  });

  step("enables an app's identity", async () => {
    const keys = keyboard();
    await keys.toPart('sidebar');
    await open(/^Subscription Keyless Sandbox,/, 'Function Apps');
    await open(/^Function Apps/, 'Function app keyless-demo-app, Running, Windows, Basic, no identity');
    await keys.to(/^Function app keyless-demo-app/, 'ArrowDown');
    await keys.menu(/^Enable System-Assigned Identity/);
    await window.ui.toast('Enabled the system-assigned identity of keyless-demo-app').waitFor();
  });

  step('lets it read a secret', async () => {
    const keys = keyboard();
    await keys.at(/^Function app keyless-demo-app/);
    await keys.menu(/^Let App Read Secret/);
    await choose('keyless-demo-kv');
    await choose('ASampleKey');
    // The plan's answer has the focus, and its first button comes next.
    await window.ui.webview.locator('.text:focus', { hasText: 'gives it access' }).waitFor();
    await keys.press('Tab');
    await window.ui.webview.locator('button:focus', { hasText: 'Grant Access' }).waitFor();
    await keys.press('Enter');
    await window.ui.toast('can read ASampleKey').waitFor({ timeout: 30_000 });
    // In VS Code 1.139, F6 doesn't lead out of a page.
    await keys.press('F1');
    await window.ui.quickInput.locator('input:focus').waitFor();
    await keys.type('View: Close All Editors');
    await keys.at(/^View: Close All Editors/);
    await keys.press('Enter');
  });

  step('streams its log and reaches it from the status bar', async () => {
    const keys = keyboard();
    await keys.toPart('sidebar');
    await keys.to(/^Function app keyless-demo-app/, 'ArrowDown');
    await keys.menu(/^Start Streaming Logs/);
    const status = window.ui.page.getByRole('button', { name: 'Log stream keyless-demo-app: live' });
    await status.waitFor({ timeout: 30_000 });
    await keys.toPart('statusbar');
    await keys.to(/^Log stream keyless-demo-app: live/, 'ArrowRight');
    await keys.press('Enter');
    await choose('Show keyless-demo-app');
  });

  step('runs its function and lands on the response', async () => {
    const keys = keyboard();
    await keys.toPart('sidebar');
    await open(/^Function app keyless-demo-app/, 'Functions');
    await open(/^Functions/, /^Function ReadSecret/);
    await keys.to(/^Function ReadSecret/, 'ArrowDown');
    await keys.menu(/^Run Function/);
    await choose('Run');
    await until(async () => /"secret": "ASampleKey"/.test(await window.ui.editor('ReadSecret')), {
      what: 'the answer',
      timeout: 30_000,
    });
    await keys.at(/ReadSecret/);
    assert.equal(await window.ui.page.evaluate('pressesOfMouse'), 0);
  });

  step('response, report, access map and tree have no barriers', async () => {
    const { ui } = window;
    await ui.command('Notifications: Clear All Notifications');
    await ui.command('View: Hide Panel');
    await ui.tree.collapse('Keyless Sandbox', { level: 1 });
    await ui.tree.expand('Keyless Sandbox (RBAC)', 'Key Vaults', 'keyless-rbac-kv', 'Access');
    await ui.tree.expand('Secrets');
    await ui.tree.expand('DbPassword');
    const app = ['Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-linux-app'];
    await ui.tree.expand(...app, 'App Settings');
    for (const group of ['Slots', 'Identity', 'Functions', 'Files']) await ui.tree.expand(group);
    await ui.pickMenu(ui.tree.row('DB_PASSWORD'), "Why Can't It Read?");
    await ui.report(report);
    await ui.pickMenu(ui.tree.row('Keyless Sandbox (RBAC)'), 'Show Access Map');
    await map().locator('.node[aria-label*=" keyless-rbac-kv,"]').click();
    for (const { label, description, accessibilityLabel } of await ui.tree.rows())
      for (const words of [label, description])
        assert.ok(accessibilityLabel.includes(words), accessibilityLabel);
    await noBarriers({
      'the tree': ui.page.locator('.part.sidebar .tree-explorer-viewlet-tree-view'),
      'the answer': () => editorOf('ReadSecret'),
      'the report': async () => {
        await tab(report).click();
        await ui.report(report);
        return ui.webview.locator('body');
      },
      'the map': async () => {
        await tab('Access Map').click();
        await map().locator('aside h2').first().waitFor();
        return map().locator('body');
      },
    });
  });

  step('a barrier would be detected', async () => {
    const filter = map().getByLabel('Filter by name');
    await filter.evaluate((box: { attributes: { name: string }[]; removeAttribute(name: string): void }) => {
      for (const name of ['aria-label', 'placeholder']) box.removeAttribute(name);
    });
    const [found, ...others] = await barriersIn(map().locator('body'));
    assert.match(found ?? '', /^label \(critical\): <input type="search"/);
    assert.deepEqual(others, []);
  });

  const report = 'keyless-linux-app reads DbPassword';
  const map = () => window.ui.webview;
  const tab = (name: string) => window.ui.page.locator('.tabs-container .tab', { hasText: name });

  async function editorOf(name: string): Promise<Locator> {
    await tab(name).click();
    await window.ui.editor(name);
    return window.ui.page.locator('.editor-instance').first();
  }

  /** Checks parts in each theme. A part is visible already or brought up by a function. */
  async function noBarriers(parts: Record<string, Locator | (() => Promise<Locator>)>): Promise<void> {
    for (const theme of themes) {
      await window.ui.useTheme(theme);
      for (const [name, part] of Object.entries(parts))
        assert.deepEqual(
          await barriersIn(typeof part === 'function' ? await part() : part),
          [],
          `${name} in ${theme}`,
        );
    }
  }

  /** Moves down to a row and expands it. */
  async function open(name: RegExp, child: string | RegExp): Promise<void> {
    await keyboard().to(name, 'ArrowDown');
    await keyboard().press('ArrowRight');
    await row(child).first().waitFor({ timeout: 30_000 });
  }

  /** Picks an item of a quick pick by name. */
  async function choose(name: string): Promise<void> {
    const label = window.ui.quickInput.locator('.label-name', { hasText: whole(name) });
    await label.waitFor();
    await keyboard().type(name);
    await keyboard().at(new RegExp(`^([\\w-]+ +)?${name}(,|$)`)); // the icon's name comes first
    await keyboard().press('Enter');
    await label.waitFor({ state: 'hidden' });
  }
});

const countPresses = `
  pressesOfMouse = 0;
  addEventListener('pointerdown', () => (pressesOfMouse += 1), { capture: true });
`;
