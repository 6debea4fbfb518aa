import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import type { AzureError } from '../core/errors';
import { isAbort, toAzureError } from '../core/errors';
import type { RoleAssignment } from '../core/model';
import { inParallel } from '../core/limits/parallel';
import { listRoleAssignmentsOf, listRoleDefinitions, roleGuid } from './roles';

interface AssignedRole {
  readonly assignment: RoleAssignment;
  /** Display name, or `Role <GUID>` if it isn't known. */
  readonly roleName: string;
}

interface UnreadRoles {
  readonly subscriptionId: string;
  readonly error: AzureError;
}

/** A principal's role assignments, as far as they could be read. */
export interface RolesOfPrincipal {
  readonly roles: readonly AssignedRole[];
  /** The subscriptions that couldn't be read. */
  readonly failures: readonly UnreadRoles[];
}

/** Resource Manager allows 25 reads per second in one subscription and more across several, so five at a time is safe. */
const parallelReads = 5;

/**
 * A principal's role assignments, direct or through groups, in several subscriptions and above them, without duplicates.
 * @throws RangeError unless `principalId` is a GUID; AbortError. All other failures are in the result
 */
export async function readRolesOf(
  c: Connection,
  subscriptionIds: readonly string[],
  principalId: string,
  signal?: AbortSignal,
): Promise<RolesOfPrincipal> {
  const assignments = new Map<string, RoleAssignment>();
  const names = new Map<string, string>();
  const failures: UnreadRoles[] = [];
  await inParallel(subscriptionIds, parallelReads, async (id) => {
    try {
      const found = await listRoleAssignmentsOf(c, id, principalId, signal);
      for (const assignment of found) assignments.set(assignment.id.toLowerCase(), assignment);
      if (found.every(({ roleDefinitionId }) => names.has(roleGuid(roleDefinitionId)))) return;
      for (const role of await listRoleDefinitions(c, `/subscriptions/${id}`, signal))
        names.set(roleGuid(role.id), role.name);
    } catch (error) {
      if (isAbort(error) || error instanceof RangeError) throw error;
      failures.push({ subscriptionId: id, error: toAzureError(error) });
    }
  });
  return { roles: [...assignments.values()].map((assignment) => named(assignment, names)), failures };
}

/** @param names of roles by GUID */
export function named(assignment: RoleAssignment, names: ReadonlyMap<string, string>): AssignedRole {
  const guid = roleGuid(assignment.roleDefinitionId);
  return { assignment, roleName: names.get(guid) ?? l10n.t('Role {0}', guid) };
}
