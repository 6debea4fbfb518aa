import { l10n } from 'vscode';
import { describeReach, reachOf } from '../../access/words/reach';
import type { Connection } from '../../azure/core/connection';
import { isSameAccount } from '../../azure/core/connection';
import { explain } from '../../azure/explain/explain';
import { readRolesOf } from '../../azure/directory/principalRoles';
import { roleGuid } from '../../azure/directory/roles';
import type { Services } from '../services';

/** What a principal may do, a line each. */
export interface PrincipalAccess {
  readonly lines: readonly string[];
  /** Why role assignments could not all be read. */
  readonly unread?: string;
}

/** Access policies and role assignments of a principal, in the shown subscriptions of its tenant. */
export async function readPrincipalAccess(
  { inventory }: Services,
  connection: Connection,
  principalId: string,
  signal: AbortSignal,
): Promise<PrincipalAccess> {
  const sameTenant = (other: { readonly connection: Connection }) =>
    isSameAccount(other.connection, connection);
  const [vaults, subscriptions] = await Promise.all([inventory.keyVaults(signal), inventory.subscriptions()]);
  const ids = subscriptions.filter(sameTenant).map(({ subscription }) => subscription.subscriptionId);
  const { roles, failures } = await readRolesOf(connection, ids, principalId, signal);
  const reach = reachOf(
    principalId,
    vaults.filter(sameTenant).map(({ vault }) => vault),
    roles.map(({ assignment }) => assignment),
    new Map(roles.map(({ assignment, roleName }) => [roleGuid(assignment.roleDefinitionId), roleName])),
  );
  const [failure] = failures;
  return { lines: reach.map(describeReach), ...(failure ? { unread: explain(failure).reason } : {}) };
}

const longestList = 15;

/** Lines for a question: what is lost, or `none` where nothing was found. */
export function principalAccessLines(
  { lines, unread }: PrincipalAccess,
  lost: string,
  none: string,
): string[] {
  return [
    lines.length > 0 ? lost : none,
    ...bullets(lines),
    ...(unread === undefined ? [] : [l10n.t('Role assignments could not all be read: {0}', unread)]),
  ];
}

/** A list that is not too long for a dialog. */
export function bullets(lines: readonly string[]): string[] {
  const more = lines.length - longestList;
  return [
    ...lines.slice(0, longestList).map((line) => `  • ${line}`),
    ...(more > 0 ? [l10n.t('  • and {0} more', more)] : []),
  ];
}
