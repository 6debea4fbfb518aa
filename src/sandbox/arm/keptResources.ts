import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';
import { invalidResourceType, methodNotAllowed } from './errors';
import { idKey, isAtOrBelow, sameId } from './ids';
import { pageOf } from './paging';
import { resourceNotFound, type ArmCall, type ArmResource, type ResourceProvider } from './provider';

/** A provider of one resource type, which the world stores exactly as given. */
export abstract class KeptResources implements ResourceProvider {
  readonly resourceTypes: { resourceType: string; apiVersions: string[] }[];

  constructor(
    protected readonly context: SandboxContext,
    readonly namespace: string,
    protected readonly collection: string,
    protected readonly apiVersions: string[],
  ) {
    this.resourceTypes = [{ resourceType: collection, apiVersions }];
  }

  /** The full type name as the service spells it in resources. */
  protected get type(): string {
    return `${this.namespace}/${this.collection}`;
  }

  protected abstract json(resource: OtherResource): object;
  protected abstract put(
    call: ArmCall,
    name: string,
    existing: OtherResource | undefined,
  ): Promise<Answer> | Answer;

  /** Handles methods other than those that every type supports. */
  protected onExisting(call: ArmCall, _existing: OtherResource): Promise<Answer> | Answer {
    throw methodNotAllowed(call.method);
  }

  resources(): ArmResource[] {
    return this.all();
  }

  remove(id: string): void {
    this.context.world.otherResources.delete(idKey(id));
  }

  handle(call: ArmCall): Promise<Answer> | Answer {
    const [collection = '', name, ...more] = call.rest;
    if (collection.toLowerCase() !== this.collection.toLowerCase() || more.length > 0)
      throw invalidResourceType(this.namespace, call, this.apiVersions);
    if (name === undefined) return this.list(call);
    const existing = this.context.world.otherResources.get(idKey(call.resourceId));
    if (call.method === 'PUT') return this.put(call, name, existing);
    if (call.method === 'DELETE') {
      this.remove(call.resourceId);
      return { status: existing === undefined ? 204 : 200 };
    }
    if (existing === undefined) throw resourceNotFound(this.type, name, call.resourceGroup ?? '');
    if (call.method === 'GET') return { status: 200, json: this.json(existing) };
    return this.onExisting(call, existing);
  }

  private list(call: ArmCall): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const items = this.all()
      .filter(({ id }) => isAtOrBelow(id, call.scope) && call.mayDo(`${this.type}/read`, id))
      .map((resource) => this.json(resource));
    return { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, items, 1000) };
  }

  protected all(): OtherResource[] {
    return [...this.context.world.otherResources.values()].filter((other) => sameId(other.type, this.type));
  }
}
