import { isAtOrBelow } from '../arm/ids';
import type { ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import { guidOf } from '../world/deterministic';
import { findRoleDefinition } from './rbac';
import type { EligibleRole } from '../world/rights';
import { readAuthorizationFilter } from './filter';

/**
 * `{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`: the roles that principals can
 * activate with Privileged Identity Management, at, above and below the scope. Based on the examples in
 * Azure's REST reference.
 */
export function listEligibleRoles({ world }: SandboxContext, call: ArmCall): { value: object[] } {
  const filter = readAuthorizationFilter(call.query.get('$filter'), ['principalid']);
  const caller = [call.caller.objectId, ...call.caller.groupIds];
  const value = (world.eligibleRoles ?? [])
    .filter(
      ({ scope, principalId }) =>
        (isAtOrBelow(call.scope, scope) || (!filter.atScope && isAtOrBelow(scope, call.scope))) &&
        (!filter.asTarget || caller.includes(principalId)) &&
        (filter.values['principalid'] ?? principalId) === principalId,
    )
    .map((eligible) => instanceJson(world, eligible));
  return { value };
}

function instanceJson(world: SandboxContext['world'], eligible: EligibleRole): object {
  const { scope, roleDefinitionId, principalId, principalType, startsAt } = eligible;
  const name = guidOf(`eligible ${scope} ${roleDefinitionId} ${principalId}`);
  const type = 'Microsoft.Authorization/roleEligibilityScheduleInstances';
  const role = findRoleDefinition(world, roleDefinitionId);
  return {
    properties: {
      roleEligibilityScheduleId: `${scope}/providers/Microsoft.Authorization/roleEligibilitySchedules/${name}`,
      ...{ scope, roleDefinitionId, principalId, principalType },
      status: 'Provisioned',
      startDateTime: new Date(startsAt).toISOString(),
      endDateTime: null,
      memberType: 'Direct',
      createdOn: new Date(startsAt).toISOString(),
      condition: null,
      conditionVersion: null,
      expandedProperties: {
        principal: { id: principalId, displayName: '', type: principalType },
        roleDefinition: {
          id: roleDefinitionId,
          displayName: role?.roleName ?? '',
          type: role?.type ?? 'BuiltInRole',
        },
        scope: { id: scope, displayName: scope.slice(scope.lastIndexOf('/') + 1), type: 'subscription' },
      },
    },
    name,
    id: `${scope}/providers/${type}/${name}`,
    type,
  };
}
