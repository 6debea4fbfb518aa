import * as vscode from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { sameId } from '../../azure/core/armId';
import { setKeyVaultReferenceIdentity as set } from '../../azure/appService/identities';
import type { FunctionApp } from '../../azure/core/model';
import { getFunctionApp } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { AppTarget, AssignedIdentityTarget } from '../../inventory/targets';
import { nameOfIdentity } from './appPrincipal';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Set Key Vault Reference Identity');

/** `SystemAssigned`, or the resource ID of a user-assigned identity. */
type Resolver = string;

/** Sets which of an app's identities resolves its Key Vault references. */
export async function setKeyVaultReferenceIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'refresh'>,
  node?: AppTarget | AssignedIdentityTarget,
): Promise<void> {
  const { connection, app: shown } = node ?? (await pickSite(services.inventory, title()));
  requireFeature(shown, 'references');
  const app = await withProgress(vscode.l10n.t('Reading the identities of {0}', shown.name), (signal) =>
    getFunctionApp(connection, shown.id, signal),
  );
  const identity = node && 'assigned' in node ? node.assigned.resourceId : await pickResolver(app);
  const name = resolverName(identity);
  if (sameId(app.keyVaultReferenceIdentity, identity)) {
    tell(vscode.l10n.t('{0} already uses {1} to resolve Key Vault references.', app.name, name));
    return;
  }
  services.logStreams.expectRestart(app.id);
  try {
    await withProgress(
      vscode.l10n.t('Setting {0} as the Key Vault reference identity of {1}', name, app.name),
      (signal) => set(connection, app, identity, signal),
    );
    services.changes.record(connection, { kind: 'setKeyVaultReferenceIdentity', appId: app.id, identity });
    tell(
      vscode.l10n.t(
        '{0} now uses {1} to resolve Key Vault references. The app restarts. Make sure the identity has permission to read the secrets.',
        ...[app.name, name],
      ),
    );
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickResolver(app: FunctionApp): Promise<Resolver> {
  const choice = (value: Resolver, label: string, state: string, icon: string): Choice<Resolver> => ({
    icon,
    label,
    description: sameId(app.keyVaultReferenceIdentity, value)
      ? vscode.l10n.t('{0}, in use now', state)
      : state,
    value,
  });
  const system = app.identity.systemAssigned ? vscode.l10n.t('enabled') : vscode.l10n.t('not enabled');
  const assigned = app.identity.userAssigned.map((identity) =>
    choice(identity.resourceId, nameOfIdentity(identity), vscode.l10n.t('user-assigned'), 'account'),
  );
  return pickOne(
    () =>
      Promise.resolve([
        choice('SystemAssigned', vscode.l10n.t('System-assigned identity'), system, 'zap'),
        ...assigned,
      ]),
    {
      title: title(),
      placeHolder: vscode.l10n.t('Select the identity to resolve the Key Vault references of {0}', app.name),
    },
    () => new UserError(vscode.l10n.t('There is nothing to select')),
  );
}

function resolverName(identity: Resolver): string {
  return identity.startsWith('/')
    ? identity.slice(identity.lastIndexOf('/') + 1)
    : vscode.l10n.t('its system-assigned identity');
}
