import type { PlanStep } from '../plan/planStep';
import { isWithheld } from '../model/facts';
import type { RoleDefinition } from '../../azure/directory/roles';
import { sameText } from '../rules/policyRules';
import { permissionFor, actionsOf } from './accessPermission';
import type { AccessFacts } from './accessFacts';
import type { AccessVerdict } from './accessVerdict';
import { explainAccess } from './explainAccess';
import { databaseRolesOf, roleOf } from './operation';
import { resourceOf } from './resourceKinds';

export interface AccessPlan {
  /** In the order to run them; empty if nothing is missing. */
  readonly steps: readonly PlanStep[];
  /** The verdict once they are done and have taken effect. */
  readonly expected: AccessVerdict;
}

/** Plans the least that lets an app do something with a resource, leaving out what is already in place. */
export function planAccess(facts: AccessFacts): AccessPlan {
  const steps = [...identitySteps(facts), ...roleSteps(facts)];
  return { steps, expected: explainAccess(steps.reduce(factsAfter, facts)) };
}

function identitySteps({ principal, app }: AccessFacts): PlanStep[] {
  if (principal) return [];
  return app.identityInUse.startsWith('/')
    ? [{ kind: 'assignIdentity', appId: app.id, identityId: app.identityInUse }]
    : [{ kind: 'enableIdentity', appId: app.id }];
}

/** Assigns the role even if the app might have it through a group that couldn't be read: the plan must work. */
function roleSteps(facts: AccessFacts): PlanStep[] {
  const { principal, target, scope, wanted, app } = facts;
  if (isWithheld(target) || target.kind !== 'present' || principal?.exists === false) return [];
  if (!sameText(principal?.tenantId ?? app.tenantId, target.tenantId)) return [];
  if (databaseRolesOf(wanted)) return [];
  if (principal && permissionFor(facts, principal).granted === true) return [];
  const { guid, name, own } = roleOf(wanted);
  const who = principal ? { principalId: principal.principalId } : {};
  if (own) {
    const resourceId = resourceOf(scope);
    return [{ kind: 'assignDataRole', roleName: name, resourceId, scope, role: guid, ...who }];
  }
  const subscriptionId = scope.split('/')[2] ?? '';
  return [
    {
      ...{ kind: 'createRoleAssignment', scope, roleName: name },
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
      ...who,
    },
  ];
}

const notMadeYet = 'of the new identity';

function factsAfter(facts: AccessFacts, step: PlanStep): AccessFacts {
  const { app, roles, wanted } = facts;
  if (step.kind !== 'createRoleAssignment' && step.kind !== 'assignDataRole') {
    const { name, tenantId } = app;
    const principalId = notMadeYet;
    return {
      ...facts,
      principal: { kind: 'system-assigned', name, tenantId, principalId, groups: [] },
    };
  }
  const { scope, principalId = notMadeYet } = step;
  const roleDefinitionId = step.kind === 'assignDataRole' ? step.role : step.roleDefinitionId;
  const { assignments, definitions } = roles;
  const names = actionsOf(wanted).flatMap((action) => action.slice(0, 1));
  const of = (isData: boolean) => names.filter((one) => one.isData === isData).map(({ name }) => name);
  const role: RoleDefinition = {
    ...{ id: roleDefinitionId, name: '', description: '', custom: false },
    permissions: [{ actions: of(false), notActions: [], dataActions: of(true), notDataActions: [] }],
  };
  const assignment = {
    id: notMadeYet,
    scope,
    roleDefinitionId,
    principalId,
    principalType: 'ServicePrincipal',
  };
  return {
    ...facts,
    roles: {
      ...roles,
      assignments: [...(isWithheld(assignments) ? [] : assignments), assignment],
      definitions: [role, ...(isWithheld(definitions) ? [] : definitions)],
    },
  };
}
