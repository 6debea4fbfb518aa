import type { DenyAssignment } from '../../azure/directory/denyAssignments';
import { conditionHolds } from './condition';
import type { RoleAction } from './dataActions';
import { getSecret, permits, reaches } from './dataActions';
import type { RoleFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import { groupsMissing, isInGroup, sameText } from './policyRules';
import type { CheckedPrincipal } from './readPermission';
import type { Tristate } from './tristate';
import { all, anyOf, not } from './tristate';
import type { MissingFact } from '../model/verdict';

const everyone = '00000000-0000-0000-0000-000000000000';

/** Whether deny assignments prevent a principal from reading a secret, or from another action, whatever roles it has. */
export function judgeDenials(
  principal: CheckedPrincipal,
  resourceId: string,
  { denyAssignments }: Pick<RoleFacts, 'denyAssignments'>,
  notGroups: ReadonlySet<string>,
  action: RoleAction = getSecret,
): { holds: Tristate; denials: DenyAssignment[]; missing: MissingFact[] } {
  if (isWithheld(denyAssignments))
    return {
      holds: undefined,
      denials: [],
      missing: [{ kind: 'denyAssignments', reason: denyAssignments.withheld }],
    };
  const judged = denialsAt(resourceId, { denyAssignments }, action).map((denial) => {
    const included = anyOf(denial.principalIds.map((id) => isMeant(id, principal, notGroups)));
    const excluded = anyOf(denial.excludedPrincipalIds.map((id) => isMeant(id, principal, notGroups)));
    const { condition } = denial;
    const inForce = condition === undefined || conditionHolds(condition, action.name);
    return { denial, included, excluded, inForce, holds: all(included, not(excluded), inForce) };
  });
  const unknown = judged.filter(({ holds }) => holds === undefined);
  const groupIds = unknown.flatMap(({ denial, included, excluded }) => [
    ...(included === undefined ? denial.principalIds : []),
    ...(excluded === undefined ? denial.excludedPrincipalIds : []),
  ]);
  const conditions = unknown
    .filter(({ inForce }) => inForce === undefined)
    .map(({ denial: { id, condition = '' } }): MissingFact => ({
      kind: 'condition',
      assignmentId: id,
      condition,
    }));
  return {
    holds: anyOf(judged.map(({ holds }) => holds)),
    denials: judged.filter(({ holds }) => holds === true).map(({ denial }) => denial),
    missing: [...groupsMissing(principal, groupIds), ...conditions],
  };
}

/** The deny assignments that apply to reading a secret, or to another action, for the principals that they name. */
export function denialsAt(
  resourceId: string,
  { denyAssignments }: Pick<RoleFacts, 'denyAssignments'>,
  action: RoleAction = getSecret,
): readonly DenyAssignment[] {
  if (isWithheld(denyAssignments)) return [];
  return denyAssignments.filter(({ scope, doNotApplyToChildScopes, permissions }) => {
    const isHere = doNotApplyToChildScopes ? sameText(scope, resourceId) : reaches(scope, resourceId);
    return isHere && permits(permissions, action);
  });
}

/** Whether an entry of a deny assignment refers to the principal. */
function isMeant(id: string, principal: CheckedPrincipal, notGroups: ReadonlySet<string>): Tristate {
  if (id === everyone || sameText(id, principal.principalId)) return true;
  return all(!notGroups.has(id.toLowerCase()), isInGroup(principal, id));
}
