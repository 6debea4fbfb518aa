import * as l10n from '@vscode/l10n';
import { inShort } from '../access/words/format';
import { describeReach, reachOf } from '../access/words/reach';
import type { Connection } from '../azure/core/connection';
import { isSameAccount } from '../azure/core/connection';
import type { AzureError } from '../azure/core/errors';
import { readRolesOf } from '../azure/directory/principalRoles';
import { roleGuid } from '../azure/directory/roles';
import { explain } from '../azure/explain/explain';
import type { Inventory } from './targets';

/** What a principal can access, one line each. */
export interface PrincipalAccess {
  readonly lines: readonly string[];
  /** What couldn't be read and why, one sentence each. If there are any, the principal may have more access. */
  readonly unread: readonly string[];
}

/** Reads a principal's access policies and role assignments in the shown subscriptions of its tenant. */
export async function readPrincipalAccess(
  { inventory }: { readonly inventory: Inventory },
  connection: Connection,
  principalId: string,
  signal: AbortSignal,
): Promise<PrincipalAccess> {
  const [vaults, subscriptions] = await Promise.all([
    inventory.vaultsIn(connection, signal),
    inventory.subscriptions(),
  ]);
  const ids = subscriptions
    .filter((other) => isSameAccount(other.connection, connection))
    .map(({ subscription }) => subscription.subscriptionId);
  const { roles, failures } = await readRolesOf(connection, ids, principalId, signal);
  const reach = reachOf(
    principalId,
    vaults.items,
    roles.map(({ assignment }) => assignment),
    new Map(roles.map(({ assignment, roleName }) => [roleGuid(assignment.roleDefinitionId), roleName])),
  );
  const unread = [
    ...byReason(inventory, vaults.failures).map(({ names, reason }) =>
      l10n.t("The key vaults of {0} couldn't be read: {1}", names, reason),
    ),
    ...byReason(inventory, failures).map(({ names, reason }) =>
      l10n.t("The role assignments of {0} couldn't be read: {1}", names, reason),
    ),
    ...(ids.length === 0 ? [l10n.t('No subscription of the tenant could be read or is shown.')] : []),
  ];
  return { lines: reach.map(describeReach), unread };
}

interface Failure {
  readonly subscriptionId: string;
  readonly error: AzureError;
}

/** Names of the subscriptions, by why they couldn't be read. */
function byReason(
  inventory: Inventory,
  failures: readonly Failure[],
): { readonly names: string; readonly reason: string }[] {
  const reasons = Map.groupBy(failures, ({ error }) => explain(error).reason);
  return [...reasons].map(([reason, all]) => ({
    names: inShort(all.map(({ subscriptionId }) => inventory.subscriptionName(subscriptionId))),
    reason,
  }));
}
