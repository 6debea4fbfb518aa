import * as vscode from 'vscode';
import { sameId } from '../../azure/core/armId';
import { removeUserAssignedIdentity as remove } from '../../azure/appService/identities';
import type { AssignedIdentity, FunctionApp } from '../../azure/core/model';
import { getFunctionApp } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import type { AppTarget, AssignedIdentityTarget } from '../../inventory/targets';
import type { IdentityUserNode } from '../../tree/nodes/identityNodes';
import { nameOfIdentity } from './appPrincipal';
import type { PrincipalAccess } from '../../inventory/principalAccess';
import { readPrincipalAccess } from '../../inventory/principalAccess';
import { principalAccessLines } from './principalAccess';
import type { Services } from '../services';
import { checkLater } from './checkLater';

const title = () => vscode.l10n.t('Remove User-Assigned Identity');

/** Removes a user-assigned identity from an app or slot, after showing what the app loses. The identity itself stays. */
export async function removeUserAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>,
  node?: AppTarget | AssignedIdentityTarget | IdentityUserNode,
): Promise<void> {
  const { connection, siteId } = await siteOf(services, node);
  const app = await withProgress(vscode.l10n.t('Reading the identities of the app'), (signal) =>
    getFunctionApp(connection, siteId, signal),
  );
  const assigned = await identityOf(app, node);
  const name = nameOfIdentity(assigned);
  const reached = await withProgress(vscode.l10n.t('Looking up what {0} can access', name), (signal) =>
    readPrincipalAccess(services, connection, assigned.principalId, signal),
  );
  await confirm(
    vscode.l10n.t('Remove the identity {0} from {1}?', name, app.name),
    consequences(app, assigned, reached),
    vscode.l10n.t('Remove Identity'),
  );
  try {
    const after = await withProgress(vscode.l10n.t('Removing {0} from {1}', name, app.name), (signal) =>
      remove(connection, app, assigned.resourceId, signal, checkLater(services, connection, app.id, title())),
    );
    services.changes.record(connection, {
      ...{ kind: 'removeIdentity', app: after, identityId: assigned.resourceId },
    });
    tell(vscode.l10n.t('{0} no longer has the identity {1}.', app.name, name));
  } finally {
    services.refresh(connection, app.id);
  }
}

async function siteOf(
  { inventory }: Pick<Services, 'inventory'>,
  node?: AppTarget | IdentityUserNode,
): Promise<{ connection: AppTarget['connection']; siteId: string }> {
  if (node && 'userId' in node) return { connection: node.connection, siteId: node.userId };
  const { connection, app } =
    node ??
    (await pickSite(inventory, title(), {
      none: vscode.l10n.t('No function apps were found in the selected subscriptions'),
    }));
  return { connection, siteId: app.id };
}

async function identityOf(
  app: FunctionApp,
  node?: AppTarget | AssignedIdentityTarget | IdentityUserNode,
): Promise<AssignedIdentity> {
  const wanted =
    node && 'assigned' in node
      ? node.assigned.resourceId
      : node && 'identity' in node
        ? node.identity.id
        : undefined;
  const { userAssigned } = app.identity;
  if (wanted === undefined) return pickAssigned(app);
  const found = userAssigned.find(({ resourceId }) => sameId(resourceId, wanted));
  if (found) return found;
  throw new UserError(
    vscode.l10n.t('{0} no longer has this identity', app.name),
    vscode.l10n.t('Refresh the app.'),
  );
}

function pickAssigned(app: FunctionApp): Promise<AssignedIdentity> {
  return pickOne(
    () =>
      Promise.resolve(
        app.identity.userAssigned.map((value): Choice<AssignedIdentity> => ({
          icon: 'account',
          label: nameOfIdentity(value),
          detail: value.resourceId,
          value,
        })),
      ),
    { title: title(), placeHolder: vscode.l10n.t('Select the identity to remove from {0}', app.name) },
    () => new UserError(vscode.l10n.t('{0} has no user-assigned identities', app.name)),
  );
}

function consequences(app: FunctionApp, { resourceId }: AssignedIdentity, reached: PrincipalAccess): string {
  return [
    ...principalAccessLines(
      reached,
      vscode.l10n.t('The app can no longer use this access of the identity:'),
      vscode.l10n.t('No access policies or role assignments were found for it.'),
    ),
    ...(sameId(app.keyVaultReferenceIdentity, resourceId)
      ? ['', vscode.l10n.t("The app's Key Vault references use this identity, and will stop resolving.")]
      : []),
    '',
    vscode.l10n.t("The identity itself isn't deleted. You can assign it again."),
  ].join('\n');
}
