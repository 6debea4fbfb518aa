import * as sites from '../azure/sites';
import { tell } from '../ui/messages';
import { pickFunctionApp } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import type { AppTarget } from '../ui/targets';
import type { Services } from './services';

/** Turns an app's system-assigned identity on; nothing else of the app is written. */
export async function enableSystemAssignedIdentity(services: Services, node?: AppTarget): Promise<void> {
  const target = node ?? (await pickAppWithoutIdentity(services));
  const { connection, app } = target;
  try {
    const enabled = await withProgress(`Enabling the system-assigned identity of ${app.name}`, (signal) =>
      sites.enableSystemAssignedIdentity(connection, app, signal),
    );
    services.changes.record(connection, { kind: 'enableIdentity', app: enabled });
    tell(
      `The system-assigned identity of ${app.name} is on. Its principal ID is ${enabled.identity.systemAssigned?.principalId ?? 'unknown'}.`,
      {
        title: 'Add Access Policy',
        command: 'keyless.addAccessPolicy',
        arguments: [{ connection, app: enabled }],
      },
      {
        title: 'Copy Principal ID',
        command: 'keyless.copyPrincipalId',
        arguments: [{ connection, app: enabled }],
      },
    );
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickAppWithoutIdentity({ inventory }: Services): Promise<AppTarget> {
  return pickFunctionApp(inventory, 'Enable System-Assigned Identity', {
    only: ({ app }) => !app.identity.systemAssigned,
    none: 'Every function app in the selected subscriptions has a system-assigned identity already',
  });
}
