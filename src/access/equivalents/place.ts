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
