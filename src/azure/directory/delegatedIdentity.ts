import { subscriptionIdIn } from '../core/armId';
import type { Connection } from '../core/connection';
import { resourcesOfPrincipals } from './principalResources';
import { listSubscriptions, tenantOf } from './subscriptions';

/**
 * What `delegatedManagedIdentityResourceId` of a role assignment has to name: the resource with the identity, if it's in a
 * subscription that another tenant delegated (Azure Lighthouse; terraform-provider-azurerm#11848). Undefined otherwise.
 * @throws AzureError
 */
export async function delegatedIdentityOf(
  c: Connection,
  wanted: {
    readonly scope: string;
    readonly principalId: string;
    readonly principalType?: string;
    readonly identityId?: string;
  },
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { scope, principalId, principalType = 'ServicePrincipal', identityId } = wanted;
  const subscriptionId = subscriptionIdIn(scope);
  if (subscriptionId === undefined || principalType !== 'ServicePrincipal') return undefined;
  const tenantId = await tenantOf(c, subscriptionId, signal);
  if (tenantId.toLowerCase() === c.tenantId.toLowerCase()) return undefined;
  if (identityId !== undefined) return identityId;
  const ids = (await listSubscriptions(c, signal))
    .filter((one) => one.tenantId.toLowerCase() === tenantId.toLowerCase())
    .map((one) => one.subscriptionId);
  const found = await resourcesOfPrincipals(c, ids, [principalId], signal);
  return found.get(principalId.toLowerCase())?.resourceId;
}
