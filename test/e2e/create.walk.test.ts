import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { SandboxReady } from '../support/sandbox';
import { control } from '../support/sandboxClient';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useWindow } from '../support/ui/window';

describe('creating resources, with a window reload in between,', function () {
  this.timeout(180_000);
  const window = useWindow();
  const group = 'Keyless Sandbox (RBAC)';
  before(async () => {
    await signInToSandbox(window);
    await window.ui.tree.expand(group, 'Function Apps');
  });
  const ready = () => readyOf(window.workbench.server.data);

  const listed = (label: string) =>
    until(async () => (await window.ui.quickItems()).some((item) => item.trim() === label), { what: label });

  it('creates a function app and continues after the reload', async () => {
    const { ui } = window;
    // Ends with the window that asked.
    await control(ready(), 'POST', '/faults', { method: 'PUT', path: '/sites/shop-app', latencyMs: 120_000 });
    await ui.pickMenu(ui.tree.row(group), 'Create Function App…', 'Create');
    await ui.pick('keyless-rbac');
    await ui.input('shop-app', { prompt: 'Function app name (must be globally unique)' });
    await ui.pick('Linux');
    await ui.pick('Node.js 22');
    await listed('keyless-linux-plan');
    await ui.screenshot('create-1-plans');
    await ui.pick('keyless-linux-plan');
    await listed('Create a storage account…');
    await ui.screenshot('create-2-storage');
    await ui.pick('Create a storage account…');
    await ui.input('shopappstore', {
      prompt: 'Storage account name (must be globally unique)',
    });
    await listed('Off');
    await ui.screenshot('create-3-insights');
    await ui.pick('On, with a new workspace');
    await listed('Application Insights: charged by data volume');
    await ui.screenshot('create-3b-summary');
    await ui.pick('Create Function App');
    await ui.toast('creating the app').waitFor({ timeout: 60_000 });
    await ui.screenshot('create-4-progress');
    await ui.reloadWindow();

    const half = 'while the function app shop-app was being created';
    await ui.toast(half).waitFor({ timeout: 60_000 });
    assert.match(
      await ui.toastMessage(half),
      /storageAccounts\/shopappstore, workspaces\/shop-app-logs, components\/shop-app\.$/,
    );
    await ui.screenshot('create-5-half-made');
    await ui.toastClick(half, 'Continue');
    await ui.toast('Created the function app shop-app').waitFor({ timeout: 60_000 });
    await ui.openView('Keyless');
    await ui.tree.expand(group, 'Function Apps');
    await ui.tree.row('shop-app').waitFor();
    await ui.screenshot('create-6-created');
  });

  it('creates a key vault and reports it after the reload', async () => {
    const { ui } = window;
    await control(ready(), 'PATCH', '/settings', { vaultRegistrationMs: 120_000 });
    await ui.pickMenu(ui.tree.row(group), 'Create Key Vault…', 'Create');
    await ui.pick('keyless-rbac');
    await ui.input('shop-kv', {
      prompt: 'Key vault name (must be globally unique)',
    });
    await ui.pick('Azure role-based access control (recommended)');
    await ui.input('7');
    await ui.pick('Without purge protection');
    await ui.pick('Create Key Vault');
    await ui.toast('waiting for its host name').waitFor({ timeout: 60_000 });
    await ui.reloadWindow();
    await ui.toast('Creating the key vault shop-kv').waitFor({ timeout: 60_000 });
    await ui.screenshot('create-7-looked-after');
    await control(ready(), 'POST', '/clock', { advanceMs: 120_000 });
    await ui.status('Created the key vault shop-kv').waitFor({ timeout: 60_000 });
    await ui.openView('Keyless');
    await ui.tree.expand(group, 'Key Vaults', 'shop-kv');
    // It was reported, so the next window doesn't mention it again.
    await ui.reloadWindow();
    await ui.openView('Keyless');
    await ui.tree.row(group).waitFor({ timeout: 30_000 });
    assert.equal(await ui.toast('shop-').isVisible(), false);
  });
});

function readyOf(userData: string): SandboxReady {
  const file = path.join(userData, 'User/globalStorage/keyless.keyless/sandbox/record.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as SandboxReady;
}
