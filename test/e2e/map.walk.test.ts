import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { mapWorld } from '../support/worlds/mapWorld';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';
import { useWorldSandbox } from '../support/ui/worldSandbox';

/** Each step depends on the one before. */
describe('the access map, by mouse and keyboard, @pictures', () => {
  const window = useWindow({ viewport: { width: 1440, height: 900 } });
  const step = useSteps();
  useWorldSandbox(window, mapWorld);

  const map = (): FrameLocator => window.ui.webview;
  const node = (name: string) => map().locator(`.node[aria-label*=" ${name},"]`).first();
  const status = () => map().locator('.status').textContent();
  const untilStatus = (words: RegExp) =>
    until(async () => words.test((await status()) ?? ''), {
      what: `the status ${words.source}`,
      timeout: 60_000,
    });

  step('draws the connections in a subscription and marks broken ones', async () => {
    const { ui } = window;
    await signInToSandbox(window, 'Contoso Shop');
    await ui.pickMenu(ui.tree.row('Contoso Shop'), 'Show Access Map');
    await untilStatus(/^6 apps, 1 user-assigned identity, 2 vaults\. Problems: 3\.$/);
    assert.equal(await map().locator('[src], link').count(), 0, 'files that VS Code may not deliver');
    assert.equal(await map().locator('.node').count(), 9);
    assert.match(
      (await node('shop-reports').getAttribute('aria-label')) ?? '',
      /no identity, 1 connection, broken$/,
    );
    const details = await map().locator('aside').innerText();
    assert.match(details, /^Problems: 3\n/);
    assert.match(
      details,
      /shop-legacy → shop-pay-kv\s+Fix\s+✕ access policy: secrets get: access policies don't apply/,
    );
    assert.deepEqual(await map().locator('.heading').allTextContents(), [
      ...['Apps (6)', 'Identities (1)', 'Vaults (2)'],
    ]);
    const states = ['fine', 'broken', 'unused', 'structure'].map((state) =>
      map().locator(`.graph .edge.${state}`).count(),
    );
    assert.deepEqual(await Promise.all(states), [4, 3, 0, 1]);
    assert.match(details, /✕ SessionKey: app setting SESSION_KEY: secret not found/);
    await ui.picture('access-map');
  });

  step('tells what is behind a line, and fixes it', async () => {
    const { ui } = window;
    const line = map().locator('.graph .edge[data-from$="shop-web"] .hit');
    await line.hover({ force: true });
    assert.match(
      await map().locator('.tip').innerText(),
      /^shop-web → shop-kv\nbroken\naccess policy: secrets get, list\n✕ SessionKey: app setting SESSION_KEY/,
    );
    await line.click({ force: true });
    await map()
      .getByRole('button', { name: /^Fix: shop-web → shop-kv/ })
      .click();
    await ui.report('shop-web reads SessionKey');
    await ui.command('View: Close Editor');
    await map().getByRole('button', { name: 'Overview' }).click();
  });

  step("follows lines with the arrow keys, shows a vault's secrets and reveals it in the tree", async () => {
    const { ui } = window;
    await node('shop-mails').click();
    await ui.tree.row('shop-mails', { level: 3 }).waitFor();
    await ui.page.keyboard.press('ArrowRight');
    await untilFocus('shop-mail-id');
    await ui.page.keyboard.press('ArrowRight');
    await untilFocus('shop-pay-kv');
    await ui.page.keyboard.press('Space');
    await untilFocus('shop-pay-kv');
    await node('SmtpPassword').waitFor();
    const [secret, panel] = [
      await node('SmtpPassword').boundingBox(),
      await map().locator('aside').boundingBox(),
    ];
    assert.ok(secret && panel && secret.x + secret.width <= panel.x, 'the last column is cut off');
    const details = await map().locator('aside').innerText();
    assert.match(details, /Key Vault Secrets User, inherited from resource group shop/);
    await ui.screenshot('map-2-secrets');
    await ui.page.keyboard.press('Escape');
    await map().getByRole('heading', { name: 'Problems: 3' }).waitFor();
    await ui.page.keyboard.press('Enter');
    await ui.tree.row('shop-pay-kv', { level: 3 }).and(ui.page.locator('.focused')).waitFor();
  });

  step('is updated after changes in the tree', async () => {
    const { ui } = window;
    await node('shop-orders').click();
    const policy = map().locator('aside li', { hasText: 'access policy: secrets get' });
    await policy.first().waitFor();
    await ui.tree.expand('Contoso Shop', 'Key Vaults', 'shop-kv', 'Access');
    await ui.pickMenu(ui.tree.row('shop-orders', { level: 5 }), 'Remove Access Policy');
    await ui.dialogClick('Remove Access Policy');
    await policy.first().waitFor({ state: 'detached', timeout: 30_000 });
    assert.equal(await map().locator('.node').count(), 11);
  });

  step('looks right in light and high-contrast themes', async () => {
    const { ui } = window;
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Light High Contrast', 'high-contrast-light'],
      ['Dark Modern', ''],
    ] as const) {
      await ui.useTheme(theme);
      if (name) await ui.screenshot(`map-3-${name}`);
    }
  });

  step('focuses on a node, says so in its title, and folds the details', async () => {
    const { ui } = window;
    const tab = (title: string) => ui.page.locator('.tabs-container .tab', { hasText: title });
    await node('shop-kv').click();
    await ui.page.keyboard.press('f');
    await untilStatus(/^3 apps, 1 vault\./);
    await tab('Access Map: shop-kv').waitFor();
    await map().getByRole('button', { name: 'End Focus' }).click();
    await tab('Access Map: Contoso Shop').waitFor();
    await map().getByRole('button', { name: 'Show Everything' }).click();
    await tab('Access Map: Contoso Shop').waitFor({ state: 'detached' });
    await ui.pickMenu(ui.tree.row('Contoso Shop', { level: 1 }), 'Show Access Map');
    await tab('Access Map: Contoso Shop').waitFor();
    const details = map().getByRole('button', { name: 'Details' });
    await details.click();
    await map().locator('aside').waitFor({ state: 'hidden' });
    await details.click();
    await map().locator('aside').waitFor();
  });

  step('can be filtered, can show other principals, and stays the same after a reload', async () => {
    const { ui } = window;
    await map().getByLabel('Filter by name').fill('orders');
    await untilStatus(/^1 app, 1 vault\./);
    await map().getByLabel('Filter by name').fill('');
    await map().getByLabel('Other principals').check();
    await node('Alex Contoso').waitFor();
    await map().getByLabel('Other principals').uncheck();
    await map().getByLabel('Broken only').check();
    await node('shop-payments').waitFor({ state: 'detached' });
    await ui.reloadWindow();
    await untilStatus(/Problems: \d+\.$/);
    assert.ok(await map().getByLabel('Broken only').isChecked());
    assert.equal(await node('shop-payments').count(), 0);
    assert.ok(await node('shop-legacy').isVisible());
  });

  step('is exported as an image and as a table', async () => {
    const { ui } = window;
    await map().getByLabel('Broken only').uncheck();
    for (const [format, expected] of [
      ['SVG', /^<\?xml[^]*<svg [^]*fill="#1f1f1f"[^]*>Apps \(6\)<[^]*shop-payments[^]*<\/svg>\s*$/],
      [
        'CSV',
        /^"From","From Type"[^]*"shop-legacy","Function app","shop-pay-kv","Key vault","","access","access policy/,
      ],
    ] as const) {
      await map()
        .getByRole('button', { name: `Export ${format}` })
        .click();
      const name = `map.${format.toLowerCase()}`;
      const file = path.join(window.workbench.server.workspace, name);
      const box = ui.quickInput.locator('.quick-input-box input');
      await until(async () => (await box.inputValue()).endsWith(`access-${name}`), {
        what: 'the offered name',
      });
      await ui.input(file);
      await ui.toast(`The access map was exported to ${name}`).waitFor();
      assert.match(fs.readFileSync(file, 'utf8'), expected);
      await ui.command('Notifications: Clear All Notifications');
    }
  });

  step('draws 50 apps and 50 vaults and finds one by name', async () => {
    const { ui } = window;
    await ui.command('View: Close All Editors');
    await ui.openView('Keyless');
    const start = Date.now();
    await ui.command('Keyless: Show Access Map');
    await untilStatus(/^56 apps, 1 user-assigned identity, 52 vaults\./);
    console.log(`      drawn after ${Date.now() - start} ms`);
    await ui.screenshot('map-4-fleet');
    const group = (name: string) => map().locator(`.node[aria-label^="Group ${name}, "]`);
    await map().locator('.node[aria-label^="Group fleet, 50 apps,"]').click();
    await node('fleet-app-31').waitFor();
    await ui.screenshot('map-5-fleet-open');
    assert.equal(await group('fleet').first().getAttribute('aria-expanded'), 'true');
    for (let zoom = 0; zoom < 3; zoom += 1) await map().getByRole('button', { name: 'Zoom In' }).click();
    await map().getByLabel('Filter by name').fill('fleet-app-31');
    await untilStatus(/^1 app, 3 vaults\./);
    const frame = await map().locator('.graph').boundingBox();
    for (const shown of await map().locator('.node').all()) {
      const box = await shown.boundingBox();
      assert.ok(frame && box && box.x >= frame.x && box.y >= frame.y, 'fitted again');
      assert.ok(box.x + box.width <= frame.x + frame.width && box.y + box.height <= frame.y + frame.height);
    }
    await ui.screenshot('map-6-fleet-filter');
  });

  async function untilFocus(name: string): Promise<void> {
    const focused = map().locator(`.node:focus[aria-label*=" ${name},"]`);
    await until(async () => (await focused.count()) === 1, { what: `the focus on ${name}` });
  }
});
