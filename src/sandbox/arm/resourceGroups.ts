import type { SandboxContext } from '../context';
import type { Answer, Call } from '../server/http';
import type { ResourceGroup } from '../world/world';
import { invalidRequestContent, locationRequired, methodNotAllowed, resourceGroupNotFound } from './errors';
import { resourceFilter } from './genericResources';
import { idKey, isAtOrBelow } from './ids';
import type { Operations } from './operations';
import { pageOf } from './paging';
import { ArmError, type ResourceProvider } from './provider';
import { isRecord } from './json';

const type = 'Microsoft.Resources/resourceGroups';

/**
 * The resource groups of one run. A group is still listed while it's being deleted, with the state
 * `Deleting`.
 */
export class ResourceGroups {
  private readonly deleting = new Set<string>();

  constructor(
    private readonly context: SandboxContext,
    private readonly providers: ResourceProvider[],
    private readonly operations: Operations,
  ) {}

  /** @throws ArmError 404 ResourceGroupNotFound */
  get(subscriptionId: string, name: string): ResourceGroup {
    const group = this.find(subscriptionId, name);
    if (group === undefined) throw resourceGroupNotFound(name);
    return group;
  }

  list(call: Call, subscriptionId: string, mayRead: (id: string) => boolean): Answer {
    const inFilter = resourceFilter(call.query.get('$filter'));
    const groups = [...this.context.world.resourceGroups.values()].filter(
      (group) =>
        isAtOrBelow(group.id, `/subscriptions/${subscriptionId}`) &&
        mayRead(group.id) &&
        inFilter({ ...group, type }),
    );
    const items = groups.map((group) => this.json(group));
    return { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, items, 1000) };
  }

  /** Handles GET, HEAD, PUT, PATCH and DELETE of one group. */
  async handle(call: Call, subscriptionId: string, name: string, apiVersion: string): Promise<Answer> {
    switch (call.method) {
      case 'GET':
        return { status: 200, json: this.json(this.get(subscriptionId, name)) };
      case 'HEAD':
        return { status: this.find(subscriptionId, name) === undefined ? 404 : 204 };
      case 'PUT':
        return this.put(subscriptionId, name, await call.json());
      case 'PATCH':
        return this.patch(this.get(subscriptionId, name), await call.json());
      case 'DELETE':
        return this.delete(subscriptionId, this.get(subscriptionId, name), apiVersion);
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private find(subscriptionId: string, name: string): ResourceGroup | undefined {
    return this.context.world.resourceGroups.get(
      idKey(`/subscriptions/${subscriptionId}/resourceGroups/${name}`),
    );
  }

  private json(group: ResourceGroup): object {
    const provisioningState = this.deleting.has(idKey(group.id)) ? 'Deleting' : 'Succeeded';
    const { id, name, location, tags } = group;
    return {
      id,
      name,
      type,
      location,
      ...(tags === undefined ? {} : { tags }),
      properties: { provisioningState },
    };
  }

  private put(subscriptionId: string, name: string, body: unknown): Answer {
    if (!isRecord(body) || typeof body['location'] !== 'string' || body['location'] === '') {
      throw locationRequired();
    }
    // Names: docs of Microsoft.Resources, 1-90 letters, digits, `_`, `-`, `.`, parentheses, not ending in a
    // period.
    if (!/^[\p{L}\p{N}_().-]{1,90}$/u.test(name) || name.endsWith('.')) {
      throw new ArmError(
        400,
        'InvalidResourceGroupName',
        `The provided resource group name '${name}' has these invalid characters or form. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.`,
      );
    }
    const location = body['location'].toLowerCase().replaceAll(' ', '');
    const existing = this.find(subscriptionId, name);
    if (existing !== undefined && existing.location.toLowerCase().replaceAll(' ', '') !== location) {
      throw new ArmError(
        409,
        'InvalidResourceGroupLocation',
        `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
      );
    }
    const group: ResourceGroup = existing ?? {
      id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
      name,
      location,
    };
    const tags = tagsOf(body['tags']);
    if (tags === undefined) delete group.tags;
    else group.tags = tags;
    this.context.world.resourceGroups.set(idKey(group.id), group);
    return { status: existing === undefined ? 201 : 200, json: this.json(group) };
  }

  private patch(group: ResourceGroup, body: unknown): Answer {
    const tags = isRecord(body) ? tagsOf(body['tags']) : undefined;
    if (tags !== undefined) group.tags = tags;
    return { status: 200, json: this.json(group) };
  }

  private delete(subscriptionId: string, group: ResourceGroup, apiVersion: string): Answer {
    this.deleting.add(idKey(group.id));
    const headers = this.operations.start({
      kind: 'location',
      parent: `/subscriptions/${subscriptionId}`,
      apiVersion,
      durationMs: 1000,
      retryAfterSeconds: 15,
      work: this.remove(group),
    });
    return { status: 202, headers };
  }

  private async remove(group: ResourceGroup): Promise<void> {
    const { world } = this.context;
    try {
      for (const provider of this.providers) {
        for (const resource of provider.resources()) {
          if (isAtOrBelow(resource.id, group.id)) await provider.remove(resource.id);
        }
      }
      world.roleAssignments = world.roleAssignments.filter(
        (assignment) => !isAtOrBelow(assignment.scope, group.id),
      );
      world.resourceGroups.delete(idKey(group.id));
    } finally {
      this.deleting.delete(idKey(group.id));
    }
  }
}

/** Reads the tags of a request body. @throws ArmError 400 if they aren't a map of strings */
export function tagsOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw invalidRequestContent('tags is not an object');
  const tags: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalidRequestContent(`the value of tag ${name} is not a string`);
    tags[name] = text;
  }
  return tags;
}
