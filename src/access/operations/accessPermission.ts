import type { RoleDefinition } from '../../azure/directory/roles';
import type { PrincipalFacts, RoleFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { RoleAction } from '../rules/dataActions';
import type { CheckedPrincipal, ReadPermission } from '../rules/readPermission';
import { eachOnce } from '../rules/checkResult';
import { RoleIndex } from '../rules/roleIndex';
import { permissionByRoles } from '../rules/roleRules';
import { all, anyOf } from '../rules/tristate';
import { lastSegment } from '../words/format';
import type { AccessFacts } from './accessFacts';
import type { Wanted } from './operation';

/** Whether roles let an identity do what is wanted. Where it needs several actions, all of them are allowed. */
export function permissionFor(
  { scope, roles, notGroups, wanted }: Pick<AccessFacts, 'scope' | 'roles' | 'notGroups' | 'wanted'>,
  principal: PrincipalFacts,
): ReadPermission {
  const known = new Set([...notGroups.map((id) => id.toLowerCase()), ...new RoleIndex(roles).notGroups]);
  return permissionTo(actionsOf(wanted), scope, rolesFor(wanted, roles), known, principal);
}

/** Whether roles let a principal do all of these, each by any of its names. @param scope ARM ID */
export function permissionTo(
  actions: readonly (readonly RoleAction[])[],
  scope: string,
  roles: RoleFacts,
  notGroups: ReadonlySet<string>,
  principal: CheckedPrincipal,
): ReadPermission {
  const judged = actions.map((names) =>
    anyPermission(names.map((action) => permissionByRoles(principal, scope, roles, notGroups, action))),
  );
  return {
    holds: all(...judged.map(({ holds }) => holds)),
    granted: all(...judged.map(({ granted }) => granted)),
    grants: eachGrant(judged),
    missing: eachOnce(judged.flatMap(({ missing }) => missing)),
    denials: [...new Set(judged.flatMap(({ denials }) => denials))],
  };
}

/** The actions that are needed, each by any of its names. */
export function actionsOf(wanted: Wanted): readonly (readonly RoleAction[])[] {
  if (wanted.kind === 'role') return [[{ name: nameOf(wanted.role.guid), isData: true }]];
  const { needs, isData } = wanted.operation;
  return needs.map((names) => names.map((name) => ({ name, isData })));
}

/** Where a role itself is wanted, only that role counts: it stands for an action that no other role allows. */
export function rolesFor(wanted: Wanted, roles: RoleFacts): RoleFacts {
  if (wanted.kind === 'operation') return roles;
  const { guid } = wanted.role;
  const { definitions, assignments } = roles;
  const dataActions = [nameOf(guid)];
  const only = (definition: RoleDefinition): RoleDefinition => ({
    ...definition,
    permissions:
      lastSegment(definition.id).toLowerCase() === guid
        ? [{ actions: [], notActions: [], dataActions, notDataActions: [] }]
        : [],
  });
  return {
    ...roles,
    definitions: isWithheld(definitions) ? definitions : definitions.map(only),
    assignments: isWithheld(assignments)
      ? assignments
      : assignments.filter(({ roleDefinitionId }) => lastSegment(roleDefinitionId).toLowerCase() === guid),
  };
}

function nameOf(guid: string): string {
  return `role/${guid}`;
}

/** One of the names of an action is enough. */
function anyPermission(all: readonly ReadPermission[]): ReadPermission {
  const [first] = all;
  const best =
    all.find(({ holds }) => holds === true) ?? all.find(({ holds }) => holds === undefined) ?? first;
  if (!best) throw new RangeError('An action has no name.');
  return { ...best, granted: anyOf(all.map(({ granted }) => granted)) };
}

function eachGrant(judged: readonly ReadPermission[]): ReadPermission['grants'] {
  const grants = judged.flatMap((one) => one.grants);
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}
