import type { ConditionAttributes } from '../authorization/condition';
import type { Caller, SandboxContext } from '../context';
import { Rights } from '../authorization/rbac';
import { authorizationFailed } from './errors';
import type { Route } from './route';
import { visibleSubscriptions } from './subscriptions';

/** Decides what a caller may do through Resource Manager. */
export class AccessControl {
  constructor(private readonly context: SandboxContext) {}

  mayDo(caller: Caller, action: string, scope: string, attributes: ConditionAttributes = {}): boolean {
    return this.rightsOf(caller).decide(action, 'action', scope, attributes).allowed;
  }

  /** Like {@link mayDo}, but looks up the caller's rights once for a whole request. */
  reader(caller: Caller): (action: string, scope: string) => boolean {
    const rights = this.rightsOf(caller);
    return (action, scope) => rights.decide(action, 'action', scope).allowed;
  }

  /** @throws ArmError 403 AuthorizationFailed */
  authorize(caller: Caller, action: string, scope: string, attributes?: ConditionAttributes): void {
    if (this.mayDo(caller, action, scope, attributes)) return;
    const client = caller.isApp ? caller.appId : caller.name;
    throw authorizationFailed(client, caller.objectId, action, scope === '' ? '/' : scope);
  }

  /** A caller sees a subscription if they have any right in it. */
  seesSubscription(caller: Caller, subscriptionId: string): boolean {
    return visibleSubscriptions(this.context, caller).some(
      (subscription) => subscription.subscriptionId.toLowerCase() === subscriptionId.toLowerCase(),
    );
  }

  /** Whether the provider checks the required permission itself, so that the gateway doesn't have to. */
  isCheckedByProvider(
    namespace: string,
    route: Extract<Route, { kind: 'ofProvider' }>,
    method: string,
  ): boolean {
    const type = route.rest[0]?.toLowerCase();
    switch (namespace.toLowerCase()) {
      // Resource Graph shows only rows that the caller may read.
      case 'microsoft.resourcegraph':
        return true;
      // Reading your own permissions takes no permission; conditions on writing assignments depend on the
      // body.
      case 'microsoft.authorization':
        return (
          type === 'permissions' ||
          (type === 'roleassignments' && method !== 'GET') ||
          (route.scope === '' && method === 'GET' && type === 'roledefinitions')
        );
      // Every signed-in user can read what the provider offers.
      case 'microsoft.web':
        return route.scope === '' && method === 'GET';
      default:
        return false;
    }
  }

  private rightsOf(caller: Caller): Rights {
    return new Rights(this.context.world, this.context.clock.now(), [caller.objectId, ...caller.groupIds]);
  }
}

/**
 * Returns the action of a request, e.g. `Microsoft.Web/sites/config/list/action` for `POST
 * …/sites/n/config/appsettings/list`.
 */
export function actionOf(method: string, route: Route): string {
  if (route.kind !== 'ofProvider')
    return `Microsoft.Resources/subscriptions/${ownTypes[route.kind] ?? ''}${verbOf(method)}`;
  const types = route.rest.filter((_, index) => index % 2 === 0);
  return [route.namespace, ...types, verbOf(method)].join('/');
}

const ownTypes: Partial<Record<Route['kind'], string>> = {
  resourceGroup: 'resourceGroups/',
  resourceGroups: 'resourceGroups/',
  resources: 'resources/',
  locations: 'locations/',
  provider: 'providers/',
  providers: 'providers/',
};

function verbOf(method: string): string {
  if (method === 'GET' || method === 'HEAD') return 'read';
  if (method === 'DELETE') return 'delete';
  return method === 'POST' ? 'action' : 'write';
}
