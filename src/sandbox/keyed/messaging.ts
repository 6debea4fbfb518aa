import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import { idKey, isAtOrBelow, parseArmId, sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import type { ArmCall, ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { madeUpKey } from '../world/madeUpKeys';
import type { OtherResource, World } from '../world/world';
import { badRequest, KeyedResources, notFound } from './keyedResources';
import { keysOf } from './keys';

/** Microsoft.ServiceBus/namespaces with queues, topics and their subscriptions (servicebus.json of azure-rest-api-specs). */
export function createServiceBus(context: SandboxContext): ResourceProvider {
  return new Namespaces(context, 'Microsoft.ServiceBus', ['queues', 'topics', 'topics/subscriptions']);
}

/** Microsoft.EventHub/namespaces with hubs and their consumer groups (namespaces.json and eventhubs.json). */
export function createEventHubs(context: SandboxContext): ResourceProvider {
  return new Namespaces(context, 'Microsoft.EventHub', ['eventhubs', 'eventhubs/consumergroups']);
}

/** The rule that each namespace has. Those of its parts come from the world's file. */
const rootRule = 'RootManageSharedAccessKey';
const keyNames = ['primaryKey', 'secondaryKey'] as const;

class Namespaces extends KeyedResources {
  protected readonly shownType: string;

  constructor(
    context: SandboxContext,
    namespace: string,
    /** Types of what is in a namespace. */
    private readonly parts: string[],
  ) {
    super(context, namespace, 'namespaces', ['2021-11-01', '2024-01-01']);
    this.shownType = `${namespace}/Namespaces`;
  }

  protected usual({ id, name }: OtherResource): Record<string, unknown> {
    return {
      ...{ provisioningState: 'Succeeded', status: 'Active', minimumTlsVersion: '1.2' },
      ...{ publicNetworkAccess: 'Enabled', zoneRedundant: true },
      metricId: `${parseArmId(id)?.subscriptionId ?? ''}:${name.toLowerCase()}`,
      serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/`,
    };
  }

  protected patched(_call: ArmCall, resource: OtherResource): Answer {
    const properties = { ...this.propertiesOf(resource), provisioningState: 'Updating' };
    return { status: 200, json: { ...this.json(resource), properties } };
  }

  protected onPart(call: ArmCall, resource: OtherResource, part: string[]): Promise<Answer> | Answer {
    const ruleAt = part.findIndex((one) => sameId(one, 'authorizationRules'));
    if (ruleAt >= 0) return this.onRule(call, resource, part.slice(0, ruleAt), part.slice(ruleAt + 1));
    if (sameId(part.join('/'), 'networkRuleSets/default')) return this.networkRules(call, resource);
    const type = part.filter((_, index) => index % 2 === 0).join('/');
    const known = this.parts.find((one) => sameId(one, type));
    if (known === undefined) throw invalidResourceType(this.namespace, call, this.apiVersions);
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const { otherResources } = this.context.world;
    if (part.length % 2 === 0) {
      const found = otherResources.get(idKey(call.resourceId));
      if (found === undefined) throw notFound(call);
      return { status: 200, json: this.partJson(found, known) };
    }
    if (part.length > 2 && !otherResources.has(idKey(call.resourceId))) throw notFound(call);
    const items = [...otherResources.values()]
      .filter((one) => sameId(one.type, `${this.type}/${known}`) && isAtOrBelow(one.id, call.resourceId))
      .map((one) => this.partJson(one, known));
    return { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, items, 100) };
  }

  /** `NetworkRuleSet` of the service's OpenAPI document. Nothing here changes them. */
  private networkRules(call: ArmCall, { id, properties }: OtherResource): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const open = {
      defaultAction: 'Allow',
      ipRules: [],
      virtualNetworkRules: [],
      publicNetworkAccess: 'Enabled',
    };
    const given = properties['networkRuleSet'];
    const json = {
      id: `${id}/networkRuleSets/default`,
      name: 'default',
      type: `${this.type}/NetworkRuleSets`,
    };
    return { status: 200, json: { ...json, properties: isRecord(given) ? { ...open, ...given } : open } };
  }

  private partJson({ id, name, properties }: OtherResource, type: string): object {
    const shown = { id, name: name.split('/').at(-1), type: `${this.type}/${type}` };
    return { ...shown, properties: { status: 'Active', ...properties } };
  }

  private onRule(
    call: ArmCall,
    { id, name }: OtherResource,
    owner: string[],
    [given, action, ...more]: string[],
  ): Promise<Answer> | Answer {
    const rules = [id, ...owner, 'authorizationRules'].join('/');
    const { otherResources } = this.context.world;
    // Subscriptions and consumer groups have none.
    if (owner.length > 2 || more.length > 0)
      throw invalidResourceType(this.namespace, call, this.apiVersions);
    if (owner.length > 0 && !otherResources.has(idKey([id, ...owner].join('/')))) throw notFound(call);
    const below = [...otherResources.values()].filter(
      (one) => isAtOrBelow(one.id, rules) && one.id.split('/').length === rules.split('/').length + 1,
    );
    const known = owner.length > 0 ? below.map((one) => one.id.split('/').at(-1) ?? '') : [rootRule];
    const json = known.map((rule) => ({
      ...{ id: `${rules}/${rule}`, name: rule, type: `${this.type}/authorizationRules` },
      properties: { rights: owner.length > 0 ? ['Send'] : ['Listen', 'Manage', 'Send'] },
    }));
    if (given === undefined && call.method === 'GET') return { status: 200, json: { value: json } };
    const rule = json.find((one) => sameId(one.name, given ?? ''));
    if (rule === undefined) throw notFound(call);
    if (action === undefined && call.method === 'GET') return { status: 200, json: rule };
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    const keyed = { id: rule.id, keyName: rule.name, namespace: name, entity: owner[1] };
    if (sameId(action ?? '', 'listKeys')) return { status: 200, json: this.keysJson(keyed) };
    if (sameId(action ?? '', 'regenerateKeys')) return this.regenerate(call, keyed);
    throw notFound(call);
  }

  /** `SBNameSpaceAuthorizationRuleListKey.json`, `SBQueueAuthorizationRuleListKey.json`. */
  private keysJson({ id, keyName, namespace, entity }: KeyedRule): object {
    const keys = Object.fromEntries(ruleKeys(this.context.world, id));
    const [primary, secondary] = keyNames.map((name) =>
      connectionString(namespace, keys[name] ?? '', keyName, entity),
    );
    return {
      ...{ keyName, ...keys },
      ...{ primaryConnectionString: primary, secondaryConnectionString: secondary },
    };
  }

  private async regenerate(call: ArmCall, rule: KeyedRule): Promise<Answer> {
    const body = await call.json();
    const type = isRecord(body) ? body['keyType'] : undefined;
    const name = keyNames.find((one) => typeof type === 'string' && sameId(one, type));
    if (name === undefined) throw badRequest('The key type must be PrimaryKey or SecondaryKey.');
    ruleKeys(this.context.world, rule.id).set(name, madeUpKey('serviceBus'));
    return { status: 200, json: this.keysJson(rule) };
  }
}

interface KeyedRule {
  readonly id: string;
  readonly keyName: string;
  readonly namespace: string;
  /** Name of the queue, topic, or hub that the rule belongs to. */
  readonly entity: string | undefined;
}

/** The connection string of a namespace's first key, as the portal shows it. */
export function namespaceConnection(world: World, { id, name }: OtherResource): string {
  const keys = ruleKeys(world, `${id}/authorizationRules/${rootRule}`);
  return connectionString(name, keys.get('primaryKey') ?? '');
}

function ruleKeys(world: World, id: string): Map<string, string> {
  return keysOf(world, id, keyNames, 'serviceBus');
}

function connectionString(name: string, key: string, rule = rootRule, entity?: string): string {
  const path = entity === undefined ? '' : `;EntityPath=${entity}`;
  return `Endpoint=sb://${name}.servicebus.windows.net/;SharedAccessKeyName=${rule};SharedAccessKey=${key}${path}`;
}
