import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

for (const theme of ['dark', 'light'] as const)
  describe(`log streams in a ${theme} window`, () => {
    const window = useWindow({ theme });
    const step = useSteps();
    const channel = 'keyless-demo-app (log stream)';
    const apps = ['Keyless Sandbox', 'Function Apps'];
    const app = (name = 'keyless-demo-app') => window.ui.tree.row(name, { level: 3 });

    step('show a run in color and can be filtered', async () => {
      const { ui } = window;
      await signInToSandbox(window);
      await ui.tree.expand(...apps);
      await ui.pickMenu(app(), 'Start Streaming Logs');
      await ui.status('keyless-demo-app: live').waitFor({ timeout: 30_000 });
      await until(async () => (await ui.output(channel)).includes('in debug mode'), { what: 'debug mode' });
      await ui.tree.expand(...apps, 'keyless-demo-app', 'Functions');
      await ui.pickMenu(ui.tree.row('ReadSecret'), 'Run Function…');
      await ui.pick('Run');
      await until(async () => (await ui.output(channel)).includes("Executed 'Functions.ReadSecret'"), {
        what: 'the lines of the run',
        timeout: 30_000,
      });
      await ui.screenshot(`logs-live-${theme}`);
      await ui.statusPick('keyless-demo-app: live', 'Filter…', 'Text…');
      await ui.input('ReadSecret');
      await ui.status('keyless-demo-app: live, filtered').waitFor();
      await until(async () => !(await ui.output(channel)).includes('Starting Host'), { what: 'less to see' });
      await ui.screenshot(`logs-filtered-${theme}`);
    });

    step('are listed in one status bar item and say why one ended', async () => {
      const { ui } = window;
      await ui.command('Keyless: Stop App');
      await ui.pick('keyless-rbac-app');
      await ui.dialogClick('Stop App');
      await ui.status('Stopped keyless-rbac-app.').waitFor();
      await ui.command('Keyless: Start Streaming Logs');
      await ui.pick('keyless-rbac-app');
      const said = await ui.toastMessage('Log stream of keyless-rbac-app');
      assert.match(said, /Ended: The app is stopped, so nothing is logged\. Start the app/);
      await ui.screenshot(`logs-ended-${theme}`);
      await ui.toastClick('Log stream of keyless-rbac-app', 'Start App');
      await ui.status('Started keyless-rbac-app.').waitFor();
      await ui.status('2 log streams').click();
      const items = (await ui.quickItems()).join();
      assert.match(items, /keyless-demo-app.*keyless-rbac-app.*Stop All/s);
      await ui.screenshot(`logs-list-${theme}`);
      await ui.pick('Stop All');
      await ui.status('keyless-demo-app').waitFor({ state: 'detached' });
    });
  });
