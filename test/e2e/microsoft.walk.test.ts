import assert from 'node:assert/strict';
import path from 'node:path';
import { logChannel } from '../support/host/hostLogs';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { control } from '../support/sandboxClient';
import { signInLog, writeSignInExtension } from '../support/signIn/signInExtension';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow, type TestWindow } from '../support/ui/window';
import type { WorkbenchOptions } from '../support/ui/workbench';

// VS Code's own provider asks login.microsoftonline.com about every authority it doesn't know (MSAL's instance discovery,
// also for AD FS) and refuses the sandbox's authority. So a test extension replaces the provider. Tokens are real, and
// everything between the provider and Keyless is VS Code's own code.
describe('signing in to a custom cloud with a VS Code account', () => {
  const options: WorkbenchOptions = {};
  let sandbox: RunningSandbox;
  let extension: ReturnType<typeof temporaryFolder>;

  before('start a sandbox and write the test extension', async function () {
    this.timeout(60_000);
    sandbox = await startSandbox();
    extension = temporaryFolder('sign-in');
    const folder = path.join(extension.path, 'sign-in');
    writeSignInExtension(folder);
    const { ready } = sandbox;
    const url = `${ready.resourceManagerUrl}/`;
    Object.assign(options, {
      builtIns: ['theme-defaults', folder],
      env: { NODE_EXTRA_CA_CERTS: ready.caCertificateFile, KEYLESS_TEST_SANDBOX: sandbox.readyFile },
      settings: {
        'http.systemCertificates': false,
        'keyless.cloud': 'custom',
        'keyless.customCloud.resourceManagerUrl': ready.resourceManagerUrl,
        'microsoft-sovereign-cloud.environment': 'custom',
        'microsoft-sovereign-cloud.customEnvironment': { resourceManagerEndpointUrl: url },
      },
    } satisfies WorkbenchOptions);
  });

  const window = useWindow(options);
  const step = useSteps();

  after('stop the sandbox', async () => {
    await sandbox.stop();
    extension.remove();
  });

  const asked = (call: string) =>
    logChannel(window.workbench.server.data, signInLog.channel, signInLog.extensionId)
      .split('\n')
      .filter((line) => line.includes(` ${call} `));

  step('prompts once in the browser and shows the subscriptions', async () => {
    const { ui } = window;
    await ui.openView('Keyless');
    await ui.welcome('Sign In with Microsoft').click();
    await signInInBrowser(window, sandbox);

    await ui.tree.row('Keyless Sandbox').waitFor({ timeout: 30_000 });

    const scope = `${sandbox.ready.resourceManagerUrl}/.default`;
    await until(() => asked('createSession').length > 0, { what: 'the log' });
    assert.equal(asked('createSession').length, 1);
    assert.match(asked('createSession')[0] ?? '', new RegExp(`createSession ${scope}$`));
    const ofTenant = `VSCODE_TENANT:${sandbox.ready.tenantId}`;
    await until(() => asked('getSessions').some((line) => line.includes(`${scope} ${ofTenant}`)), {
      what: 'a token of the tenant, asked for silently',
    });
  });

  step('answers a claims challenge without prompting if the account can', async () => {
    const { ui } = window;
    await control(sandbox.ready, 'POST', '/claims-challenge', { audiences: ['arm'] });

    await ui.command('Keyless: Refresh');

    const tenants = new Set(asked('getSessions').flatMap((line) => /VSCODE_TENANT:\S+/.exec(line) ?? []));
    for (const part of ['/.default renewed', ...[...tenants].map((tenant) => `${tenant} renewed`)])
      await until(() => asked('getSessionsFromChallenges').some((line) => line.endsWith(part)), {
        what: `an answer to the challenge: ${part}`,
      });
    await ui.tree.row('Keyless Sandbox').waitFor();
    assert.equal(asked('createSession').length, 1);
    assert.equal(asked('createSessionFromChallenges').length, 0);
  });

  step('prompts once if a claims challenge requires it, and recovers', async () => {
    const { ui } = window;
    await control(sandbox.ready, 'PATCH', '/settings', { interactionRequired: true });
    await control(sandbox.ready, 'POST', '/clock', { advanceMs: 5000 });
    await control(sandbox.ready, 'POST', '/claims-challenge', { audiences: ['arm'] });

    await ui.command('Keyless: Refresh');
    await signInInBrowser(window, sandbox);

    await ui.tree.row('Keyless Sandbox').waitFor({ timeout: 30_000 });
    const interactive = () => asked('createSessionFromChallenges').length;
    await until(() => interactive() > 0, { what: 'the log' });
    assert.equal(interactive(), 1);
  });

  step('says that the session has expired, keeps what was last known, and signs in again', async () => {
    const { ui } = window;
    await control(sandbox.ready, 'PATCH', '/settings', { interactionRequired: false });
    // The test extension forgets the account when the window closes.
    await ui.reloadWindow();
    await ui.openView('Keyless');
    const expired = ui.tree.row('Session expired');
    await expired.waitFor({ timeout: 30_000 });
    await ui.tree.row('Keyless Sandbox').waitFor();
    await ui.screenshot('session-expired');
    await expired.hover();
    await expired.locator('a.action-label[aria-label="Sign In…"]').click();
    await signInInBrowser(window, sandbox);
    await expired.waitFor({ state: 'detached', timeout: 30_000 });
    await ui.tree.expand('Keyless Sandbox', 'Function Apps');
  });

  step('ends with signing out, while VS Code keeps the account', async () => {
    const { ui } = window;
    await ui.command('Keyless: Sign Out');
    await ui.welcome('Sign In with Microsoft').waitFor();
    assert.match(await ui.status('out of Keyless').innerText(), /The account stays signed in to VS Code/);
  });
});

/** Confirms VS Code's questions and enters the password on the sandbox's page. */
async function signInInBrowser({ ui }: TestWindow, { ready }: RunningSandbox): Promise<void> {
  let isOpen = false;
  const opening = ui.page.context().waitForEvent('page', { timeout: 60_000 });
  const noting = opening.then(() => (isOpen = true));
  await until(
    async () => {
      const yes = ui.dialog.locator('.monaco-button').filter({ hasText: /^(Allow|Open)$/ });
      if (await yes.isVisible()) await yes.click({ timeout: 2000 });
      return isOpen;
    },
    { timeout: 60_000, every: 250, what: 'the sign-in page' },
  );
  await noting;
  const page = await opening;
  await page.getByLabel('Password').fill(ready.userPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have signed in to VS Code.').waitFor();
  await page.close();
}
