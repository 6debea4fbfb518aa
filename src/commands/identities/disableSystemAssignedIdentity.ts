import { l10n } from 'vscode';
import * as sites from '../../azure/appService/sites';
import { settleAll } from '../../azure/core/wait';
import { unlessUnknown } from '../../grants/dependents';
import { settingWithOwnRights } from '../../grants/ownRights';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { AppTarget } from '../../inventory/targets';
import type { PrincipalAccess } from '../../inventory/principalAccess';
import { readPrincipalAccess } from '../../inventory/principalAccess';
import { principalAccessLines } from './principalAccess';
import type { Services } from '../services';
import { checkLater } from './checkLater';

const title = () => l10n.t('Disable System-Assigned Identity');

/** Disables an app's system-assigned identity, after showing what the identity can access. */
export async function disableSystemAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: AppTarget,
): Promise<void> {
  const { connection, app: shown } = node ?? (await pickAppWithIdentity(services));
  const { app, reach, own } = await withProgress(
    l10n.t('Looking up what the identity of {0} can access', shown.name),
    async (signal) => {
      const app = await sites.getFunctionApp(connection, shown.id, signal);
      const principalId = app.identity.systemAssigned?.principalId;
      if (!principalId)
        throw new UserError(
          l10n.t('{0} has no system-assigned identity', app.name),
          l10n.t('There is nothing to disable.'),
        );
      const [reach, own] = await settleAll([
        readPrincipalAccess(services, connection, principalId, signal),
        unlessUnknown(() => settingWithOwnRights(connection, app, {}, signal)),
      ]);
      return { app, reach, own };
    },
  );
  await confirm(
    l10n.t('Disable the system-assigned identity of {0}?', app.name),
    consequences(reach, own),
    l10n.t('Disable Identity'),
  );
  try {
    const disabled = await withProgress(
      l10n.t('Disabling the system-assigned identity of {0}', app.name),
      (signal) =>
        sites.disableSystemAssignedIdentity(
          connection,
          app,
          signal,
          checkLater(services, connection, app.id, title()),
        ),
    );
    services.changes.record(connection, { kind: 'disableIdentity', app: disabled });
    tell(l10n.t('Disabled the system-assigned identity of {0}.', app.name));
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickAppWithIdentity({ inventory }: Pick<Services, 'inventory'>): Promise<AppTarget> {
  return pickFunctionApp(inventory, title(), {
    only: ({ app }) => app.identity.systemAssigned !== undefined,
    none: l10n.t('No function app in the selected subscriptions has a system-assigned identity'),
  });
}

/** @param own what depends on access that Azure doesn't list, if anything */
function consequences(reached: PrincipalAccess, own: string | undefined): string {
  return [
    ...principalAccessLines(
      reached,
      l10n.t('The app loses this access:'),
      l10n.t('No access policies or role assignments were found for it.'),
    ),
    ...(own === undefined ? [] : [l10n.t('Access that only the service itself lists: {0}', own)]),
    '',
    l10n.t(
      "You can't undo this. If you enable the identity again, it gets a new principal ID. Access policies and role assignments of the old one are left orphaned.",
    ),
  ].join('\n');
}
