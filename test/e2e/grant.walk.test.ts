import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { repeat } from '../support/ui/repeat';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

describe('letting an app read a secret, by mouse, @pictures', () => {
  const window = useWindow();
  const step = useSteps();

  before(() => signInToSandbox(window));

  step(
    'shows the plan when an app is dropped on a secret, verifies the result, and can be undone from the message',
    async () => {
      const { ui } = window;
      await ui.tree.expand('Keyless Sandbox', 'Function Apps');
      await ui.tree.expand('Keyless Sandbox', 'Key Vaults', 'keyless-demo-kv', 'Secrets');
      const app = ui.tree.row('keyless-demo-app', { level: 3 });
      await app.dragTo(ui.tree.row('ASampleKey'));
      const plan = await ui.report('Let keyless-demo-app read ASampleKey');
      assert.match(plan, /2 steps give it access/);
      assert.match(plan, /Enable the system-assigned identity of keyless-demo-app.*Add an access policy/s);
      await button('Options…').waitFor();
      await ui.picture('let-app-read');
      await button('Grant Access').click();
      assert.match(await ui.toastMessage('can read ASampleKey'), /ReadSecret ran successfully/);
      await ui.screenshot('grant-2-proof');
      await ui.toastClick('can read ASampleKey', 'Undo Grant');
      assert.match(
        (await ui.dialogText()).detail,
        /1\. Remove secret permissions on keyless-demo-kv: get.*2\. Disable the system-assigned/s,
      );
      await ui.screenshot('grant-3-undo');
      await ui.dialogClick('Undo Grant');
      await ui.status('Undid the grant "keyless-demo-app can read ASampleKey"').waitFor();
    },
  );

  step('explains a broken reference', async () => {
    const { ui } = window;
    await ui.tree.collapse('Keyless Sandbox', { level: 1 });
    await ui.tree.expand('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-linux-app', 'App Settings');
    const setting = ui.tree.row('DB_PASSWORD', { description: 'access to the vault denied' });
    await ui.pickMenu(setting, "Why Can't It Read?");
    const report = await ui.report(tab);
    assert.match(report, /No, for one reason/);
    assert.match(report, /No role assignment/);
    assert.equal(await ui.webview.locator('[src], link').count(), 0, 'files that VS Code may not deliver');
    await ui.picture('why-it-cannot-read');
  });

  step('copies the report, whose IDs are folded away', async () => {
    const { ui } = window;
    const ids = ui.webview.getByText('/providers/Microsoft.KeyVault/vaults/keyless-rbac-kv');
    assert.ok(!(await ids.first().isVisible()));
    await button('Copy as Markdown').click();
    await until(async () => /^# Can keyless-linux-app read DbPassword\?/.test(await ui.clipboard()), {
      what: 'the report on the clipboard',
    });
    await ui.webview.getByText('IDs', { exact: true }).click();
    await ids.first().waitFor();
  });

  step('looks right in all themes, when it is narrow, and after the window reloads', async () => {
    const { ui } = window;
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Light High Contrast', 'high-contrast-light'],
      ['Dark Modern', 'dark'],
    ] as const) {
      await ui.useTheme(theme);
      await ui.screenshot(`report-1-${name}`);
    }
    const whole = ui.page.viewportSize() ?? assert.fail();
    await ui.page.setViewportSize({ width: 720, height: whole.height });
    await ui.screenshot('report-2-narrow');
    await ui.page.setViewportSize(whole);
    await ui.reloadWindow();
    assert.match(await ui.report(tab), /No role assignment/);
    await ui.tree.expand('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-linux-app', 'App Settings');
  });

  step("fixes it with the cause's button", async () => {
    const { ui } = window;
    const fix = button('Assign Key Vault Secrets User on the Secret');
    await fix.focus();
    await ui.page.keyboard.press('Enter');
    await ui.toast('Done: keyless-linux-app can read DbPassword').waitFor({ timeout: 30_000 });
    await shows(/Yes. Nothing blocks it/);
    // The button is gone. A screen reader goes on at the answer.
    await ui.webview.locator('.text:focus', { hasText: 'Yes' }).waitFor();
    await ui.screenshot('grant-5-fixed');
    // The role takes effect in the vault after some seconds. Until then, ask App Service again.
    await repeat({
      what: 'the reference to resolve',
      action: () => button('Refresh References').click({ timeout: 2000 }),
      effect: async () => /DB_PASSWORD: Resolved/.test(await ui.report(tab)),
    });
    await ui.tree.expand('Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-linux-app', 'App Settings');
    await ui.tree.row('DB_PASSWORD', { description: 'resolved' }).waitFor();
    await ui.screenshot('grant-6-resolved');
  });

  step('removes the role assignment from the Command Palette', async () => {
    const { ui } = window;
    await ui.command('Keyless: Undo Last Grant');
    const { message, detail } = await ui.dialogText();
    assert.equal(message, 'Undo the grant "keyless-linux-app can read DbPassword"?');
    assert.match(
      detail,
      /1\. Remove the role assignment on the secret DbPassword of key vault keyless-rbac-kv/,
    );
    await ui.dialogClick('Undo Grant');
    await ui.status('Undid the grant "keyless-linux-app can read DbPassword"').waitFor();
    await button('Check Again').click();
    await shows(/No, for one reason/);
  });

  step(
    'shows pages on any other resource: why an app has no access, who has, and what would give it',
    async () => {
      const { ui } = window;
      const ask = async (title: string, ...answers: string[]) => {
        await ui.command(`Keyless: ${title}`);
        for (const answer of ['keyless-shop-app', ...answers]) await ui.pick(answer);
      };
      await ask("Why Can't It Access?", 'keylessshopphotos', 'photos', 'Read blobs');
      const why = await ui.report('keyless-shop-app uses photos');
      assert.match(why, /No, for one reason.*The app has no managed identity/s);
      await ui.screenshot('access-1-why');
      await button('Who Can Access This?').click();
      const who = await ui.report('Who can access photos');
      assert.match(who, /No one was found whose role allows it.*But everyone who has a key/s);
      await ui.screenshot('access-2-who');
      await ask('Let App Access…', 'keyless-shop-sql', 'shop', 'Read data');
      const plan = await ui.report('keyless-shop-app accesses shop');
      assert.match(plan, /A script in the database gives it access/);
      await button('Enable Identity').click();
      await button('Open Undo Script').waitFor({ timeout: 30_000 });
      await ui.screenshot('access-3-plan');
      await button('Open Script').click();
      await ui.page.getByText('ALTER ROLE').first().waitFor();
    },
  );

  const tab = 'keyless-linux-app reads DbPassword';
  const button = (name: string) => window.ui.webview.getByRole('button', { name });
  const shows = (expected: RegExp) =>
    until(async () => expected.test(await window.ui.report(tab)), {
      what: `a report like ${expected.source}`,
    });
});
