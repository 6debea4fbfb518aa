import { subscriptionIdIn } from '../core/armId';
import type { Connection } from '../core/connection';
import type { AzureError } from '../core/errors';
import { isAbort, toAzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { stringOf } from '../core/json';
import type { RoleAssignment } from '../core/model';
import { rowsOf } from '../core/request';
import { isResourceGraphMissing, queryResourceGraph } from '../core/resourceGraph';
import { getGroupsOf } from './graph';
import type { RolesOfPrincipal } from './principalRoles';
import { named, readRolesOf } from './principalRoles';
import { requirePrincipalId } from '../core/guid';
import { assignmentOf, listRoleAssignmentsOf, roleGuid } from './roles';

/** A principal's role assignments to show. Nothing may be deleted or undone because of them. */
export interface ShownRoles extends Pick<RolesOfPrincipal, 'roles'> {
  /** Why something couldn't be read. */
  readonly failures: readonly AzureError[];
  /**
   * Whether there may be more, although nothing failed. Resource Graph leaves out what the account can't read, and is minutes
   * behind.
   */
  readonly partial: boolean;
  /** Whether role assignments through groups are missing because Microsoft Graph doesn't name the principal's groups. */
  readonly withoutGroups: boolean;
}

/** With no more subscriptions than this, Authorization is as quick as Resource Graph, and knows everything. */
const few = 3;

/** The number of principals in one query, because Resource Graph limits a query's length. */
const maxPrincipals = 200;

/**
 * A principal's role assignments in any number of subscriptions and above them, in at most five requests. Few
 * subscriptions, and those in `written`, are read from Authorization itself, the others from Resource Graph.
 * @param written IDs of subscriptions where Keyless wrote something in the last minutes
 * @throws RangeError unless `principalId` is a GUID; AbortError. All other failures are in the result
 */
export async function readRolesToShow(
  c: Connection,
  subscriptionIds: readonly string[],
  principalId: string,
  written: readonly string[],
  signal?: AbortSignal,
): Promise<ShownRoles> {
  const fromAuthorization = async () => {
    const found = await readRolesOf(c, subscriptionIds, principalId, signal);
    const failures = found.failures.map(({ error }) => error);
    return { roles: found.roles, failures, partial: false, withoutGroups: false };
  };
  if (subscriptionIds.length <= few) return await fromAuthorization();
  requirePrincipalId(principalId);
  try {
    return await fromResourceGraph(c, subscriptionIds, principalId, written, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toAzureError(error);
    if (isResourceGraphMissing(failure)) return await fromAuthorization();
    return { roles: [], failures: [failure], partial: true, withoutGroups: true };
  }
}

async function fromResourceGraph(
  c: Connection,
  subscriptionIds: readonly string[],
  principalId: string,
  written: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ShownRoles> {
  const fresh = new Set(written.map((id) => id.toLowerCase()));
  const [own, groups, newest] = await Promise.all([
    assignmentsOf(c, subscriptionIds, [principalId], signal),
    getGroupsOf(c, principalId, signal),
    readFresh(
      c,
      subscriptionIds.filter((id) => fresh.has(id.toLowerCase())),
      principalId,
      signal,
    ),
  ]);
  const throughGroups = groups?.length ? await assignmentsOf(c, subscriptionIds, groups, signal) : [];
  const known = [...own, ...throughGroups].filter(
    ({ scope }) => !newest.read.has(subscriptionIdIn(scope)?.toLowerCase() ?? ''),
  );
  const assignments = new Map([...known, ...newest.assignments].map((one) => [one.id.toLowerCase(), one]));
  const names = await namesOf(c, subscriptionIds, [...assignments.values()], signal);
  return {
    roles: [...assignments.values()].map((assignment) => named(assignment, names)),
    failures: newest.failures,
    partial: true,
    withoutGroups: groups === undefined,
  };
}

/** The role assignments in subscriptions whose rows in Resource Graph may be too old. */
async function readFresh(
  c: Connection,
  subscriptionIds: readonly string[],
  principalId: string,
  signal: AbortSignal | undefined,
): Promise<{ assignments: RoleAssignment[]; read: ReadonlySet<string>; failures: AzureError[] }> {
  const read = new Set<string>();
  const assignments: RoleAssignment[] = [];
  const failures: AzureError[] = [];
  await Promise.all(
    subscriptionIds.map(async (id) => {
      try {
        for (const one of await listRoleAssignmentsOf(c, id, principalId, signal)) assignments.push(one);
        read.add(id.toLowerCase());
      } catch (error) {
        if (isAbort(error)) throw error;
        failures.push(toAzureError(error));
      }
    }),
  );
  return { assignments, read, failures };
}

async function assignmentsOf(
  c: Connection,
  subscriptionIds: readonly string[],
  principalIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RoleAssignment[]> {
  const assignments: RoleAssignment[] = [];
  for (let from = 0; from < principalIds.length; from += maxPrincipals) {
    const ids = principalIds.slice(from, from + maxPrincipals);
    const query = [
      'authorizationresources',
      "where type =~ 'microsoft.authorization/roleassignments'",
      `where tostring(properties.principalId) in~ (${listOf(ids)})`,
      'project id, properties',
      'order by id asc',
    ].join(' | ');
    const rows = await queryResourceGraph(c, subscriptionIds, query, signal, { inherited: true });
    for (const assignment of rowsOf(rows, assignmentOf)) assignments.push(assignment);
  }
  return assignments;
}

/** The names of the assigned roles, by GUID. */
async function namesOf(
  c: Connection,
  subscriptionIds: readonly string[],
  assignments: readonly RoleAssignment[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const roleIds = [...new Set(assignments.map(({ roleDefinitionId }) => roleGuid(roleDefinitionId)))];
  if (roleIds.length === 0) return new Map();
  const query = [
    'authorizationresources',
    "where type =~ 'microsoft.authorization/roledefinitions'",
    `where name in~ (${listOf(roleIds.slice(0, maxPrincipals))})`,
    'project id, name, roleName = tostring(properties.roleName)',
    'order by id asc',
  ].join(' | ');
  const rows = await queryResourceGraph(c, subscriptionIds, query, signal, { inherited: true });
  return new Map(
    rows.map((row: JsonObject) => [roleGuid(stringOf(row['id']) ?? ''), stringOf(row['roleName']) ?? '']),
  );
}

/** GUIDs as a list in a query. Nothing else is let through, so that nothing can be injected. */
function listOf(ids: readonly string[]): string {
  return ids
    .filter((id) => /^[0-9a-f-]{36}$/i.test(id))
    .map((id) => `'${id}'`)
    .join(', ');
}
