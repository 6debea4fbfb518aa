import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { invalidResourceType, methodNotAllowed } from './errors';
import { idKey, isAtOrBelow, sameId } from './ids';
import { pageOf } from './paging';
import { accountBody, StorageAccounts } from './storageAccounts';
import { storageType } from '../storage/data';
import {
  resourceNotFound,
  type ArmCall,
  type ArmError,
  type ArmResource,
  type ResourceProvider,
} from './provider';

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
    const { otherResources } = this.context.world;
    for (const key of [...otherResources.keys()].filter((one) => isAtOrBelow(one, id)))
      otherResources.delete(key);
    this.context.world.storageData?.delete(idKey(id));
  }

  handle(call: ArmCall): Promise<Answer> | Answer {
    const own = this.storage?.answer(call);
    if (own !== undefined) return own;
    const types = call.rest.filter((_, index) => index % 2 === 0);
    const type = [this.namespace, ...types].join('/');
    // What is in a resource can be listed and read if the world's file has such parts.
    const isKnown = types.length === 1 || this.resources().some((one) => sameId(one.type, type));
    if (!isKnown) throw invalidResourceType(this.namespace, call, ['2023-05-01']);
    if (call.rest.length % 2 === 1) return this.list(call, type);
    const resource = this.find(call);
    switch (call.method) {
      case 'GET':
        if (resource === undefined) throw this.notFound(call, type);
        return { status: 200, json: this.json(resource) };
      case 'DELETE':
        if (types.length > 1) throw methodNotAllowed(call.method);
        this.remove(call.resourceId);
        return { status: resource === undefined ? 204 : 200 };
      default:
        throw methodNotAllowed(call.method);
    }
  }

  private list(call: ArmCall, type: string): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const isOfPart = call.rest.length > 1;
    if (isOfPart && this.find(call) === undefined)
      throw this.notFound(call, `${this.namespace}/${call.rest[0] ?? ''}`);
    const above = isOfPart ? call.resourceId : call.scope;
    const value = this.resources()
      .filter((resource) => sameId(resource.type, type) && isAtOrBelow(resource.id, above))
      .map((resource) => this.json(resource));
    return { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, value, 1000) };
  }

  private find(call: ArmCall): ArmResource | undefined {
    return this.context.world.otherResources.get(idKey(call.resourceId));
  }

  private notFound(call: ArmCall, type: string): ArmError {
    const names = call.rest.filter((_, index) => index % 2 === 1);
    return resourceNotFound(type, names.join('/'), call.resourceGroup ?? '');
  }

  private json(resource: ArmResource): ArmResource {
    return this.storage && idKey(resource.type) === idKey(storageType) ? accountBody(resource) : resource;
  }
}
