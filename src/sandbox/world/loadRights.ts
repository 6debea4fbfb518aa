import { builtInRoles } from '../authorization/builtInRoles';
import { guidOf } from './deterministic';
import type { BuildContext } from './loadResources';
import type { World } from './world';
import type { EligibleRole } from './rights';
import type { DenyAssignmentEntry, ResourceGroupEntry, RoleAssignmentEntry } from './worldFile';

export function assignRoles(build: BuildContext, scope: string, entries: RoleAssignmentEntry[] = []): void {
  const { world, now } = build;
  for (const { role, principal, condition } of entries) {
    const of = roleOf(build, scope, role, principal);
    const guid = of.roleDefinitionId.split('/').at(-1) ?? '';
    world.roleAssignments.push({
      ...of,
      name: guidOf(`assignment ${scope} ${guid} ${of.principalId}`),
      condition: condition ?? null,
      conditionVersion: condition === undefined ? null : '2.0',
      description: null,
      createdOn: now,
      createdBy: world.users[0]?.objectId ?? '',
      effectiveFrom: 0,
    });
  }
}

/** @param role name or GUID */
export function roleOf(
  { world, principalId: idOf }: BuildContext,
  scope: string,
  role: string,
  principal: string,
): Omit<EligibleRole, 'startsAt'> {
  const definition = [...world.roleDefinitions, ...builtInRoles()].find(
    ({ name, roleName }) => name === role || roleName === role,
  );
  if (definition === undefined) throw new Error(`There is no role '${role}'.`);
  const principalId = idOf(principal);
  return {
    scope,
    roleDefinitionId: `/subscriptions/${scope.split('/')[2] ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${definition.name}`,
    principalId,
    principalType: principalTypeOf(world, principalId),
  };
}

export function denyRights(build: BuildContext, scope: string, entries: DenyAssignmentEntry[] = []): void {
  for (const entry of entries) {
    const { displayName, actions = [], dataActions = [], principals, excludePrincipals = [] } = entry;
    build.world.denyAssignments.push({
      name: guidOf(`deny ${scope} ${displayName}`),
      displayName,
      scope,
      permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }],
      principalIds: principals.map(build.principalId),
      excludePrincipalIds: excludePrincipals.map(build.principalId),
      doNotApplyToChildScopes: entry.doNotApplyToChildScopes === true,
      audit: entry.audit === true,
    });
  }
}

export function forbidWrites(
  world: World,
  scope: string,
  { locks = [], policyDenials = [] }: Pick<ResourceGroupEntry, 'locks' | 'policyDenials'>,
): void {
  (world.locks ??= []).push(
    ...locks.map(({ name, level, resource = '' }) => ({ name, level, scope: `${scope}${resource}` })),
  );
  const authorization = '/providers/Microsoft.Authorization';
  (world.policyDenials ??= []).push(
    ...policyDenials.map(({ displayName, resourceType }) => ({
      displayName,
      resourceType,
      scope,
      policyDefinitionId: `${authorization}/policyDefinitions/${guidOf(`policy ${displayName}`)}`,
      policyAssignmentId: `${scope}${authorization}/policyAssignments/${guidOf(`policy ${scope} ${displayName}`).slice(0, 24)}`,
    })),
  );
}

function principalTypeOf(world: World, principalId: string): 'User' | 'Group' | 'ServicePrincipal' {
  if (world.users.some(({ objectId }) => objectId === principalId)) return 'User';
  return world.groups.some(({ objectId }) => objectId === principalId) ? 'Group' : 'ServicePrincipal';
}
