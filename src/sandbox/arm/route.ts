/** What a Resource Manager path refers to. IDs and names are percent-decoded and keep their case. */
export type Route =
  | { kind: 'metadata' }
  | { kind: 'tenants' }
  | { kind: 'subscriptions' }
  | { kind: 'unknown' }
  | AboutSubscription
  | { kind: 'resourceGroups'; subscriptionId: string }
  | { kind: 'operation'; subscriptionId: string }
  | { kind: 'resourceGroup'; subscriptionId: string; resourceGroup: string }
  | { kind: 'resources'; subscriptionId: string; resourceGroup?: string }
  | {
      kind: 'ofProvider';
      namespace: string;
      rest: string[];
      scope: string;
      resourceId: string;
      /**
       * A list of tracked resources in a subscription or resource group, filtered to what the caller may
       * read.
       */
      isCollection: boolean;
      subscriptionId?: string;
      resourceGroup?: string;
    };

/** A request about a subscription itself. */
export type AboutSubscription =
  | { kind: 'subscription'; subscriptionId: string }
  | { kind: 'locations'; subscriptionId: string }
  | { kind: 'providers'; subscriptionId: string }
  | { kind: 'provider'; subscriptionId: string; namespace: string };

/** Parses a path. Double slashes are accepted, as by the real gateway (recorded: `//subscriptions/…`). */
export function readRoute(path: string): Route {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const lower = segments.map((segment) => segment.toLowerCase());
  if (lower.join('/') === 'metadata/endpoints') return { kind: 'metadata' };
  const providersAt = lower.lastIndexOf('providers');
  const [first, subscriptionId, third, fourth, fifth] = segments;
  if (lower[0] === 'tenants' && segments.length === 1) return { kind: 'tenants' };
  if (first !== undefined && lower[0] === 'subscriptions' && subscriptionId !== undefined) {
    if (third === undefined) return { kind: 'subscription', subscriptionId };
    if (segments.length === 3 && isListOfSubscription(lower[2]))
      return { kind: listKinds[lower[2]], subscriptionId };
    if (lower[2] === 'operationresults') return { kind: 'operation', subscriptionId };
    if (lower[2] === 'providers' && fourth !== undefined && segments.length === 4)
      return { kind: 'provider', subscriptionId, namespace: fourth };
    if (
      lower[2] === 'providers' &&
      fourth !== undefined &&
      segments.length === 5 &&
      lower[4] === 'register'
    ) {
      return { kind: 'provider', subscriptionId, namespace: fourth };
    }
    if (lower[2] === 'resourcegroups' && fourth !== undefined) {
      if (fifth === undefined) return { kind: 'resourceGroup', subscriptionId, resourceGroup: fourth };
      if (lower[4] === 'resources' && segments.length === 5)
        return { kind: 'resources', subscriptionId, resourceGroup: fourth };
    }
  } else if (lower[0] === 'subscriptions') return { kind: 'subscriptions' };
  if (providersAt < 0 || segments.length < providersAt + 3) return { kind: 'unknown' };
  return ofProvider(segments, lower, providersAt);
}

const listKinds = {
  locations: 'locations',
  providers: 'providers',
  resourcegroups: 'resourceGroups',
  resources: 'resources',
} as const;

function isListOfSubscription(name: string | undefined): name is keyof typeof listKinds {
  return name !== undefined && name in listKinds;
}

function ofProvider(segments: string[], lower: string[], providersAt: number): Route {
  const namespace = segments[providersAt + 1] ?? '';
  const rest = segments.slice(providersAt + 2);
  const scope = segments
    .slice(0, providersAt)
    .map((segment) => `/${segment}`)
    .join('');
  // A path of odd length ends in a collection or an action, which is not part of the resource's ID.
  const named = rest.slice(0, rest.length - (rest.length % 2));
  const route: Extract<Route, { kind: 'ofProvider' }> = {
    kind: 'ofProvider',
    namespace,
    rest,
    scope,
    resourceId: named.length === 0 ? scope : `${scope}/providers/${namespace}/${named.join('/')}`,
    isCollection:
      rest.length === 1 &&
      lower[0] === 'subscriptions' &&
      providersAt <= 4 &&
      namespace.toLowerCase() !== 'microsoft.authorization' &&
      rest[0]?.toLowerCase() !== 'georegions',
  };
  if (lower[0] === 'subscriptions' && segments[1] !== undefined) route.subscriptionId = segments[1];
  if (lower[0] === 'subscriptions' && lower[2] === 'resourcegroups' && segments[3] !== undefined)
    route.resourceGroup = segments[3];
  return route;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}
