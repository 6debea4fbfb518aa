import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { invalidResourceType, methodNotAllowed } from './errors';
import { idKey, isAtOrBelow } from './ids';
import { pageOf } from './paging';
import { accountBody, StorageAccounts } from './storageAccounts';
import { storageType } from '../storage/data';
import { resourceNotFound, type ArmCall, type ArmResource, type ResourceProvider } from './provider';

/**
 * Providers for the world's other resources, those that no service of the sandbox implements (such as storage
 * accounts). They can be listed, read and deleted; storage accounts can also be created.
 * @param taken existing providers, whose namespaces are left alone
 */
export function createOtherProviders(context: SandboxContext, taken: ResourceProvider[]): ResourceProvider[] {
  const namespaces = new Map([['microsoft.storage', 'Microsoft.Storage']]);
  for (const { type } of context.world.otherResources.values()) {
    const namespace = type.split('/')[0] ?? '';
    namespaces.set(namespace.toLowerCase(), namespace);
  }
  for (const provider of taken) namespaces.delete(provider.namespace.toLowerCase());
  return [...namespaces.values()].map((namespace) => new OtherProvider(context, namespace));
}

class OtherProvider implements ResourceProvider {
  private readonly storage: StorageAccounts | undefined;

  constructor(
    private readonly context: SandboxContext,
    readonly namespace: string,
  ) {
    if (namespace.toLowerCase() === 'microsoft.storage') this.storage = new StorageAccounts(context);
  }

  get resourceTypes(): { resourceType: string; apiVersions: string[] }[] {
    const types = new Set(this.resources().map((resource) => resource.type.slice(this.namespace.length + 1)));
    return [...types].map((resourceType) => ({ resourceType, apiVersions: ['2023-05-01'] }));
  }

  resources(): ArmResource[] {
    return [...this.context.world.otherResources.values()].filter(
      (resource) => idKey(resource.type.split('/')[0] ?? '') === idKey(this.namespace),
    );
  }

  remove(id: string): void {
    this.context.world.otherResources.delete(idKey(id));
    this.context.world.storageData?.delete(idKey(id));
  }

  handle(call: ArmCall): Promise<Answer> | Answer {
    const own = this.storage?.answer(call);
    if (own !== undefined) return own;
    if (call.rest.length === 1) return this.list(call);
    if (call.rest.length !== 2) throw invalidResourceType(this.namespace, call, ['2023-05-01']);
    const resource = this.context.world.otherResources.get(idKey(call.resourceId));
    switch (call.method) {
      case 'GET':
        if (resource === undefined)
          throw resourceNotFound(
            `${this.namespace}/${call.rest[0] ?? ''}`,
            call.rest[1] ?? '',
            call.resourceGroup ?? '',
          );
        return { status: 200, json: this.json(resource) };
      case 'DELETE':
        this.remove(call.resourceId);
        return { status: resource === undefined ? 204 : 200 };
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private list(call: ArmCall): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const type = `${this.namespace}/${call.rest[0] ?? ''}`;
    const value = this.resources()
      .filter((resource) => idKey(resource.type) === idKey(type) && isAtOrBelow(resource.id, call.scope))
      .map((resource) => this.json(resource));
    return { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, value, 1000) };
  }

  private json(resource: ArmResource): ArmResource {
    return this.storage && idKey(resource.type) === idKey(storageType) ? accountBody(resource) : resource;
  }
}
