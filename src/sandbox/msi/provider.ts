import { randomUUID } from 'node:crypto';
import { invalidResourceType, locationRequired, methodNotAllowed } from '../arm/errors';
import { idKey, isAtOrBelow, parseArmId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import {
  ArmError,
  resourceNotFound,
  type ArmCall,
  type ArmResource,
  type ResourceProvider,
} from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { UserAssignedIdentity } from '../world/world';
import { answerFederatedCredentials } from './federatedCredentials';

const namespace = 'Microsoft.ManagedIdentity';
const type = `${namespace}/userAssignedIdentities`;
const apiVersions = ['2024-11-30', '2023-01-31', '2022-01-31-preview', '2018-11-30', '2015-08-31-preview'];

/** Microsoft.ManagedIdentity: user-assigned identities and the service principals behind them. */
export function createManagedIdentity(context: SandboxContext): ResourceProvider {
  return new ManagedIdentity(context);
}

class ManagedIdentity implements ResourceProvider {
  readonly namespace = namespace;
  readonly resourceTypes = [{ resourceType: 'userAssignedIdentities', apiVersions }];

  constructor(private readonly context: SandboxContext) {}

  resources(): ArmResource[] {
    return [...this.context.world.identities.values()].map((identity) => ({
      id: identity.id,
      name: identity.name,
      type,
      location: identity.location,
      tags: identity.tags ?? {},
      properties: propertiesOf(identity),
    }));
  }

  remove(id: string): void {
    const identity = this.context.world.identities.get(idKey(id));
    if (identity === undefined) return;
    this.context.world.identities.delete(idKey(id));
    for (const [key, principal] of this.context.world.servicePrincipals) {
      if (principal.objectId === identity.principalId) this.context.world.servicePrincipals.delete(key);
    }
  }

  async handle(call: ArmCall): Promise<Answer> {
    const [collection, name, action] = call.rest;
    if (collection?.toLowerCase() !== 'userassignedidentities') throw this.unknownType(call);
    if (name === undefined) return this.list(call);
    if (call.rest.length === 3 && action?.toLowerCase() === 'listassociatedresources')
      return this.associated(call, name);
    if (call.rest.length <= 4 && action?.toLowerCase() === 'federatedidentitycredentials')
      return answerFederatedCredentials(
        call,
        this.context.endpoints.resourceManager,
        this.identityOf(call, name),
        call.rest[3],
      );
    if (call.rest.length !== 2) throw this.unknownType(call);
    switch (call.method) {
      case 'GET':
        return { status: 200, json: identityJson(this.existing(call, name)) };
      case 'PUT':
        return this.put(call, name, await call.json());
      case 'PATCH':
        return this.patch(this.existing(call, name), await call.json());
      case 'DELETE': {
        const found = this.context.world.identities.has(idKey(call.resourceId));
        this.remove(call.resourceId);
        return { status: found ? 200 : 204 };
      }
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private list(call: ArmCall): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const identities = [...this.context.world.identities.values()].filter((identity) =>
      isAtOrBelow(identity.id, call.scope),
    );
    return {
      status: 200,
      json: pageOf(call, this.context.endpoints.resourceManager, identities.map(identityJson), 1000),
    };
  }

  private put(call: ArmCall, name: string, body: unknown): Answer {
    if (!isRecord(body) || typeof body['location'] !== 'string' || body['location'] === '') {
      throw locationRequired();
    }
    const location = body['location'].toLowerCase().replaceAll(' ', '');
    const existing = this.context.world.identities.get(idKey(call.resourceId));
    if (existing !== undefined && existing.location !== location) {
      throw new ArmError(
        409,
        'InvalidResourceLocation',
        `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${call.resourceGroup ?? ''}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
        { 'x-ms-failure-cause': 'gateway' },
      );
    }
    const tags = tagsOf(body['tags']) ?? {};
    if (existing !== undefined) {
      existing.tags = tags;
      return { status: 200, json: identityJson(existing) };
    }
    const created = this.create(call, name, location, tags);
    return { status: 201, headers: { Location: created.id }, json: identityJson(created) };
  }

  private create(
    call: ArmCall,
    name: string,
    location: string,
    tags: Record<string, string>,
  ): UserAssignedIdentity {
    // 3 to 128 letters, digits, `-` and `_`, starting with a letter or digit: OpenAPI and naming rules.
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/.test(name)) {
      throw new ArmError(
        400,
        'InvalidResourceName',
        `The name '${name}' is not valid for a resource of type '${type}'.`,
      );
    }
    const { world, clock, settings } = this.context;
    const tenantId =
      world.subscriptions.get((call.subscriptionId ?? '').toLowerCase())?.tenantId ?? call.caller.tenantId;
    const identity: UserAssignedIdentity = {
      // Lowercase, no matter what was sent: recorded.
      id: `/subscriptions/${call.subscriptionId ?? ''}/resourcegroups/${call.resourceGroup ?? ''}/providers/${type}/${name}`,
      name,
      type,
      location,
      tags,
      tenantId,
      principalId: randomUUID(),
      clientId: randomUUID(),
    };
    world.identities.set(idKey(identity.id), identity);
    world.servicePrincipals.set(identity.principalId, {
      objectId: identity.principalId,
      appId: identity.clientId,
      tenantId,
      displayName: name,
      kind: 'ManagedIdentity',
      resourceId: identity.id,
      groupIds: [],
      visibleFrom: clock.now() + settings.principalReplicationMs,
    });
    return identity;
  }

  private patch(identity: UserAssignedIdentity, body: unknown): Answer {
    const tags = isRecord(body) ? tagsOf(body['tags']) : undefined;
    if (tags !== undefined) identity.tags = tags;
    return { status: 200, json: identityJson(identity) };
  }

  /** `POST …/listAssociatedResources` of 2022-01-31-preview: the resources that use the identity. */
  private associated(call: ArmCall, name: string): Answer {
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    const identity = this.existing(call, name);
    const value = [...this.context.world.sites.values()]
      .filter((site) =>
        Object.keys(site.identity?.userAssignedIdentities ?? {}).some(
          (id) => idKey(id) === idKey(identity.id),
        ),
      )
      .map((site) => {
        const id = parseArmId(site.id);
        const subscription = this.context.world.subscriptions.get(id?.subscriptionId?.toLowerCase() ?? '');
        return {
          id: site.id,
          name: site.name,
          type: site.type.toLowerCase(),
          resourceGroup: id?.resourceGroup,
          subscriptionId: id?.subscriptionId,
          subscriptionDisplayName: subscription?.displayName,
        };
      });
    return { status: 200, json: { totalCount: value.length, value } };
  }

  private existing(call: ArmCall, name: string): UserAssignedIdentity {
    const identity = this.context.world.identities.get(idKey(call.resourceId));
    if (identity === undefined) throw resourceNotFound(type, name, call.resourceGroup ?? '');
    return identity;
  }

  /** The identity that a resource below it belongs to. */
  private identityOf(call: ArmCall, name: string): UserAssignedIdentity {
    const id = call.resourceId.split('/').slice(0, 9).join('/');
    const identity = this.context.world.identities.get(idKey(id));
    if (identity === undefined) throw resourceNotFound(type, name, call.resourceGroup ?? '');
    return identity;
  }

  private unknownType(call: ArmCall): ArmError {
    return invalidResourceType(namespace, call, apiVersions);
  }
}

function propertiesOf(identity: UserAssignedIdentity): Record<string, string> {
  return { tenantId: identity.tenantId, principalId: identity.principalId, clientId: identity.clientId };
}

function identityJson(identity: UserAssignedIdentity): object {
  return {
    id: identity.id,
    name: identity.name,
    type,
    location: identity.location,
    tags: identity.tags ?? {},
    properties: propertiesOf(identity),
  };
}
