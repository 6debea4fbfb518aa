import { l10n } from 'vscode';
import { distinctions } from '../../access/words/distinctions';
import type { AssignedIdentity, FunctionApp } from '../../azure/core/model';
import { enableSystemAssignedIdentity, getFunctionApp } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';
import { checkLater } from './checkLater';

/** Who gets a permission or a role. */
export interface Principal {
  readonly principalId: string;
  readonly name: string;
  /** ARM ID of the app, or of the user-assigned identity. */
  readonly identityId: string;
}

/**
 * Asks which of an app's identities is meant. If the app has none, offers to enable its system-assigned identity.
 * @param reason why an identity is needed, as a sentence
 */
export async function principalOfApp(
  services: Pick<Services, 'changes' | 'log' | 'refresh'>,
  { connection, app: shown }: AppTarget,
  title: string,
  reason: string,
): Promise<Principal> {
  const app = await withProgress(l10n.t('Reading the identity of {0}', shown.name), (signal) =>
    getFunctionApp(connection, shown.id, signal),
  );
  const choice = app.identity.userAssigned.length > 0 ? await pickIdentity(app, title) : 'system-assigned';
  if (choice !== 'system-assigned')
    return {
      principalId: choice.principalId,
      name: nameOfIdentity(choice),
      identityId: choice.resourceId,
    };
  const existing = app.identity.systemAssigned?.principalId;
  if (existing) return { principalId: existing, name: app.name, identityId: app.id };
  await confirm(
    l10n.t('{0} has no system-assigned identity. Enable it?', app.name),
    l10n.t("{0} It's managed by Azure, has no password to keep, and is deleted with the app.", reason),
    l10n.t('Enable Identity'),
  );
  try {
    const enabled = await withProgress(
      l10n.t('Enabling the system-assigned identity of {0}', app.name),
      (signal) =>
        enableSystemAssignedIdentity(
          connection,
          app,
          signal,
          checkLater(services, connection, app.id, title),
        ),
    );
    services.changes.record(connection, { kind: 'enableIdentity', app: enabled });
    const principalId = enabled.identity.systemAssigned?.principalId;
    if (!principalId)
      throw new UserError(
        l10n.t("Azure doesn't show a principal ID for {0} yet", app.name),
        l10n.t('Refresh the app and try again.'),
      );
    return { principalId, name: app.name, identityId: app.id };
  } finally {
    services.refresh(connection, app.id);
  }
}

export function nameOfIdentity(identity: AssignedIdentity): string {
  return identity.resourceId.split('/').at(-1) ?? identity.principalId;
}

function pickIdentity(app: FunctionApp, title: string): Promise<AssignedIdentity | 'system-assigned'> {
  const systemAssigned: Choice<'system-assigned'> = {
    icon: 'zap',
    label: l10n.t('System-assigned identity'),
    description: app.identity.systemAssigned ? app.name : l10n.t('not enabled yet'),
    value: 'system-assigned',
  };
  const places = distinctions(app.identity.userAssigned.map(({ resourceId }) => resourceId));
  const userAssigned = app.identity.userAssigned.map((identity): Choice<AssignedIdentity> => ({
    icon: 'account',
    label: nameOfIdentity(identity),
    description: places.get(identity.resourceId) ?? l10n.t('user-assigned identity'),
    value: identity,
  }));
  return pickOne<AssignedIdentity | 'system-assigned'>(
    () => Promise.resolve([systemAssigned, ...userAssigned]),
    { title, placeHolder: l10n.t('Select the identity of {0} to give access to', app.name) },
    () => new UserError(l10n.t('{0} has no identity', app.name)),
  );
}
