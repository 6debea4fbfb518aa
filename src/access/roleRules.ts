import type { RoleAssignment } from '../azure/model';
import type { DenyAssignment, RolePermissions } from '../azure/roles';
import { conditionHolds, matches } from './condition';
import type { PrincipalFacts, RoleFacts } from './facts';
import { isWithheld } from './facts';
import { groupsMissing, isInGroup, sameText } from './policyRules';
import type { Right } from './right';
import type { Tristate } from './tristate';
import { all, any, not } from './tristate';
import type { Grant, MissingFact } from './verdict';

/** The data action behind `GET {vault}/secrets/{name}[/{version}]`. */
export const getSecretAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

/** Whether role assignments let a managed identity read a secret, were they to count. @param secretId ARM ID of the secret */
export function rightByRoles(
  principal: PrincipalFacts,
  secretId: string,
  roles: RoleFacts,
  notGroups: ReadonlySet<string>,
): Right {
  const granted = judgeAssignments(principal, secretId, roles, notGroups);
  const denied = judgeDenials(principal, secretId, roles, notGroups);
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

/** Whether a role's permissions hold a data action: named or matched in one of them, and not excluded there. */
export function permits(permissions: readonly RolePermissions[], dataAction: string): boolean {
  return permissions.some(
    ({ dataActions, notDataActions }) =>
      dataActions.some((pattern) => matches(pattern, dataAction)) &&
      !notDataActions.some((pattern) => matches(pattern, dataAction)),
  );
}

/** Whether what is assigned at `scope` counts for the resource `id`. */
export function reaches(scope: string, id: string): boolean {
  const above = scope.replace(/\/+$/, '').toLowerCase();
  // The service lists a management group's assignments only for what is in that group.
  if (above === '' || above.startsWith('/providers/microsoft.management/managementgroups/')) return true;
  return `${id.toLowerCase()}/`.startsWith(`${above}/`);
}

interface Judged {
  readonly holds: Tristate;
  readonly grants: Grant[];
  readonly missing: MissingFact[];
}

function judgeAssignments(
  principal: PrincipalFacts,
  secretId: string,
  roles: RoleFacts,
  notGroups: ReadonlySet<string>,
): Judged {
  const { assignments, unreadableScopes } = roles;
  const missing: MissingFact[] = unreadableScopes
    .filter((scope) => reaches(scope, secretId))
    .map((scope) => ({ kind: 'scope', scope }));
  if (isWithheld(assignments)) missing.push({ kind: 'roleAssignments', reason: assignments.withheld });
  const grants: Grant[] = [];
  const groupIds: string[] = [];
  for (const assignment of isWithheld(assignments) ? [] : assignments) {
    if (!reaches(assignment.scope, secretId)) continue;
    const parts = {
      concerns: concerns(principal, assignment, notGroups),
      permits: roleHolds(assignment, roles),
      condition: assignment.condition === undefined || conditionHolds(assignment.condition, getSecretAction),
    };
    const holds = all(parts.concerns, parts.permits, parts.condition);
    if (holds === true) grants.push(grantOf(assignment, principal));
    if (holds !== undefined) continue;
    if (parts.concerns === undefined) groupIds.push(assignment.principalId);
    if (parts.permits === undefined) missing.push(definitionMissing(assignment, roles));
    if (parts.condition === undefined)
      missing.push({
        kind: 'condition',
        assignmentId: assignment.id,
        condition: assignment.condition ?? '',
      });
  }
  missing.push(...groupsMissing(principal, groupIds));
  return { holds: grants.length > 0 ? true : missing.length > 0 ? undefined : false, grants, missing };
}

/** Whether an assignment is for the principal, itself or through a group. */
function concerns(
  principal: PrincipalFacts,
  { id, principalId, principalType }: RoleAssignment,
  notGroups: ReadonlySet<string>,
): Tristate {
  if (sameText(principalId, principal.principalId)) return true;
  if (principal.assignmentIds) return principal.assignmentIds.some((one) => sameText(one, id));
  const mayBeGroup =
    (principalType === '' || sameText(principalType, 'Group')) && !notGroups.has(principalId.toLowerCase());
  return all(mayBeGroup, isInGroup(principal, principalId));
}

function roleHolds({ roleDefinitionId }: RoleAssignment, { definitions }: RoleFacts): Tristate {
  if (isWithheld(definitions)) return undefined;
  const definition = definitions.find(({ id }) => sameText(lastName(id), lastName(roleDefinitionId)));
  return definition && permits(definition.permissions, getSecretAction);
}

function definitionMissing({ roleDefinitionId }: RoleAssignment, { definitions }: RoleFacts): MissingFact {
  return isWithheld(definitions)
    ? { kind: 'roleDefinitions', reason: definitions.withheld }
    : { kind: 'roleDefinition', roleDefinitionId };
}

function grantOf(
  { id, roleDefinitionId, scope, principalId }: RoleAssignment,
  principal: PrincipalFacts,
): Grant {
  const throughGroup = !sameText(principalId, principal.principalId);
  return { kind: 'role', assignmentId: id, roleDefinitionId, scope, throughGroup };
}

const everyone = '00000000-0000-0000-0000-000000000000';

function judgeDenials(
  principal: PrincipalFacts,
  secretId: string,
  { denyAssignments }: RoleFacts,
  notGroups: ReadonlySet<string>,
): { holds: Tristate; denials: DenyAssignment[]; missing: MissingFact[] } {
  if (isWithheld(denyAssignments))
    return {
      holds: undefined,
      denials: [],
      missing: [{ kind: 'denyAssignments', reason: denyAssignments.withheld }],
    };
  const judged = denyAssignments
    .filter((denial) => denies(denial, secretId))
    .map((denial) => {
      const included = any(...denial.principalIds.map((id) => isMeant(id, principal, notGroups)));
      const excluded = any(...denial.excludedPrincipalIds.map((id) => isMeant(id, principal, notGroups)));
      const { condition } = denial;
      const inForce = condition === undefined || conditionHolds(condition, getSecretAction);
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
    holds: any(...judged.map(({ holds }) => holds)),
    denials: judged.filter(({ holds }) => holds === true).map(({ denial }) => denial),
    missing: [...groupsMissing(principal, groupIds), ...conditions],
  };
}

function denies({ scope, doNotApplyToChildScopes, permissions }: DenyAssignment, secretId: string): boolean {
  const here = doNotApplyToChildScopes ? sameText(scope, secretId) : reaches(scope, secretId);
  return here && permits(permissions, getSecretAction);
}

/** Whether an entry of a deny assignment stands for the principal. */
function isMeant(id: string, principal: PrincipalFacts, notGroups: ReadonlySet<string>): Tristate {
  if (id === everyone || sameText(id, principal.principalId)) return true;
  return all(!notGroups.has(id.toLowerCase()), isInGroup(principal, id));
}

function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
