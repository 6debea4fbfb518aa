import type { RoleAssignment } from '../../azure/core/model';
import { conditionHolds } from './condition';
import type { RoleAction } from './dataActions';
import { getSecret, isSpelledAlike, reaches } from './dataActions';
import { judgeDenials } from './denyRules';
import type { RoleFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import { groupsMissing, isInGroup, sameText } from './policyRules';
import type { ReadPermission, CheckedPrincipal } from './readPermission';
import { RoleIndex } from './roleIndex';
import type { Tristate } from './tristate';
import { all, not } from './tristate';
import type { Grant, MissingFact } from '../model/verdict';

/**
 * Whether role assignments let a managed identity read a secret, if its vault uses them, or do something else.
 * @param resourceId ARM ID of the secret or of another resource
 */
export function permissionByRoles(
  principal: CheckedPrincipal,
  resourceId: string,
  roles: RoleFacts,
  notGroups: ReadonlySet<string>,
  action: RoleAction = getSecret,
): ReadPermission {
  const granted = judgeAssignments(principal, resourceId, roles, notGroups, action);
  const denied = judgeDenials(principal, resourceId, roles, notGroups, action);
  return {
    holds: all(granted.holds, not(denied.holds)),
    granted: granted.holds,
    grants: granted.grants,
    missing: [
      ...(granted.holds === undefined ? granted.missing : []),
      ...(granted.holds !== false && denied.holds === undefined ? denied.missing : []),
    ],
    denials: denied.denials,
  };
}

interface Judged {
  readonly holds: Tristate;
  readonly grants: Grant[];
  readonly missing: MissingFact[];
}

function judgeAssignments(
  principal: CheckedPrincipal,
  resourceId: string,
  roles: RoleFacts,
  notGroups: ReadonlySet<string>,
  action: RoleAction,
): Judged {
  const { assignments, unreadableScopes } = roles;
  const missing: MissingFact[] = unreadableScopes
    .filter((scope) => reaches(scope, resourceId))
    .map((scope) => ({ kind: 'scope', scope }));
  if (isWithheld(assignments)) missing.push({ kind: 'roleAssignments', reason: assignments.withheld });
  const index = new RoleIndex(roles);
  const grants: Grant[] = [];
  const groupIds: string[] = [];
  for (const assignment of isWithheld(assignments) ? [] : assignments) {
    if (!reaches(assignment.scope, resourceId)) continue;
    const parts = {
      concerns: concerns(principal, assignment, notGroups),
      permits: index.allows(assignment, action),
      spelling: isSpelledAlike(assignment.scope, resourceId) || undefined,
      condition: assignment.condition === undefined || conditionHolds(assignment.condition, action.name),
    };
    const holds = all(parts.concerns, parts.permits, parts.spelling, parts.condition);
    if (holds === true) grants.push(grantOf(assignment, principal));
    if (holds !== undefined) continue;
    if (parts.concerns === undefined) groupIds.push(assignment.principalId);
    if (parts.permits === undefined) missing.push(definitionMissing(assignment, roles));
    if (parts.spelling === undefined) missing.push({ kind: 'spelling', scope: assignment.scope });
    if (parts.condition === undefined)
      missing.push({
        kind: 'condition',
        assignmentId: assignment.id,
        condition: assignment.condition ?? '',
      });
  }
  for (const fact of groupsMissing(principal, groupIds)) missing.push(fact);
  return { holds: grants.length > 0 ? true : missing.length > 0 ? undefined : false, grants, missing };
}

/** Whether an assignment applies to the principal, directly or through a group. */
function concerns(
  principal: CheckedPrincipal,
  { id, principalId, principalType }: RoleAssignment,
  notGroups: ReadonlySet<string>,
): Tristate {
  if (sameText(principalId, principal.principalId)) return true;
  if (principal.assignmentIds) return principal.assignmentIds.some((one) => sameText(one, id));
  const mayBeGroup =
    (principalType === '' || sameText(principalType, 'Group')) && !notGroups.has(principalId.toLowerCase());
  return all(mayBeGroup, isInGroup(principal, principalId));
}

/** Why `RoleIndex.allows` doesn't know. */
export function definitionMissing(
  { roleDefinitionId }: RoleAssignment,
  { definitions }: RoleFacts,
): MissingFact {
  return isWithheld(definitions)
    ? { kind: 'roleDefinitions', reason: definitions.withheld }
    : { kind: 'roleDefinition', roleDefinitionId };
}

function grantOf(
  { id, roleDefinitionId, scope, principalId }: RoleAssignment,
  principal: CheckedPrincipal,
): Grant {
  const throughGroup = !sameText(principalId, principal.principalId);
  return { kind: 'role', assignmentId: id, roleDefinitionId, scope, throughGroup };
}
