import type { RoleAssignment } from '../../azure/core/model';
import type { DenyAssignment } from '../../azure/directory/denyAssignments';
import type { RoleFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import { conditionHolds } from '../rules/condition';
import type { RoleAction } from '../rules/dataActions';
import { reaches } from '../rules/dataActions';
import { sameText } from '../rules/policyRules';
import { RoleIndex } from '../rules/roleIndex';
import { definitionMissing } from '../rules/roleRules';
import { anyOf } from '../rules/tristate';
import { eachOnce } from '../rules/checkResult';
import type { MissingFact } from '../model/verdict';
import { permissionTo } from './accessPermission';

/** A principal that may do something with a resource, and by which role assignments. */
export interface Accessor {
  /** Object ID of a user, a group (all of its members may), a managed identity, or an application. */
  readonly principalId: string;
  /** `User`, `Group`, or `ServicePrincipal`. */
  readonly principalType: string;
  readonly ways: readonly AccessWay[];
  /** Deny assignments that apply. Those that apply through groups aren't known. */
  readonly denials: readonly DenyAssignment[];
}

export interface AccessWay {
  readonly assignment: RoleAssignment;
  /** Assigned above the resource, for example on its resource group. */
  readonly inherited: boolean;
  /** Has a condition that can't be evaluated here. */
  readonly conditional: boolean;
  /** Assigned below the resource, and so only for a part of it. */
  readonly isOfPart: boolean;
}

export interface Accessors {
  readonly accessors: readonly Accessor[];
  /** Why there may be more. */
  readonly missing: readonly MissingFact[];
}

/**
 * Lists every principal that role assignments let do something with a resource, or with a part of it.
 * @param actions all of these, each by any of its names
 * @param scope ARM ID
 */
export function whoAccesses(
  actions: readonly (readonly RoleAction[])[],
  scope: string,
  roles: RoleFacts,
): Accessors {
  const { assignments, denyAssignments } = roles;
  const missing: MissingFact[] = [];
  if (isWithheld(assignments)) missing.push({ kind: 'roleAssignments', reason: assignments.withheld });
  if (isWithheld(denyAssignments))
    missing.push({ kind: 'denyAssignments', reason: denyAssignments.withheld });
  const known = isWithheld(assignments) ? [] : assignments;
  const index = new RoleIndex(roles);
  const { notGroups } = index;
  const isAbove = ({ scope: at }: RoleAssignment) => reaches(at, scope);
  const isThere = (one: RoleAssignment) => isAbove(one) || reaches(scope, one.scope);
  const helps = (one: RoleAssignment) => anyOf(actions.flat().map((action) => index.allows(one, action)));
  for (const one of known)
    if (isThere(one) && helps(one) === undefined) missing.push(definitionMissing(one, roles));
  const accessors: Accessor[] = [];
  for (const own of Map.groupBy(known, ({ principalId }) => principalId.toLowerCase()).values()) {
    const helpful = own.filter((one) => isThere(one) && helps(one) === true);
    const [first] = helpful;
    if (!first) continue;
    const { principalId, principalType } = first;
    const principal = { principalId, groups: { withheld: 'not asked for' }, assignmentIds: [] };
    const judge = (at: string, by = helpful) =>
      permissionTo(actions, at, { ...roles, assignments: by }, notGroups, principal);
    const whole = judge(scope);
    const all =
      whole.granted === false
        ? helpful.filter((one) => !isAbove(one) && judge(one.scope).granted !== false)
        : helpful.filter(isAbove);
    // Those that are enough alone say how; others help only if none is.
    const alone = all.filter((one) => judge(isAbove(one) ? scope : one.scope, [one]).granted !== false);
    const ways = alone.length > 0 ? alone : all;
    if (ways.length === 0) continue;
    accessors.push({
      ...{ principalId, principalType, denials: whole.denials },
      ways: ways.map((assignment) => ({
        assignment,
        inherited: isAbove(assignment) && !sameText(assignment.scope, scope),
        conditional: isConditional(assignment, actions),
        isOfPart: !isAbove(assignment),
      })),
    });
  }
  return { accessors, missing: eachOnce(missing) };
}

function isConditional({ condition }: RoleAssignment, actions: readonly (readonly RoleAction[])[]): boolean {
  return (
    condition !== undefined &&
    actions.some((names) => names.every(({ name }) => conditionHolds(condition, name) === undefined))
  );
}
