import type { RoleAssignment } from '../../azure/core/model';
import type { RoleDefinition } from '../../azure/directory/roles';
import type { PrincipalFacts, ReadFacts } from '../model/facts';
import { isWithheld } from '../model/facts';
import type { PlanStep } from './planStep';
import { getSecretAction } from '../rules/dataActions';
import { referenceIn } from '../reference/reference';

/** The facts as they will be once a step is done and has propagated. */
export function factsAfter(facts: ReadFacts, step: PlanStep): ReadFacts {
  switch (step.kind) {
    case 'enableIdentity':
    case 'assignIdentity':
      return { ...facts, principal: newIdentity(facts) };
    case 'addAccessPolicy':
      return withPolicy(facts, step);
    case 'createRoleAssignment':
      return withAssignment(facts, step);
    // No role on a vault.
    case 'assignDataRole':
      return facts;
    case 'setReferenceIdentity':
      return { ...facts, app: { ...facts.app, referenceIdentity: step.identity } };
    case 'writeReference':
      return { ...facts, reference: referenceIn(step) };
  }
}

/** Neither an earlier refusal nor a reference's state predicts what happens after the plan. */
export function withoutObservation({ observed: _, reference, ...facts }: ReadFacts): ReadFacts {
  if (!reference) return facts;
  const { status: _status, ...after } = reference;
  return { ...facts, reference: after };
}

const notMadeYet = 'of the new identity';

function newIdentity({ app }: ReadFacts): PrincipalFacts {
  return {
    kind: 'system-assigned',
    name: app.name,
    principalId: notMadeYet,
    tenantId: app.tenantId,
    groups: [],
  };
}

function withPolicy(facts: ReadFacts, step: PlanStep & { kind: 'addAccessPolicy' }): ReadFacts {
  const known = facts.vault;
  if (isWithheld(known) || known.kind !== 'present') return facts;
  const { tenantId, principalId: objectId = notMadeYet, secrets } = step;
  const policy = { tenantId, objectId, permissions: { secrets } };
  const vault = { ...known.vault, accessPolicies: [...known.vault.accessPolicies, policy] };
  return { ...facts, vault: { ...known, vault } };
}

function withAssignment(facts: ReadFacts, step: PlanStep & { kind: 'createRoleAssignment' }): ReadFacts {
  const { assignments, definitions } = facts.roles;
  const assignment: RoleAssignment = {
    id: notMadeYet,
    scope: step.scope,
    roleDefinitionId: step.roleDefinitionId,
    principalId: step.principalId ?? notMadeYet,
    principalType: 'ServicePrincipal',
  };
  const role: RoleDefinition = {
    id: step.roleDefinitionId,
    name: '',
    description: '',
    custom: false,
    permissions: [{ actions: [], notActions: [], dataActions: [getSecretAction], notDataActions: [] }],
  };
  return {
    ...facts,
    roles: {
      ...facts.roles,
      assignments: [...(isWithheld(assignments) ? [] : assignments), assignment],
      definitions: [role, ...(isWithheld(definitions) ? [] : definitions)],
    },
  };
}
