import type { ResourceProvider } from './provider';

/** A resource provider as `/subscriptions/S/providers/NS` describes it. */
export function providerJson(
  provider: ResourceProvider,
  subscriptionId: string,
  registrationState: string,
): object {
  return {
    id: `/subscriptions/${subscriptionId}/providers/${provider.namespace}`,
    namespace: provider.namespace,
    resourceTypes: (provider.resourceTypes ?? []).map(({ resourceType, apiVersions }) => ({
      resourceType,
      locations: ['West Europe', 'North Europe', 'East US', 'West US', 'France Central'],
      apiVersions,
      capabilities:
        'CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation',
    })),
    registrationState,
    registrationPolicy: 'RegistrationRequired',
  };
}
