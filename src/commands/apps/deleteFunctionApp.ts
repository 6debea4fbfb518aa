import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { deleteFunctionApp as remove, listSlots } from '../../azure/appService/sites';
import { pickSite } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { AppTarget } from '../../inventory/targets';
import type { PrincipalAccess } from '../../inventory/principalAccess';
import { readPrincipalAccess } from '../../inventory/principalAccess';
import { bullets, principalAccessLines } from '../identities/principalAccess';
import type { Services } from '../services';

/** Deletes an app with its slots, or one slot, after showing what else is deleted and what stays. */
export async function deleteFunctionApp(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: AppTarget,
): Promise<void> {
  const title = vscode.l10n.t('Delete Function App');
  const { connection, app } = node ?? (await pickSite(services.inventory, title));
  requireFeature(app, 'lifecycle');
  const { slots, reached } = await withProgress(
    vscode.l10n.t('Looking up what else is deleted with {0}', app.name),
    async (signal) => {
      const principalId = app.identity.systemAssigned?.principalId;
      const [slots, reached] = await Promise.all([
        listSlots(connection, app, signal),
        principalId ? readPrincipalAccess(services, connection, principalId, signal) : undefined,
      ]);
      return { slots: slots.map(({ name }) => name), reached };
    },
  );
  await confirm(
    vscode.l10n.t('Delete {0}?', app.name),
    consequences(slots, reached),
    vscode.l10n.t('Delete Function App'),
  );
  const change = { kind: 'deleteApp', appId: app.id } as const;
  try {
    await services.operations.track(connection, { change, shown: [app.id] }, () =>
      withProgress(vscode.l10n.t('Deleting {0}', app.name), (signal) => remove(connection, app.id, signal)),
    );
    services.changes.record(connection, change);
    tell(vscode.l10n.t('Deleted {0}.', app.name));
  } finally {
    services.refresh(connection, app.id);
  }
}

function consequences(slots: readonly string[], reached: PrincipalAccess | undefined): string {
  return [
    vscode.l10n.t(
      "You can't undo this. Its functions, files, settings, and keys are deleted. Its plan is also deleted if no other app uses it. Its storage account, Application Insights, and user-assigned identities stay.",
    ),
    ...(slots.length > 0 ? ['', vscode.l10n.t('Its slots are also deleted:'), ...bullets(slots)] : []),
    ...(reached
      ? [
          '',
          ...principalAccessLines(
            reached,
            vscode.l10n.t(
              'Its system-assigned identity is also deleted. These assignments will be orphaned:',
            ),
            vscode.l10n.t('Its system-assigned identity is also deleted. No access was found for it.'),
          ),
        ]
      : []),
  ].join('\n');
}
