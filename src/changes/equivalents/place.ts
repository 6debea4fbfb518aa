import type { ManagedIdentity } from '../../azure/core/model';

/** Where a resource is, for commands that take a name and a resource group. */
export interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Of the resource; of the app where the ID is of a slot. */
  readonly name: string;
  readonly slot?: string;
}

/** The parts of an ARM ID of a resource in a resource group; absent ones are ''. */
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

/** What stands for a secret value: whoever runs the command puts the value there. */
export const valuePlaceholder = '<value>';

/** The api-version of Microsoft.Web that the requests and templates name. */
export const webApiVersion = '2023-12-01';

/** That of Microsoft.Insights/components. */
export const insightsApiVersion = '2020-02-02';

/** What an app's `identity` says once it has these identities. */
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

export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
