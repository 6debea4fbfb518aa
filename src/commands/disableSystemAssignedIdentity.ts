import * as sites from '../azure/sites';
import { UserError } from '../ui/errors';
import { tell } from '../ui/messages';
import { pickFunctionApp } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import { confirm } from '../ui/quickPick';
import type { AppTarget } from '../ui/targets';
import type { Reached } from './reached';
import { reachedLines, whatIsReached } from './reached';
import type { Services } from './services';

/** Turns an app's system-assigned identity off, after showing what the identity can reach. */
export async function disableSystemAssignedIdentity(services: Services, node?: AppTarget): Promise<void> {
  const { connection, app: shown } = node ?? (await pickAppWithIdentity(services));
  const { app, reach } = await withProgress(
    `Looking up what the identity of ${shown.name} can reach`,
    async (signal) => {
      const app = await sites.getFunctionApp(connection, shown.id, signal);
      const principalId = app.identity.systemAssigned?.principalId;
      if (!principalId)
        throw new UserError(`${app.name} has no system-assigned identity`, 'There is nothing to disable.');
      return { app, reach: await whatIsReached(services, connection, principalId, signal) };
    },
  );
  await confirm(`Disable the system-assigned identity of ${app.name}?`, consequences(reach), 'Disable');
  try {
    const disabled = await withProgress(`Disabling the system-assigned identity of ${app.name}`, (signal) =>
      sites.disableSystemAssignedIdentity(connection, app, signal),
    );
    services.changes.record(connection, { kind: 'disableIdentity', app: disabled });
    tell(`The system-assigned identity of ${app.name} is off.`);
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickAppWithIdentity({ inventory }: Services): Promise<AppTarget> {
  return pickFunctionApp(inventory, 'Disable System-Assigned Identity', {
    only: ({ app }) => app.identity.systemAssigned !== undefined,
    none: 'No function app in the selected subscriptions has a system-assigned identity',
  });
}

function consequences(reached: Reached): string {
  return [
    ...reachedLines(
      reached,
      'It can reach, and the app loses:',
      'No access policy and no role assignment was found for it.',
    ),
    '',
    "This can't be undone. Enabled again, the app gets a new principal; policies and role assignments of the old one stay behind and mean nobody.",
  ].join('\n');
}
