import * as sites from '../azure/sites';
import { tell } from '../ui/messages';
import { pickFunctionApp } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import { confirm } from '../ui/quickPick';
import type { AppTarget } from '../ui/targets';
import type { Services } from './services';

/** Starts a stopped app. */
export async function startApp(services: Services, node?: AppTarget): Promise<void> {
  const only = ({ app }: AppTarget) => app.state.toLowerCase() !== 'running';
  const target =
    node ??
    (await pickFunctionApp(services.inventory, 'Start App', { only, none: 'No function app is stopped' }));
  await change(services, target, 'startApp', 'Starting', 'is started');
}

/** Stops an app, after asking. */
export async function stopApp(services: Services, node?: AppTarget): Promise<void> {
  const only = ({ app }: AppTarget) => app.state.toLowerCase() !== 'stopped';
  const target =
    node ??
    (await pickFunctionApp(services.inventory, 'Stop App', { only, none: 'No function app is running' }));
  await confirm(
    `Stop ${target.app.name}?`,
    'Its functions no longer run: callers get an error, timers and queues wait until it is started again. What runs now is cut off.',
    'Stop',
  );
  await change(services, target, 'stopApp', 'Stopping', 'is stopped');
}

/** Restarts an app. */
export async function restartApp(services: Services, node?: AppTarget): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, 'Restart App'));
  await change(services, target, 'restartApp', 'Restarting', 'was restarted');
}

async function change(
  services: Services,
  { connection, app }: AppTarget,
  kind: 'startApp' | 'stopApp' | 'restartApp',
  doing: string,
  done: string,
): Promise<void> {
  try {
    await withProgress(`${doing} ${app.name}`, (signal) => sites[kind](connection, app, signal));
    services.changes.record(connection, { kind, appId: app.id });
    tell(`${app.name} ${done}.`);
  } finally {
    services.refresh(connection, app.id);
  }
}
