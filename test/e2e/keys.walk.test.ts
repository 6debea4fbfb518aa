import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { barriersIn } from '../support/ui/barriers';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';
import { useWorldSandbox } from '../support/ui/worldSandbox';
import { shopWithKeys } from '../support/worlds/keysWorld';

describe('the keys that apps still hold, @pictures', () => {
  const window = useWindow({ viewport: { width: 1440, height: 900 } });
  useWorldSandbox(window, shopWithKeys);
  const step = useSteps();
  const page = () => window.ui.webview;
  const answer = (text: string | RegExp) =>
    page().locator('.answer .text').filter({ hasText: text }).waitFor({ timeout: 60_000 });
  const rows = async () => (await page().locator('tbody tr:not(.group)').allInnerTexts()).length;
  const untilRows = (count: number) => until(async () => (await rows()) === count, { what: `${count} rows` });

  step('are found in a subscription, by what they open', async () => {
    const { ui } = window;
    await signInToSandbox(window, 'Contoso Shop');
    await ui.tree.expand('Contoso Shop', 'Function Apps');
    await ui.pickMenu(ui.tree.row('Contoso Shop'), 'Find Keys');
    await answer('7 keys in 3 of 4 apps');
    assert.equal(await page().locator('[src], link').count(), 0, 'files that VS Code may not deliver');
    assert.match(
      await page().locator('tr.group').first().innerText(),
      /^shopstorage.*3 keys, in 3 apps, all the same\s*Replace All…\s*Rotate Key\s*Turn Off Key Access…$/s,
    );
    await ui.tree.row('shop-mails', { level: 3, description: 'no keys left' }).waitFor();
    await ui.picture('keys-left');
  });

  step('are filtered, grouped, and sorted', async () => {
    await page().getByRole('searchbox').fill('orders bus');
    await untilRows(1);
    await page().getByRole('searchbox').fill('');
    await page().getByRole('button', { name: 'Identity by settings: 4' }).click();
    await untilRows(4);
    await page().getByRole('button', { name: 'All: 7' }).click();
    await page().getByRole('combobox').selectOption('app');
    await page().getByRole('button', { name: 'Credential' }).click();
    const [first] = await page().locator('tr.group .name').allInnerTexts();
    assert.equal(first, 'shop-orders');
    const sorted = page().locator('th[aria-sort="ascending"]');
    assert.match(await sorted.innerText(), /^Credential/);
  });

  step('look right in other themes and in a narrow window', async () => {
    const { ui } = window;
    const size = ui.page.viewportSize() ?? assert.fail();
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Dark Modern', 'dark'],
    ] as const) {
      await ui.useTheme(theme);
      await page().locator(`body.vscode-${name}`).waitFor();
      assert.deepEqual(await barriersIn(page().locator('main')), [], theme);
      if (name !== 'dark') await ui.screenshot(`keys-${name}`);
    }
    await ui.page.setViewportSize({ width: 900, height: size.height });
    await ui.screenshot('keys-narrow');
    await ui.page.setViewportSize(size);
  });

  step('lead to the tree, and to a key vault', async () => {
    const { ui } = window;
    await page().getByRole('button', { name: 'Show in Tree: OrdersDb of shop-orders' }).click();
    await ui.tree.row('OrdersDb', { level: 5 }).and(ui.page.locator('.focused')).waitFor();
    await page().getByRole('button', { name: 'Move to Key Vault…: SEARCH_API_KEY of shop-photos' }).click();
    await until(async () => (await ui.quickItems()).some((item) => item.includes('shop-keys-kv')), {
      what: 'the key vaults',
    });
    await ui.escape();
  });

  step('lead to a page that says who needs them before they are turned off', async () => {
    const { ui } = window;
    await page().getByRole('combobox').selectOption('resource');
    await page().getByRole('button', { name: 'Turn Off Key Access…: shopstorage' }).click();
    await answer('No, 3 apps still hold its keys.');
    await page().getByRole('button', { name: 'Turn Off Anyway' }).waitFor();
    assert.deepEqual(await barriersIn(page().locator('main')), []);
    await ui.screenshot('key-access');
  });

  step('have a clear answer for an app that holds none', async () => {
    const { ui } = window;
    await ui.pickMenu(ui.tree.row('shop-mails', { level: 3 }), 'Find Keys', 'Access');
    await answer('No keys left');
    await page().locator('.answer.good').waitFor();
    await ui.screenshot('keys-none');
  });
});
