import type { ManagedIdentity } from '../../azure/core/model';

/** A resource's location, for commands that take a name and a resource group. */
export interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Name of the resource, or of the app if the ID is a slot's. */
  readonly name: string;
  readonly slot?: string;
}

/** Splits the ARM ID of a resource in a resource group; absent parts are ''. */
export function placeOf(id: string): Place {
  const after = (segment: string) => new RegExp(`/${segment}/([^/]+)`, 'i').exec(id)?.[1];
  const slot = after('slots');
  return {
    subscriptionId: after('subscriptions') ?? '',
    resourceGroup: after('resourceGroups') ?? '',
    name: /\/providers\/[^/]+\/[^/]+\/([^/]+)/i.exec(id)?.[1] ?? '',
    ...(slot === undefined ? {} : { slot }),
  };
}

/** Placeholder for a secret value, to be replaced before running the command. */
export const valuePlaceholder = '<value>';

/** The Microsoft.Web api-version in requests and templates. */
export const webApiVersion = '2023-12-01';

/** The Microsoft.Insights/components api-version. */
export const insightsApiVersion = '2020-02-02';

/** The app's `identity` property once it has these identities. */
export function identityAfter(identity: ManagedIdentity): {
  readonly type: string;
  readonly userAssigned: readonly string[];
} {
  const userAssigned = identity.userAssigned.map(({ resourceId }) => resourceId);
  const types = [
    ...(identity.systemAssigned ? ['SystemAssigned'] : []),
    ...(userAssigned.length > 0 ? ['UserAssigned'] : []),
  ];
  return { type: types.join(', ') || 'None', userAssigned };
}
