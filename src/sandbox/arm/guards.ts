import type { World } from '../world/world';
import { idKey, isAtOrBelow, parseArmId, resourceTypeOf } from './ids';
import { ArmError } from './provider';

/**
 * A disabled subscription is read-only.
 * @throws ArmError 409 ReadOnlyDisabledSubscription; the text is widely quoted, not recorded
 */
export function checkState(world: World, method: string, resourceId: string): void {
  const { subscriptionId } = parseArmId(resourceId) ?? {};
  const subscription = world.subscriptions.get(subscriptionId?.toLowerCase() ?? '');
  if (method === 'GET' || method === 'HEAD' || subscription?.state !== 'Disabled') return;
  throw new ArmError(
    409,
    'ReadOnlyDisabledSubscription',
    `The subscription '${subscription.subscriptionId}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}

/**
 * Management locks. A lock covers everything below its scope; deleting a resource group is also blocked by
 * locks inside it.
 * @throws ArmError 409 ScopeLocked
 */
export function checkLocks(world: World, method: string, resourceId: string): void {
  if (method === 'GET' || method === 'HEAD') return;
  const deletes = method === 'DELETE';
  const holding = (world.locks ?? []).filter(
    (lock) =>
      (deletes || lock.level === 'ReadOnly') &&
      (isAtOrBelow(resourceId, lock.scope) || (deletes && isAtOrBelow(lock.scope, resourceId))),
  );
  if (holding.length === 0) return;
  const scopes = holding.map((lock) => `'${lock.scope}'`).join(',');
  throw new ArmError(
    409,
    'ScopeLocked',
    `The scope '${resourceId}' cannot perform ${deletes ? 'delete' : 'write'} operation because following scope(s) are locked: ${scopes}. Please remove the lock and try again.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}

/**
 * Azure Policy with the effect Deny, for whole resource types.
 * @throws ArmError 403 RequestDisallowedByPolicy, in the form recorded in 2026
 */
export function checkPolicies(world: World, method: string, resourceId: string): void {
  if (method !== 'PUT' && method !== 'PATCH') return;
  const id = parseArmId(resourceId);
  const type = id === undefined ? undefined : resourceTypeOf(id);
  if (id === undefined || type === undefined) return;
  const denial = world.policyDenials?.find(
    (policy) => idKey(policy.resourceType) === idKey(type) && isAtOrBelow(resourceId, policy.scope),
  );
  if (denial === undefined) return;
  const name = id.names.at(-1) ?? '';
  const identifiers = [
    {
      policyAssignment: { name: denial.displayName, id: denial.policyAssignmentId },
      policyDefinition: { name: denial.displayName, id: denial.policyDefinitionId, version: '1.0.0' },
    },
  ];
  const info = {
    evaluationDetails: {
      evaluatedExpressions: [
        {
          result: 'True',
          expressionKind: 'Field',
          expression: 'type',
          path: 'type',
          expressionValue: type,
          targetValue: denial.resourceType,
          operator: 'Equals',
        },
      ],
    },
    policyDefinitionId: denial.policyDefinitionId,
    policyDefinitionName: denial.policyDefinitionId.split('/').at(-1),
    policyDefinitionDisplayName: denial.displayName,
    policyDefinitionVersion: '1.0.0',
    policyDefinitionEffect: 'Deny',
    policyAssignmentId: denial.policyAssignmentId,
    policyAssignmentName: denial.policyAssignmentId.split('/').at(-1),
    policyAssignmentDisplayName: denial.displayName,
    policyAssignmentScope: denial.scope,
    policyAssignmentParameters: {},
    policyExemptionIds: [],
    policyEnrollmentIds: [],
  };
  throw new ArmError(
    403,
    'RequestDisallowedByPolicy',
    `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`,
    { 'x-ms-failure-cause': 'gateway' },
    { target: name, additionalInfo: [{ type: 'PolicyViolation', info }] },
  );
}
