import * as vscode from 'vscode';
import { explain } from '../../azure/explain/explain';
import {
  deleteUserAssignedIdentity as remove,
  getUserAssignedIdentity,
} from '../../azure/appService/identities';
import { isCancellation } from '../../ui/errors';
import { pickUserAssignedIdentity } from '../../ui/pickers/identityPickers';
import { describeUser, usersOfIdentity, userWords } from '../../inventory/identityUsers';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { IdentityTarget } from '../../inventory/targets';
import type { PrincipalAccess } from '../../inventory/principalAccess';
import { readPrincipalAccess } from '../../inventory/principalAccess';
import { bullets, principalAccessLines } from './principalAccess';
import type { Services } from '../services';

const title = () => vscode.l10n.t('Delete User-Assigned Identity');

/** Deletes a user-assigned identity, after showing which resources use it and what it can access. */
export async function deleteUserAssignedIdentity(
  services: Pick<Services, 'changes' | 'inventory' | 'refresh'>,
  node?: IdentityTarget,
): Promise<void> {
  const { connection, identity: shown } =
    node ?? (await pickUserAssignedIdentity(services.inventory, title()));
  const { identity, users, reached } = await withProgress(
    vscode.l10n.t('Looking up which resources use {0}', shown.name),
    async (signal) => {
      const identity = await getUserAssignedIdentity(connection, shown.id, signal);
      const [users, reached] = await Promise.all([
        usersOf(services, { connection, identity }, signal),
        readPrincipalAccess(services, connection, identity.principalId, signal),
      ]);
      return { identity, users, reached };
    },
  );
  await confirm(
    vscode.l10n.t('Delete the identity {0}?', identity.name),
    consequences(users, reached),
    vscode.l10n.t('Delete Identity'),
  );
  try {
    await withProgress(vscode.l10n.t('Deleting the identity {0}', identity.name), (signal) =>
      remove(connection, identity.id, signal),
    );
    services.changes.record(connection, { kind: 'deleteIdentity', identityId: identity.id });
    tell(vscode.l10n.t('Deleted the identity {0}.', identity.name));
  } finally {
    services.refresh(connection, identity.id);
  }
}

/** One line per resource, or why they can't be listed. */
type Users = { readonly lines: readonly string[] } | { readonly unread: string };

/** If the resources can't be read, the command says so and goes on. */
async function usersOf(
  { inventory }: Pick<Services, 'inventory'>,
  target: IdentityTarget,
  signal: AbortSignal,
): Promise<Users> {
  try {
    const ids = await usersOfIdentity(inventory, target, signal);
    return { lines: ids.map((id) => userWords(describeUser(id))) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { unread: explain(error).reason };
  }
}

function consequences(users: Users, reached: PrincipalAccess): string {
  return [
    ...usedBy(users),
    '',
    ...principalAccessLines(
      reached,
      vscode.l10n.t('It has this access:'),
      vscode.l10n.t('No access policies or role assignments were found for it.'),
    ),
    '',
    vscode.l10n.t(
      "You can't undo this. Resources that use the identity lose access immediately. Its access policies and role assignments are left orphaned.",
    ),
  ].join('\n');
}

function usedBy(users: Users): string[] {
  if ('unread' in users) return [vscode.l10n.t("Couldn't read which resources use it: {0}", users.unread)];
  if (users.lines.length === 0) return [vscode.l10n.t('No resources were found that use it.')];
  return [vscode.l10n.t('These resources use it:'), ...bullets(users.lines)];
}
