import { l10n } from 'vscode';
import * as sites from '../../azure/appService/sites';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { checkLater } from './checkLater';

const title = () => l10n.t('Enable System-Assigned Identity');

/** Enables an app's system-assigned identity, and changes nothing else about the app. */
export async function enableSystemAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: AppTarget,
): Promise<void> {
  const target = node ?? (await pickAppWithoutIdentity(services));
  const { connection, app } = target;
  try {
    const enabled = await withProgress(
      l10n.t('Enabling the system-assigned identity of {0}', app.name),
      (signal) =>
        sites.enableSystemAssignedIdentity(
          connection,
          app,
          signal,
          checkLater(services, connection, app.id, title()),
        ),
    );
    services.changes.record(connection, { kind: 'enableIdentity', app: enabled });
    tell(
      l10n.t(
        'Enabled the system-assigned identity of {0}. Its principal ID is {1}.',
        app.name,
        enabled.identity.systemAssigned?.principalId ?? l10n.t('unknown'),
      ),
      {
        title: l10n.t('Let App Read Secret'),
        command: 'keyless.letAppReadSecret',
        arguments: [{ connection, app: enabled }],
      },
      {
        title: l10n.t('Add Access Policy'),
        command: 'keyless.addAccessPolicy',
        arguments: [{ connection, app: enabled }],
      },
      {
        title: l10n.t('Copy Principal ID'),
        command: 'keyless.copyPrincipalId',
        arguments: [{ connection, app: enabled }],
      },
    );
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickAppWithoutIdentity({ inventory }: Pick<Services, 'inventory'>): Promise<AppTarget> {
  return pickFunctionApp(inventory, title(), {
    only: ({ app }) => !app.identity.systemAssigned,
    placeHolder: l10n.t('Select the app that gets a system-assigned identity'),
    none: l10n.t('Every function app in the selected subscriptions already has a system-assigned identity'),
  });
}
