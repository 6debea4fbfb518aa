import * as vscode from 'vscode';
import { assignUserAssignedIdentity as assign } from '../../azure/appService/identities';
import { getFunctionApp } from '../../azure/appService/sites';
import { isOfTenant, tenantOf } from '../../azure/directory/subscriptions';
import { UserError } from '../../ui/errors';
import { nearTo } from '../../ui/pickers/nearest';
import { pickSite, pickUserAssignedIdentity } from '../../ui/pickers/identityPickers';
import { hasIdentity } from '../../inventory/identityUsers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { AppTarget, IdentityTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { checkLater } from './checkLater';

const title = () => vscode.l10n.t('Assign User-Assigned Identity');

/** Assigns a user-assigned identity to an app or a slot, which keeps those it has. */
export async function assignUserAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: AppTarget | IdentityTarget,
): Promise<void> {
  const { inventory } = services;
  const given = node && 'identity' in node ? node : undefined;
  const { connection, app: shown } =
    node && 'app' in node
      ? node
      : await pickSite(
          inventory,
          title(),
          given
            ? {
                ...{ only: await inTenantOf(given), near: nearTo(given) },
                placeHolder: vscode.l10n.t('Select the app that gets {0}', given.identity.name),
              }
            : {},
        );
  const app = await withProgress(vscode.l10n.t('Reading the identities of {0}', shown.name), (signal) =>
    getFunctionApp(connection, shown.id, signal),
  );
  const { identity } = given ?? (await pickMissing(services, { connection, app }));
  if (hasIdentity(app, identity))
    throw new UserError(vscode.l10n.t('{0} already has the identity {1}', app.name, identity.name));
  try {
    const after = await withProgress(
      vscode.l10n.t('Assigning {0} to {1}', identity.name, app.name),
      (signal) =>
        assign(connection, app, identity.id, signal, checkLater(services, connection, app.id, title())),
    );
    services.changes.record(connection, { kind: 'assignIdentity', app: after, identityId: identity.id });
    tell(vscode.l10n.t('{0} now has the identity {1}.', app.name, identity.name));
  } finally {
    services.refresh(connection, app.id);
  }
}

async function pickMissing(
  { inventory }: Pick<Services, 'inventory'>,
  target: AppTarget,
): Promise<IdentityTarget> {
  const inTenant = await inTenantOf(target);
  return pickUserAssignedIdentity(inventory, title(), {
    near: nearTo(target),
    placeHolder: vscode.l10n.t(
      'Select the identity that {0} gets. It keeps the identities that it has',
      target.app.name,
    ),
    only: (other) => !hasIdentity(target.app, other.identity) && inTenant(other),
    none: vscode.l10n.t('There are no other user-assigned identities to assign to {0}', target.app.name),
  });
}

/**
 * An identity can be assigned only to apps in its own tenant, which isn't the connection's if another tenant delegated the
 * subscription.
 */
async function inTenantOf(one: AppTarget | IdentityTarget) {
  const tenantId = await tenantOf(one.connection, subscriptionOf(one));
  return (other: AppTarget | IdentityTarget) => isOfTenant(other.connection, subscriptionOf(other), tenantId);
}

function subscriptionOf(target: AppTarget | IdentityTarget): string {
  return 'app' in target ? target.app.subscriptionId : target.identity.subscriptionId;
}
