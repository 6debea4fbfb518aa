import { idKey, isAtOrBelow, sameId } from '../arm/ids';
import { builtInRoles } from './builtInRoles';
import { conditionHolds, type ConditionAttributes } from './condition';
import type { World } from '../world/world';
import type { DenyAssignment, Permission, RoleAssignment, RoleDefinition } from '../world/rights';

export interface Decision {
  allowed: boolean;
  /** Name (GUID) of the role assignment that allows the action. */
  assignmentId?: string;
  /** Name (GUID) of the deny assignment that forbids the action. */
  denyAssignmentId?: string;
}

/**
 * Azure role-based access control: whether any of `principalIds` (a caller's object ID and those of its
 * groups) may do `action` over `scope`. Deny assignments override role assignments. An assignment whose
 * condition can't be evaluated grants nothing.
 * @param now epoch milliseconds: assignments are in effect from `effectiveFrom` until `removedAt`
 * @param attributes values that conditions can refer to, keyed as in {@link ConditionAttributes}
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
  return new Rights(world, now, principalIds).decide(action, kind, scope, attributes);
}

/** The rights of one caller at one moment, to {@link decide} about many resources. */
export class Rights {
  private readonly denials: DenyAssignment[];
  private readonly assignments = new Map<string, RoleAssignment[]>();

  constructor(
    private readonly world: World,
    now: number,
    principalIds: string[],
  ) {
    const principals = new Set(principalIds.map((id) => id.toLowerCase()));
    const concerns = (ids: string[]) => ids.some((id) => id === everyone || principals.has(id.toLowerCase()));
    this.denials = world.denyAssignments.filter(
      (deny) => deny.audit !== true && concerns(deny.principalIds) && !concerns(deny.excludePrincipalIds),
    );
    for (const assignment of world.roleAssignments) {
      if (!principals.has(assignment.principalId.toLowerCase()) || !inEffect(assignment, now)) continue;
      const key = idKey(assignment.scope);
      this.assignments.set(key, [...(this.assignments.get(key) ?? []), assignment]);
    }
  }

  /** Same as the function {@link decide}. */
  decide(
    action: string,
    kind: 'action' | 'dataAction',
    scope: string,
    attributes: ConditionAttributes = {},
  ): Decision {
    const denial = this.denials.find(
      (deny) =>
        (deny.doNotApplyToChildScopes === true ? sameId : isAtOrBelow)(scope, deny.scope) &&
        deny.permissions.some((permission) => permits(permission, action, kind)),
    );
    if (denial !== undefined) return { allowed: false, denyAssignmentId: denial.name };
    const key = idKey(scope);
    for (let end = 0; end >= 0; end = end === key.length ? -1 : nextSlash(key, end)) {
      const found = this.assignments
        .get(key.slice(0, end))
        ?.find((assignment) => this.grants(assignment, action, kind, attributes));
      if (found !== undefined) return { allowed: true, assignmentId: found.name };
    }
    return { allowed: false };
  }

  private grants(
    assignment: RoleAssignment,
    action: string,
    kind: 'action' | 'dataAction',
    attributes: ConditionAttributes,
  ): boolean {
    const definition = findRoleDefinition(this.world, assignment.roleDefinitionId);
    return (
      (definition?.permissions.some((permission) => permits(permission, action, kind)) ?? false) &&
      (assignment.condition === null || conditionHolds(assignment.condition, action, attributes))
    );
  }
}

/** Stands for all principals in deny assignments. */
export const everyone = '00000000-0000-0000-0000-000000000000';

/** The index at which the next segment of an ID ends. */
function nextSlash(key: string, after: number): number {
  const slash = key.indexOf('/', after + 1);
  return slash < 0 ? key.length : slash;
}

/** Finds a role definition by its GUID or by its ID at any scope. */
export function findRoleDefinition(world: World, idOrName: string): RoleDefinition | undefined {
  const name = idOrName.slice(idOrName.lastIndexOf('/') + 1).toLowerCase();
  return (
    world.roleDefinitions.find((definition) => definition.name.toLowerCase() === name) ??
    builtInRoles().find((definition) => definition.name === name)
  );
}

/** Whether the assignment is in effect at `now`, in epoch milliseconds. */
export function inEffect(assignment: RoleAssignment, now: number): boolean {
  return (
    assignment.effectiveFrom <= now && (assignment.removedAt === undefined || now < assignment.removedAt)
  );
}

/** Whether one permission of a role (or of a deny assignment) covers `action`. */
function permits(permission: Permission, action: string, kind: 'action' | 'dataAction'): boolean {
  const [yes, no] =
    kind === 'action'
      ? [permission.actions, permission.notActions]
      : [permission.dataActions, permission.notDataActions];
  return yes.some((pattern) => covers(pattern, action)) && !no.some((pattern) => covers(pattern, action));
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
