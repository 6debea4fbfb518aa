import { l10n } from 'vscode';
import { describeReach, reachOf } from '../../access/words/reach';
import type { Connection } from '../../azure/core/connection';
import { isSameAccount } from '../../azure/core/connection';
import { explain } from '../../azure/explain/explain';
import { readRolesOf } from '../../azure/directory/principalRoles';
import { roleGuid } from '../../azure/directory/roles';
import type { Services } from '../services';

/** What a principal can access, one line each. */
export interface PrincipalAccess {
  readonly lines: readonly string[];
  /** Why some role assignments couldn't be read. */
  readonly unread?: string;
}

/** Reads a principal's access policies and role assignments in the shown subscriptions of its tenant. */
export async function readPrincipalAccess(
  { inventory }: Pick<Services, 'inventory'>,
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

/** Lines for a dialog: what is lost under the heading `lost`, or `none` if nothing was found. */
export function principalAccessLines(
  { lines, unread }: PrincipalAccess,
  lost: string,
  none: string,
): string[] {
  return [
    lines.length > 0 ? lost : none,
    ...bullets(lines),
    ...(unread === undefined ? [] : [l10n.t("Some role assignments couldn't be read: {0}", unread)]),
  ];
}

/** A bulleted list, cut so that it fits in a dialog. */
export function bullets(lines: readonly string[]): string[] {
  const more = lines.length - longestList;
  return [
    ...lines.slice(0, longestList).map((line) => `  • ${line}`),
    ...(more > 0 ? [l10n.t('  • and {0} more', more)] : []),
  ];
}
