import { l10n } from 'vscode';
import * as sites from '../../azure/appService/sites';
import type { Offer } from '../../ui/messages';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { checkLater } from './checkLater';

const title = () => l10n.t('Enable System-Assigned Identity');

/** `isStep`: a page goes on after it, so nothing else is offered. */
export type EnableTarget = AppTarget & { readonly isStep?: true };

/** Enables an app's system-assigned identity, and changes nothing else about the app. */
export async function enableSystemAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: EnableTarget,
): Promise<void> {
  const { connection, app, isStep }: EnableTarget = node ?? (await pickAppWithoutIdentity(services));
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
      ...(isStep ? [] : offers({ connection, app: enabled })),
    );
  } finally {
    services.refresh(connection, app.id);
  }
}

function offers(target: AppTarget): Offer[] {
  const offered = [
    [l10n.t('Let App Read Secret'), 'keyless.letAppReadSecret'],
    [l10n.t('Add Access Policy'), 'keyless.addAccessPolicy'],
    [l10n.t('Copy Principal ID'), 'keyless.copyPrincipalId'],
  ] as const;
  return offered.map(([title, command]) => ({ title, command, arguments: [target] }));
}

function pickAppWithoutIdentity({ inventory }: Pick<Services, 'inventory'>): Promise<AppTarget> {
  return pickFunctionApp(inventory, title(), {
    only: ({ app }) => !app.identity.systemAssigned,
    placeHolder: l10n.t('Select the app that gets a system-assigned identity'),
    none: l10n.t('Every function app in the selected subscriptions already has a system-assigned identity'),
  });
}
