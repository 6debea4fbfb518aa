import { isAtOrBelow } from './arm/ids';
import { builtInRoles } from './authorization/builtInRoles';
import { conditionHolds, type ConditionAttributes } from './authorization/condition';
import type { Permission, RoleAssignment, RoleDefinition, World } from './world';

export interface Decision {
  allowed: boolean;
  /** Name (GUID) of the role assignment that allows it. */
  assignmentId?: string;
  /** Name (GUID) of the deny assignment that forbids it. */
  denyAssignmentId?: string;
}

/**
 * Azure role-based access control: whether one of `principalIds` (a caller's object ID and those of its groups) may do
 * `action` over `scope`. Deny assignments win over role assignments. An assignment whose condition cannot be evaluated
 * grants nothing.
 * @param now epoch milliseconds: assignments count from `effectiveFrom` until `removedAt`
 * @param attributes what conditions may ask for, keys as in {@link ConditionAttributes}
 */
export function decide(
  world: World,
  now: number,
  principalIds: string[],
  action: string,
  kind: 'action' | 'dataAction',
  scope: string,
  attributes: ConditionAttributes = {},
): Decision {
  const denial = world.denyAssignments.find(
    (deny) =>
      isAtOrBelow(scope, deny.scope) &&
      concerns(deny.principalIds, principalIds) &&
      !concerns(deny.excludePrincipalIds, principalIds) &&
      deny.permissions.some((permission) => permits(permission, action, kind)),
  );
  if (denial !== undefined) return { allowed: false, denyAssignmentId: denial.name };
  const assignment = world.roleAssignments.find(
    (candidate) =>
      concerns([candidate.principalId], principalIds) &&
      inEffect(candidate, now) &&
      isAtOrBelow(scope, candidate.scope) &&
      grants(findRoleDefinition(world, candidate.roleDefinitionId), action, kind) &&
      (candidate.condition === null || conditionHolds(candidate.condition, action, attributes)),
  );
  return assignment === undefined ? { allowed: false } : { allowed: true, assignmentId: assignment.name };
}

/** A role definition by GUID or by ID at whatever scope. */
export function findRoleDefinition(world: World, idOrName: string): RoleDefinition | undefined {
  const name = idOrName.slice(idOrName.lastIndexOf('/') + 1).toLowerCase();
  return (
    world.roleDefinitions.find((definition) => definition.name.toLowerCase() === name) ??
    builtInRoles().find((definition) => definition.name === name)
  );
}

/** Whether the assignment counts at `now`, epoch milliseconds. */
export function inEffect(assignment: RoleAssignment, now: number): boolean {
  return (
    assignment.effectiveFrom <= now && (assignment.removedAt === undefined || now < assignment.removedAt)
  );
}

/** Whether one permission of a role (or of a deny assignment) covers `action`. */
export function permits(permission: Permission, action: string, kind: 'action' | 'dataAction'): boolean {
  const [yes, no] =
    kind === 'action'
      ? [permission.actions, permission.notActions]
      : [permission.dataActions, permission.notDataActions];
  return yes.some((pattern) => covers(pattern, action)) && !no.some((pattern) => covers(pattern, action));
}

function grants(
  definition: RoleDefinition | undefined,
  action: string,
  kind: 'action' | 'dataAction',
): boolean {
  return definition?.permissions.some((permission) => permits(permission, action, kind)) ?? false;
}

// '00000000-0000-0000-0000-000000000000' stands for everyone in deny assignments.
const everyone = '00000000-0000-0000-0000-000000000000';

function concerns(listed: string[], principalIds: string[]): boolean {
  return listed.some(
    (id) =>
      id === everyone || principalIds.some((principalId) => principalId.toLowerCase() === id.toLowerCase()),
  );
}

const patterns = new Map<string, RegExp>();

function covers(pattern: string, action: string): boolean {
  if (pattern === '*') return true;
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i');
    patterns.set(pattern, compiled);
  }
  return compiled.test(action);
}
