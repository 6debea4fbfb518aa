import assert from 'node:assert/strict';
import { control } from '../support/sandboxClient';
import { sandboxOf } from '../support/ui/sandboxOf';
import { signInToSandbox } from '../support/sandboxSignIn';
import { repeat } from '../support/ui/repeat';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';
import { until } from '../support/until';

describe('app settings, by mouse, @pictures', () => {
  const window = useWindow();
  const step = useSteps();
  const settings = () => window.ui.tree.row('App Settings', { level: 4 });
  const setting = (name: string, description?: string) =>
    window.ui.tree.row(name, { level: 5, ...(description === undefined ? {} : { description }) });

  before(async () => {
    await signInToSandbox(window);
    const { tree } = window.ui;
    await tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'App Settings');
  });

  /** Waits for a progress notification to go away. VS Code drops a fourth notification within 0.8 s; no user is as fast. */
  const calm = (progress: string) => window.ui.toast(progress).waitFor({ state: 'hidden' });
  const add = async (name: string, value: string) => {
    const { ui } = window;
    await ui.pickMenu(settings(), 'Add Setting…');
    await ui.input(name, { prompt: 'Name of the new app setting' });
    await ui.input(value, { prompt: `Value of ${name}` });
    await ui.pick('Add Setting');
    await setting(name, 'looks like a secret').waitFor();
    await calm(`Writing ${name}`);
  };
  const move = async (name: string, secret: string) => {
    const { ui } = window;
    await ui.pickMenu(setting(name), 'Move to Key Vault…');
    await ui.pick('keyless-demo-kv');
    await ui.input(secret, { prompt: 'Name of the secret' });
    const rows = async () => (await ui.quickItems()).map((row) => row.trim());
    await until(async () => (await rows()).includes('Move to Key Vault'), { what: 'the summary' });
    const shown = (await rows()).join('\n');
    await calm('Checking what keyless-demo-app can read');
    return shown;
  };

  step('are moved to a key vault', async () => {
    const { ui } = window;
    await add('DB_PASSWORD', 'correct horse battery staple');
    await ui.screenshot('settings-1-plain');
    assert.match(
      await move('DB_PASSWORD', 'DbPassword'),
      /Create the secret.*Enable the system-assigned.*Add an access policy.*Replace/s,
    );
    await ui.picture('move-to-key-vault');
    await ui.back();
    await ui.input('DbPassword', { prompt: 'Name of the secret' });
    await ui.pick('Move to Key Vault');
    await ui.status('Moved DB_PASSWORD to keyless-demo-kv').waitFor({ timeout: 60_000 });
    await setting('DB_PASSWORD', 'resolved, Key Vault reference').waitFor();
    await ui.screenshot('settings-3-moved');
  });

  step("are left alone if the reference doesn't resolve", async () => {
    const { ui } = window;
    await add('API_TOKEN', 'planted-e2e1-setting-value&3');
    const ready = sandboxOf(window);
    const refuse = async (status: number) => {
      await control(ready, 'DELETE', '/faults');
      const path = String.raw`/secrets/ApiToken/\?`;
      await control(ready, 'POST', '/faults', { service: 'vault', method: 'GET', path, status, count: 0 });
    };
    await refuse(403);
    await move('API_TOKEN', 'ApiToken');
    await ui.pick('Move to Key Vault');
    await ui.toast('access to the vault denied; checking again in').waitFor({ timeout: 60_000 });
    await ui.screenshot('settings-4-waiting');
    await refuse(404);
    const said = await ui.toastMessage("API_TOKEN of keyless-demo-app wasn't moved");
    assert.match(
      said,
      /secret not found\. The setting wasn't changed\. Left in place: the secret ApiToken in/,
    );
    await setting('API_TOKEN', 'looks like a secret').waitFor();
    await ui.screenshot('settings-5-back');
    await control(ready, 'DELETE', '/faults');
    // The references of the app are being read again, so Keyless can ask to choose the command again.
    await repeat({
      what: 'the value',
      action: () => ui.pickMenu(setting('API_TOKEN'), 'Reveal Setting Value'),
      effect: () => ui.dialog.isVisible(),
      patience: 10_000,
    });
    assert.equal((await ui.dialogText()).detail, 'planted-e2e1-setting-value&3');
    await ui.dialogClick('Cancel');
  });

  step("say why a reference doesn't resolve", async () => {
    const { ui } = window;
    await ui.pickMenu(setting('API_TOKEN'), 'Edit Setting…');
    await ui.input('@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=Absent)', {
      prompt: 'Value of API_TOKEN',
    });
    await setting('API_TOKEN', 'secret not found, Key Vault reference').waitFor();
    await calm('Writing API_TOKEN');
    await ui.pickMenu(settings(), 'Refresh References');
    assert.match(await ui.toastMessage('1 of 2 Key Vault references'), /API_TOKEN: secret not found/);
    await ui.screenshot('settings-6-unresolved');
  });

  step('are renamed by key', async () => {
    const { ui } = window;
    await setting('API_TOKEN').click();
    await repeat({
      what: 'the new name',
      action: () => ui.page.keyboard.press('F2'),
      effect: () => ui.quickInput.isVisible(),
    });
    assert.equal(await ui.quickTitle(), 'Rename Setting');
    await ui.escape();
  });
});
