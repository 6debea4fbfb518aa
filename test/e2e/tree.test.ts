import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { SandboxReady } from '../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../support/sandboxClient';
import { whole } from '../support/ui/selectors';
import { barriersIn } from '../support/ui/barriers';
import { signInOnPage } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

const hostile = '$(flame) <img src=x> [click](command:workbench.action.quit) **bold** https://evil.example';

describe('the tree, by mouse,', () => {
  const window = useWindow();
  const step = useSteps();
  const row = (label: string, query?: { level?: number; description?: string }) =>
    window.ui.tree.row(label, query);

  /** The account above the tree. */
  const account = (name: string) =>
    window.ui.page.locator('.part.sidebar .tree-explorer-viewlet-tree-view .message', { hasText: name });

  step('is replaced by the welcome text for signed-out users', async () => {
    await window.ui.openView('Keyless');
    await window.ui.welcome('Start Sandbox').waitFor();
    await window.ui.screenshot('welcome');
  });

  step('shows the contents of the sandbox after sign-in on its page', async () => {
    const { ui } = window;
    await signInOnPage(window, async (page) => {
      assert.deepEqual(await barriersIn(page.locator('body')), []);
    });
    await ui.tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'Functions');
    await row('ReadSecret').waitFor();
    await account('alex@contoso.example').waitFor();
    const [subscription, , app] = await ui.tree.rows();
    assert.equal(subscription?.accessibilityLabel, 'Subscription Keyless Sandbox, Contoso (sandbox)');
    assert.equal(
      app?.accessibilityLabel,
      'Function app keyless-demo-app, Running, Windows, Basic, no identity',
    );
  });

  step('keeps a row expanded that is expanded while the tree is being refreshed', async () => {
    const { ui } = window;
    await askOf(sandbox(), 'keyless-demo-app', 'POST', '/stop');
    await control(sandbox(), 'POST', '/faults', { service: 'arm', path: '/functions', latencyMs: 4000 });
    await ui.command('Keyless: Refresh');
    await ui.tree.expand('Keyless Sandbox (RBAC)');
    assert.ok(await row('keyless-demo-app', { description: 'Running' }).isVisible());
    await row('keyless-demo-app', { description: 'Stopped' }).waitFor();
    const rows = await ui.tree.rows();
    assert.equal(rows.find(({ label }) => label === 'Keyless Sandbox (RBAC)')?.expanded, true);
    assert.equal(rows.filter(({ label }) => label === 'Key Vaults').length, 2);
    await askOf(sandbox(), 'keyless-demo-app', 'POST', '/start');
    await ui.tree.collapse('Keyless Sandbox (RBAC)');
  });

  step('shows slots, identities, secrets with their states, and role assignments', async () => {
    const { ui } = window;
    await ui.command('Keyless: Refresh');
    await ui.tree.collapse('Keyless Sandbox', { level: 1 });
    const app = ['Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-linux-app'];
    await ui.tree.expand(...app);
    await ui.tree.expand('Slots');
    await row('staging', { description: 'Running' }).waitFor();
    await ui.tree.expand('Identity');
    await row('System-assigned', { description: 'On, ' }).waitFor();
    await ui.screenshot('tree-rbac-app');
    await ui.tree.collapse('Function Apps', { level: 2 });
    await ui.tree.expand('Keyless Sandbox (RBAC)', 'Key Vaults', 'keyless-rbac-kv', 'Access');
    await row('Key Vault Secrets Officer', { description: 'Alex Contoso' }).waitFor();
    await ui.tree.expand('Secrets');
    await row('ExpiredSecret', { description: 'expired' }).waitFor();
    await row('DisabledSecret', { description: 'disabled' }).waitFor();
    await ui.screenshot('tree-rbac-vault');
  });

  step('looks right in every theme and when narrow', async () => {
    const { ui } = window;
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Light High Contrast', 'high-contrast-light'],
    ] as const) {
      await ui.useTheme(theme);
      await ui.screenshot(`tree-${name}`);
    }
    await ui.page.setViewportSize({ width: 480, height: 700 });
    await ui.screenshot('tree-narrow');
    await ui.page.setViewportSize({ width: 1280, height: 800 });
    await ui.useTheme('Dark Modern');
  });

  step('shows details in a tooltip and treats tags as plain text', async () => {
    const { ui } = window;
    await ui.command('Keyless: Refresh');
    await askOf(sandbox(), 'keyless-demo-app', 'PATCH', '', { tags: { note: hostile } });
    await ui.tree.expand('Keyless Sandbox', 'Function Apps');
    const app = row('keyless-demo-app');
    await ui.pickMenu(app, 'Refresh');
    const hover = await hoverOver(app, hostile);
    await ui.page.screenshot({ path: 'out/e2e/tree-tooltip.png' });
    const text = (await hover.innerText()).replaceAll('\u200b', '');
    assert.ok(text.includes(hostile), text);
    assert.match(text, /Location: West Europe/);
    assert.equal(await hover.locator('a, img, strong, .codicon-flame').count(), 0);
    assert.equal(await ui.page.locator('.codicon-flame').count(), 0);
  });

  step('copies the resource ID and shows read-only JSON', async () => {
    const { ui } = window;
    const app = row('keyless-demo-app');
    await ui.pickMenu(app, 'Copy Resource ID');
    await until(async () => /\/sites\/keyless-demo-app$/.test(await ui.clipboard()), { what: 'the ID' });
    await ui.pickMenu(app, 'View JSON', 'Open');
    const json = await ui.editor('keyless-demo-app.json');
    assert.match(json, /"name": "keyless-demo-app"/);
    await ui.screenshot('tree-json');
    await ui.page.keyboard.type('x');
    assert.equal(await ui.page.locator('.tab.active.dirty').count(), 0);
    await ui.command('View: Close All Editors');
  });

  step('shows only the selected subscriptions, even after a reload', async () => {
    const { ui } = window;
    await pressFilter();
    await until(async () => (await ui.quickItems()).length === 2, { what: 'the subscriptions' });
    await ui.screenshot('tree-filter');
    await toggle('Keyless Sandbox');
    await row('Keyless Sandbox', { level: 1 }).waitFor({ state: 'detached' });
    await ui.reloadWindow();
    await ui.openView('Keyless');
    await row('Keyless Sandbox (RBAC)').waitFor({ timeout: 30_000 });
    await until(async () => (await ui.tree.rows()).filter(({ level }) => level === 1).length === 1, {
      what: 'one subscription',
    });
    await pressFilter();
    await until(async () => (await ui.quickItems()).length === 2, { what: 'the subscriptions' });
    await toggle('Keyless Sandbox');
    await row('Keyless Sandbox', { level: 1 }).waitFor();
  });

  step('shows nothing after signing out', async () => {
    const { ui } = window;
    await ui.command('Keyless: Sign Out');
    await ui.welcome('Start Sandbox').waitFor();
    assert.equal(await account('alex').isVisible(), false);
    assert.deepEqual(await ui.tree.rows(), []);
    const trees = path.join(globalStorage(), 'trees');
    assert.deepEqual(fs.existsSync(trees) ? fs.readdirSync(trees) : [], []);
  });

  /** Toggles an item in a quick pick that allows several. */
  async function toggle(label: string): Promise<void> {
    const { ui } = window;
    await ui.quickInput.locator('.quick-input-list .label-name', { hasText: whole(label) }).click();
    await ui.confirmQuick();
  }

  /** Presses the filter button in the title of the side bar, where a container's only view has its buttons. */
  async function pressFilter(): Promise<void> {
    await window.ui.page
      .locator('.part.sidebar .composite.title a.action-label[aria-label^="Filter Subscriptions"]')
      .click();
  }

  /** Hovers over a row until its tooltip contains `text`. */
  async function hoverOver(target: Locator, text: string): Promise<Locator> {
    const { page } = window.ui;
    const hover = page.locator('.workbench-hover').last();
    await until(
      async () => {
        await page.mouse.move(700, 400);
        await target.hover();
        await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
        return (await hover.count()) > 0 && (await hover.innerText()).replaceAll('\u200b', '').includes(text);
      },
      { timeout: 30_000, what: 'the tooltip' },
    );
    return hover;
  }

  function globalStorage(): string {
    return path.join(window.workbench.server.data, 'User/globalStorage/keyless.keyless');
  }

  function sandbox(): SandboxReady {
    return JSON.parse(
      fs.readFileSync(path.join(globalStorage(), 'sandbox/record.json'), 'utf8'),
    ) as SandboxReady;
  }
});

/** Changes an app without Keyless. */
async function askOf(
  ready: SandboxReady,
  name: string,
  method: string,
  path = '',
  body?: unknown,
): Promise<void> {
  const token = await applicationToken(ready, ready.resourceManagerUrl);
  const [subscription = ''] = ready.subscriptionIds;
  const list = await sandboxFetch(
    ready,
    `${ready.resourceManagerUrl}/subscriptions/${subscription}/resources?api-version=2021-04-01`,
    { token },
  );
  const app = list
    .json<{ value: { id: string; name: string }[] }>()
    .value.find((resource) => resource.name === name);
  assert.ok(app);
  const url = `${ready.resourceManagerUrl}${app.id}${path}?api-version=2025-05-01`;
  const answer = await sandboxFetch(ready, url, { method, token, body });
  assert.equal(answer.status, 200, answer.text);
}
