import { l10n } from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import * as sites from '../../azure/appService/sites';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'refresh'>;

export async function startApp(services: UsedServices, node?: AppTarget): Promise<void> {
  const only = ({ app }: AppTarget) => app.state.toLowerCase() !== 'running';
  const target =
    node ??
    (await pickFunctionApp(services.inventory, l10n.t('Start App'), {
      only,
      none: l10n.t('No function apps are stopped'),
    }));
  const { name } = target.app;
  await change(services, target, 'startApp', l10n.t('Starting {0}', name), l10n.t('Started {0}.', name));
}

/** Stops an app after asking, because its functions stop working. */
export async function stopApp(services: UsedServices, node?: AppTarget): Promise<void> {
  const only = ({ app }: AppTarget) => app.state.toLowerCase() !== 'stopped';
  const target =
    node ??
    (await pickFunctionApp(services.inventory, l10n.t('Stop App'), {
      only,
      none: l10n.t('No function apps are running'),
    }));
  requireFeature(target.app, 'lifecycle');
  await confirm(
    l10n.t('Stop {0}?', target.app.name),
    l10n.t(
      'Its functions stop running, and work in progress is cut off. HTTP callers get an error. Timers and queues wait until you start the app again.',
    ),
    l10n.t('Stop App'),
  );
  const { name } = target.app;
  await change(services, target, 'stopApp', l10n.t('Stopping {0}', name), l10n.t('Stopped {0}.', name));
}

export async function restartApp(services: UsedServices, node?: AppTarget): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, l10n.t('Restart App')));
  const { name } = target.app;
  await change(
    services,
    target,
    'restartApp',
    l10n.t('Restarting {0}', name),
    l10n.t('Restarted {0}.', name),
  );
}

async function change(
  services: Pick<Services, 'changes' | 'refresh'>,
  { connection, app }: AppTarget,
  kind: 'startApp' | 'stopApp' | 'restartApp',
  doing: string,
  done: string,
): Promise<void> {
  try {
    await withProgress(doing, (signal) => sites[kind](connection, app, signal));
    services.changes.record(connection, { kind, appId: app.id });
    tell(done);
  } finally {
    services.refresh(connection, app.id);
  }
}
