import { describeReach, reachOf } from '../access/reach';
import { explain } from '../azure/explain';
import type { RoleAssignment } from '../azure/model';
import { listRoleAssignmentsOf, listRoleDefinitions } from '../azure/roles';
import * as sites from '../azure/sites';
import { UserError, isCancellation } from '../ui/errors';
import { tell } from '../ui/messages';
import { pickFunctionApp } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import { confirm } from '../ui/quickPick';
import type { AppTarget } from '../ui/targets';
import type { Services } from './services';

/** Turns an app's system-assigned identity off, after showing what the identity can reach. */
export async function disableSystemAssignedIdentity(services: Services, node?: AppTarget): Promise<void> {
  const { connection, app: shown } = node ?? (await pickAppWithIdentity(services));
  const { app, reach } = await withProgress(
    `Looking up what the identity of ${shown.name} can reach`,
    async (signal) => {
      const app = await sites.getFunctionApp(connection, shown.id, signal);
      const principalId = app.identity.systemAssigned?.principalId;
      if (!principalId)
        throw new UserError(`${app.name} has no system-assigned identity`, 'There is nothing to disable.');
      return { app, reach: await whatIsReached(services, { connection, app }, principalId, signal) };
    },
  );
  await confirm(`Disable the system-assigned identity of ${app.name}?`, consequences(reach), 'Disable');
  try {
    const disabled = await withProgress(`Disabling the system-assigned identity of ${app.name}`, (signal) =>
      sites.disableSystemAssignedIdentity(connection, app, signal),
    );
    services.changes.record(connection, { kind: 'disableIdentity', app: disabled });
    tell(`The system-assigned identity of ${app.name} is off.`);
  } finally {
    services.refresh(connection, app.id);
  }
}

function pickAppWithIdentity({ inventory }: Services): Promise<AppTarget> {
  return pickFunctionApp(inventory, 'Disable System-Assigned Identity', {
    only: ({ app }) => app.identity.systemAssigned !== undefined,
    none: 'No function app in the selected subscriptions has a system-assigned identity',
  });
}

interface Reached {
  readonly lines: readonly string[];
  /** Why role assignments could not all be read. */
  readonly unread?: string;
}

/** Looks in the vaults and subscriptions of the app's tenant. */
async function whatIsReached(
  services: Services,
  target: AppTarget,
  principalId: string,
  signal: AbortSignal,
): Promise<Reached> {
  const { connection, app } = target;
  const sameTenant = (other: { connection: AppTarget['connection'] }) =>
    other.connection.accountId === connection.accountId && other.connection.tenantId === connection.tenantId;
  const [vaults, apps] = await Promise.all([
    services.inventory.keyVaults(signal),
    services.inventory.functionApps(signal),
  ]);
  const ownVaults = vaults.filter(sameTenant).map(({ vault }) => vault);
  const subscriptions = new Set([
    app.subscriptionId,
    ...ownVaults.map((vault) => vault.subscriptionId),
    ...apps.filter(sameTenant).map((other) => other.app.subscriptionId),
  ]);
  const roles = await readRoles(target, [...subscriptions], principalId, signal);
  const reach = reachOf(principalId, ownVaults, roles.assignments, roles.names);
  return { lines: reach.map(describeReach), ...(roles.unread === undefined ? {} : { unread: roles.unread }) };
}

interface Roles {
  readonly assignments: readonly RoleAssignment[];
  readonly names: ReadonlyMap<string, string>;
  readonly unread?: string;
}

/** Role assignments of the principal. One that cannot be read does not stop the command, but is told. */
async function readRoles(
  { connection }: AppTarget,
  subscriptionIds: readonly string[],
  principalId: string,
  signal: AbortSignal,
): Promise<Roles> {
  const assignments = new Map<string, RoleAssignment>();
  const names = new Map<string, string>();
  let unread: string | undefined;
  const queue = [...subscriptionIds];
  const read = async () => {
    for (let subscriptionId = queue.shift(); subscriptionId !== undefined; subscriptionId = queue.shift()) {
      try {
        const found = await listRoleAssignmentsOf(connection, subscriptionId, principalId, signal);
        for (const assignment of found) assignments.set(assignment.id.toLowerCase(), assignment);
        if (found.length === 0) continue;
        for (const { id, name } of await listRoleDefinitions(
          connection,
          `/subscriptions/${subscriptionId}`,
          signal,
        )) {
          names.set(id.split('/').at(-1)?.toLowerCase() ?? id, name);
        }
      } catch (error) {
        if (isCancellation(error)) throw error;
        unread = explain(error).reason;
      }
    }
  };
  await Promise.all(Array.from({ length: parallelReads }, read));
  return { assignments: [...assignments.values()], names, ...(unread === undefined ? {} : { unread }) };
}

/** Resource Manager allows 25 reads a second for one subscription, many more across several; five at a time is polite. */
const parallelReads = 5;
const longestList = 15;

function consequences({ lines, unread }: Reached): string {
  const more = lines.length - longestList;
  return [
    lines.length > 0
      ? 'It can reach, and the app loses:'
      : 'No access policy and no role assignment was found for it.',
    ...lines.slice(0, longestList).map((line) => `  • ${line}`),
    more > 0 ? `  • and ${more} more` : '',
    unread === undefined ? '' : `Role assignments could not all be read: ${unread}`,
    '',
    "This can't be undone. Enabled again, the app gets a new principal; policies and role assignments of the old one stay behind and mean nobody.",
  ]
    .filter((line, index, all) => line !== '' || (index > 0 && all[index - 1] !== ''))
    .join('\n');
}
