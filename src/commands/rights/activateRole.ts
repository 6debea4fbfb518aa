import { env, l10n, Uri } from 'vscode';
import { describeScope } from '../../access/words/reach';
import type { Connection } from '../../azure/core/connection';
import { listEligibleRoles, type EligibleRole } from '../../azure/directory/eligibleRoles';
import { UserError } from '../../ui/errors';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { VaultTarget } from '../../inventory/targets';
import { findRefusingVault, type RefusedTarget } from './refusedTarget';
import type { Services } from '../services';

const title = () => l10n.t('Activate Role');

/** A scope to activate a role for, if it isn't a vault. */
export interface ScopeTarget {
  readonly connection: Connection;
  /** ARM ID. */
  readonly scope: string;
}

/** Asks for one of the account's eligible roles, and opens the portal page where it can be activated. */
export async function activateRole(
  services: Pick<Services, 'inventory'>,
  node?: VaultTarget | RefusedTarget | ScopeTarget,
): Promise<void> {
  const { connection, scope } = node && 'scope' in node ? node : await scopeOf(services, node);
  if (!connection.cloud.portal)
    throw new UserError(l10n.t("{0} doesn't have a portal", connection.cloud.name));
  const role = await pickOne(
    async (signal) => (await listEligibleRoles(connection, scope, signal)).map(choiceOf),
    { title: title(), placeHolder: l10n.t('Select the role to activate') },
    () =>
      new UserError(
        l10n.t('Your account has no eligible roles for {0}', describeScope(scope)),
        l10n.t('Ask an owner to assign you a role or to make you eligible for one.'),
      ),
  );
  // Roles are activated on Access control (IAM): learn.microsoft.com/azure/role-based-access-control/role-assignments-eligible-activate.
  const page = `${connection.cloud.portal}/#@${encodeURIComponent(connection.tenantId)}/resource${encodeURI(role.scope)}/users`;
  await env.openExternal(Uri.parse(page, true));
}

async function scopeOf(
  services: Pick<Services, 'inventory'>,
  node: VaultTarget | RefusedTarget | undefined,
): Promise<ScopeTarget> {
  const refusal = node && 'refusal' in node ? node.refusal : undefined;
  if (node?.connection && refusal?.kind === 'role')
    return { connection: node.connection, scope: refusal.scope };
  const { connection, vault } = await findRefusingVault(services, title(), node);
  return { connection, scope: vault.id };
}

function choiceOf(role: EligibleRole): Choice<EligibleRole> {
  return { icon: 'unlock', label: role.name, description: describeScope(role.scope), value: role };
}
