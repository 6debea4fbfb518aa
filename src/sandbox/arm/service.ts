import type { OutgoingHttpHeaders } from 'node:http';
import type { Caller, SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import { createKeyedProviders } from '../keyed/providers';
import { createResourceGraph } from '../resourcegraph/provider';
import { AccessControl, actionOf } from './accessControl';
import { authenticate } from './authentication';
import { builtInProviders } from './builtInProviders';
import { invalidNamespace, invalidRequestContent, methodNotAllowed } from './errors';
import { genericResources } from './genericResources';
import { checkLocks, checkPolicies, checkState } from './guards';
import { isAtOrBelow } from './ids';
import { isRecord } from './json';
import { metadataEndpoints } from './metadata';
import { Operations } from './operations';
import { createOtherProviders } from './otherResources';
import { pageOf } from './paging';
import { providerJson } from './providerList';
import { ArmError, type ArmCall, type ArmResource, type ResourceProvider } from './provider';
import { Registrations } from './registrations';
import { ResourceGroups } from './resourceGroups';
import { readRoute, type AboutSubscription, type Route } from './route';
import { listLocations, listSubscriptions, listTenants, subscriptionJson } from './subscriptions';
import { Throttling } from './throttling';

/**
 * Resource Manager: its gateway (tokens, throttling, permissions, locks, policies), the requests it answers
 * itself, and the resource providers behind it.
 * @param providers Microsoft.Web, Microsoft.KeyVault; the others are built in
 */
export function createResourceManager(context: SandboxContext, providers: ResourceProvider[]): Service {
  const manager = new ResourceManager(context, providers);
  return (call) => manager.answer(call);
}

class ResourceManager {
  private readonly operations: Operations;
  private readonly throttling: Throttling;
  private readonly access: AccessControl;
  private readonly groups: ResourceGroups;
  private readonly registrations: Registrations;
  private readonly providers = new Map<string, ResourceProvider>();

  constructor(
    private readonly context: SandboxContext,
    given: ResourceProvider[],
  ) {
    this.operations = new Operations(context.endpoints.resourceManager, context.clock);
    this.throttling = new Throttling(context.clock);
    this.access = new AccessControl(context);
    this.registrations = new Registrations(context);
    const all = [
      ...given,
      ...builtInProviders.map((create) => create(context)),
      ...createKeyedProviders(context),
    ];
    all.push(...createOtherProviders(context, all));
    all.push(createResourceGraph(context, () => this.resources()));
    for (const provider of all) this.providers.set(provider.namespace.toLowerCase(), provider);
    this.groups = new ResourceGroups(context, all, this.operations);
  }

  async answer(call: Call): Promise<Answer> {
    const headers: OutgoingHttpHeaders = {};
    try {
      const answer = await this.route(call, headers);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      const answer = error.toAnswer();
      return { ...answer, headers: { ...headers, ...answer.headers } };
    }
  }

  private async route(call: Call, headers: OutgoingHttpHeaders): Promise<Answer> {
    const route = readRoute(call.path);
    const apiVersion = apiVersionOf(call, this.context.clock.now());
    if (route.kind === 'metadata') return metadataEndpoints(this.context, apiVersion);
    const subscriptionId = 'subscriptionId' in route ? route.subscriptionId : undefined;
    const caller = await authenticate(this.context, call, subscriptionId);
    const polled = await this.operations.poll(call);
    Object.assign(
      headers,
      this.throttling.take(caller, call.method, subscriptionId, actionOf(call.method, route)),
    );
    return polled ?? this.dispatch(call, route, caller, apiVersion);
  }

  private async dispatch(call: Call, route: Route, caller: Caller, apiVersion: string): Promise<Answer> {
    switch (route.kind) {
      case 'tenants':
        return onlyGet(call, () => listTenants(this.context, caller));
      case 'subscriptions':
        return onlyGet(call, () => listSubscriptions(this.context, caller));
      case 'subscription':
      case 'locations':
      case 'providers':
      case 'provider':
        return this.aboutSubscription(call, route, caller);
      case 'resources':
        return onlyGet(call, () => this.listResources(call, route, caller));
      case 'resourceGroups':
        if (call.method !== 'GET') throw methodNotAllowed(call.method);
        return this.groups.list(
          call,
          route.subscriptionId,
          this.readable(caller, 'Microsoft.Resources/subscriptions/resourceGroups/read'),
        );
      case 'resourceGroup':
        this.guard(
          call,
          route,
          caller,
          `/subscriptions/${route.subscriptionId}/resourceGroups/${route.resourceGroup}`,
        );
        return this.groups.handle(call, route.subscriptionId, route.resourceGroup, apiVersion);
      case 'ofProvider':
        return this.askProvider(call, route, caller, apiVersion);
      default:
        throw new ArmError(
          404,
          'MissingSubscription',
          'The request did not have a subscription or a valid tenant level resource provider.',
          {
            'x-ms-failure-cause': 'gateway',
          },
        );
    }
  }

  private aboutSubscription(call: Call, route: AboutSubscription, caller: Caller): Answer {
    const { subscriptionId } = route;
    const scope = `/subscriptions/${subscriptionId}`;
    if (route.kind === 'provider' && call.method === 'POST')
      this.access.authorize(caller, `${route.namespace}/register/action`, scope);
    else if (call.method !== 'GET') throw methodNotAllowed(call.method);
    else if (!this.access.seesSubscription(caller, subscriptionId))
      this.access.authorize(caller, actionOf('GET', route), scope);
    const subscription = this.context.world.subscriptions.get(subscriptionId.toLowerCase());
    if (route.kind === 'subscription' && subscription !== undefined)
      return { status: 200, json: subscriptionJson(subscription) };
    if (route.kind === 'locations') return { status: 200, json: listLocations(subscriptionId) };
    const stateOf = (namespace: string) => this.registrations.stateOf(subscriptionId, namespace);
    const describe = (one: ResourceProvider) => providerJson(one, subscriptionId, stateOf(one.namespace));
    if (route.kind !== 'provider')
      return { status: 200, json: { value: [...this.providers.values()].map(describe) } };
    const provider = this.provider(route.namespace);
    if (call.method === 'POST') this.registrations.register(subscriptionId, provider.namespace);
    return { status: 200, json: describe(provider) };
  }

  private listResources(call: Call, route: Extract<Route, { kind: 'resources' }>, caller: Caller): object {
    const { subscriptionId, resourceGroup } = route;
    let scope = `/subscriptions/${subscriptionId}`;
    if (resourceGroup !== undefined) scope = this.groups.get(subscriptionId, resourceGroup).id;
    const mayRead = this.access.reader(caller);
    const readable = this.resources().filter(
      (resource) => isAtOrBelow(resource.id, scope) && mayRead(`${resource.type}/read`, resource.id),
    );
    return pageOf(call, this.context.endpoints.resourceManager, genericResources(call, readable), 1000);
  }

  private async askProvider(
    call: Call,
    route: Extract<Route, { kind: 'ofProvider' }>,
    caller: Caller,
    apiVersion: string,
  ): Promise<Answer> {
    if (route.subscriptionId !== undefined && route.resourceGroup !== undefined)
      this.groups.get(route.subscriptionId, route.resourceGroup);
    const provider = this.provider(route.namespace);
    const armCall = this.armCall(call, route, caller, apiVersion);
    const filtered = call.method === 'GET' && route.isCollection;
    if (!filtered && !this.access.isCheckedByProvider(provider.namespace, route, call.method))
      this.guard(call, route, caller, route.resourceId);
    else this.check(call.method, route.resourceId);
    if (route.subscriptionId !== undefined)
      this.registrations.check(call.method, route.subscriptionId, provider.namespace, route.rest);
    const answer = await provider.handle(armCall);
    return filtered ? withoutUnreadable(answer, this.readable(caller, actionOf('GET', route))) : answer;
  }

  private armCall(
    call: Call,
    route: Extract<Route, { kind: 'ofProvider' }>,
    caller: Caller,
    apiVersion: string,
  ): ArmCall {
    let mayDo: ArmCall['mayDo'] | undefined;
    const armCall: ArmCall = {
      method: call.method,
      url: call.url,
      path: call.path,
      query: call.query,
      headers: call.headers,
      hostName: call.hostName,
      remoteAddress: call.remoteAddress,
      signal: call.signal,
      request: call.request,
      body: () => call.body(),
      json: () => jsonOf(call),
      caller,
      namespace: route.namespace,
      rest: route.rest,
      scope: route.scope,
      resourceId: route.resourceId,
      apiVersion,
      operations: this.operations,
      mayDo: (action, scope) => (mayDo ??= this.access.reader(caller))(action, scope),
      authorize: (action, scope, attributes) => {
        this.access.authorize(caller, action, scope ?? route.resourceId, attributes);
      },
    };
    if (route.subscriptionId !== undefined) armCall.subscriptionId = route.subscriptionId;
    if (route.resourceGroup !== undefined) armCall.resourceGroup = route.resourceGroup;
    return armCall;
  }

  /**
   * Checks the permission that the method and path require, then locks and policies: in this order, as in
   * Azure.
   */
  private guard(call: Call, route: Route, caller: Caller, resourceId: string): void {
    this.access.authorize(caller, actionOf(call.method, route), resourceId);
    this.check(call.method, resourceId);
  }

  private check(method: string, resourceId: string): void {
    checkState(this.context.world, method, resourceId);
    checkLocks(this.context.world, method, resourceId);
    checkPolicies(this.context.world, method, resourceId);
  }

  private readable(caller: Caller, action: string): (id: string) => boolean {
    const mayDo = this.access.reader(caller);
    return (id) => mayDo(action, id);
  }

  private provider(namespace: string): ResourceProvider {
    const provider = this.providers.get(namespace.toLowerCase());
    if (provider === undefined) throw invalidNamespace(namespace);
    return provider;
  }

  private resources(): ArmResource[] {
    return [...this.providers.values()].flatMap((provider) => provider.resources());
  }
}

function onlyGet(call: Call, list: () => object): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  return { status: 200, json: list() };
}

function withoutUnreadable(answer: Answer, mayRead: (id: string) => boolean): Answer {
  if (!isRecord(answer.json) || !Array.isArray(answer.json['value'])) return answer;
  const items: unknown[] = answer.json['value'];
  const value = items.filter(
    (item) => !isRecord(item) || typeof item['id'] !== 'string' || mayRead(item['id']),
  );
  return { ...answer, json: { ...answer.json, value } };
}

/** @throws ArmError 400 InvalidRequestContent */
async function jsonOf(call: Call): Promise<unknown> {
  try {
    return await call.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidRequestContent(error.message);
    throw error;
  }
}

/** @throws ArmError 400 for an `api-version` that is missing, malformed, or older than Resource Manager */
function apiVersionOf(call: Call, now: number): string {
  const version = call.query.get('api-version') ?? '';
  const gateway = { 'x-ms-failure-cause': 'gateway' };
  if (version === '') {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
      gateway,
    );
  }
  const date = /^(\d{4}-\d{2}-\d{2})(-[a-z]+)?$/i.exec(version)?.[1];
  const nextYear = new Date(now + 366 * 24 * 3600_000).toISOString();
  if (date === undefined || date < '2014-01-01' || date > nextYear) {
    throw new ArmError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid.`,
      gateway,
    );
  }
  return version.toLowerCase();
}
