import { sameId } from '../arm/ids';
import { ArmError, type ArmCall } from '../arm/provider';
import type { World } from '../world/world';

/**
 * In a subscription that another tenant delegated, only its managed identities can get roles, and the request has to name
 * their resource (terraform-provider-azurerm#11848, enterprise-azure-policy-as-code#951). The text is inferred.
 * @throws ArmError 403 AuthorizationFailed
 */
export function checkDelegation(
  world: World,
  call: ArmCall,
  wanted: { principalId: string; delegatedManagedIdentityResourceId?: string },
): void {
  const tenantId = world.subscriptions.get(call.subscriptionId?.toLowerCase() ?? '')?.tenantId;
  if (tenantId === undefined || tenantId === call.caller.tenantId) return;
  const named = wanted.delegatedManagedIdentityResourceId;
  const principal = [...world.servicePrincipals.values()].find(({ objectId }) =>
    sameId(objectId, wanted.principalId),
  );
  if (named !== undefined && principal?.resourceId !== undefined && sameId(named, principal.resourceId))
    return;
  throw new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${call.caller.name}' with object id '${call.caller.objectId}' may perform action 'Microsoft.Authorization/roleAssignments/write' over scope '${call.scope}' only for managed identities that the request names.`,
  );
}
