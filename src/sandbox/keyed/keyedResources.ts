import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import { idKey, sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { KeptResources } from '../arm/keptResources';
import { ArmError, resourceNotFound, type ArmCall, type ArmResource } from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';
import { forgetKeys } from './keys';

/**
 * Resources that accept keys, and whose keys a PATCH of `disableLocalAuth` turns off. They come from the world's file, because
 * nothing here creates them, and they have no data plane.
 */
export abstract class KeyedResources extends KeptResources {
  /** The type as the service spells it in its own answers. */
  protected abstract readonly shownType: string;

  /** What the service reports unless the world says otherwise. */
  protected abstract usual(resource: OtherResource): Record<string, unknown>;

  /** Answers requests for what is below a resource. */
  protected abstract onPart(call: ArmCall, resource: OtherResource, part: string[]): Promise<Answer> | Answer;

  /** What the answer to a PATCH has, as documented. */
  protected abstract patched(call: ArmCall, resource: OtherResource): Answer;

  /** Called when keys were turned off. */
  protected turnedOff(_resource: OtherResource): void {
    // Most services keep the keys.
  }

  override handle(call: ArmCall): Promise<Answer> | Answer {
    const [collection = '', name, ...part] = call.rest;
    if (name === undefined || part.length === 0) return super.handle(call);
    if (!sameId(collection, this.collection))
      throw invalidResourceType(this.namespace, call, this.apiVersions);
    const id = `${call.scope}/providers/${this.type}/${name}`;
    const resource = this.context.world.otherResources.get(idKey(id));
    if (resource === undefined) throw resourceNotFound(this.type, name, call.resourceGroup ?? '');
    return this.onPart(call, resource, part);
  }

  override resources(): ArmResource[] {
    return this.all().map((resource) => ({ ...resource, properties: this.propertiesOf(resource) }));
  }

  override remove(id: string): void {
    const { otherResources, serviceKeys } = this.context.world;
    const isPart = (key: string) => key === idKey(id) || key.startsWith(`${idKey(id)}/`);
    for (const key of [...otherResources.keys()].filter(isPart)) otherResources.delete(key);
    for (const key of [...(serviceKeys?.keys() ?? [])].filter(isPart)) forgetKeys(this.context.world, key);
  }

  protected json(resource: OtherResource): object {
    return { ...resource, type: this.shownType, properties: this.propertiesOf(resource) };
  }

  protected put(call: ArmCall): Answer {
    throw methodNotAllowed(call.method);
  }

  protected override async onExisting(call: ArmCall, existing: OtherResource): Promise<Answer> {
    if (call.method !== 'PATCH') throw methodNotAllowed(call.method);
    const body = await call.json();
    if (!isRecord(body)) throw badRequest('The request has no body.');
    const { properties = {}, tags, ...others } = body;
    const { disableLocalAuth, ...more } = isRecord(properties) ? properties : {};
    const unknown = [...Object.keys(others), ...Object.keys(more)];
    if (unknown.length > 0) throw badRequest(`The sandbox doesn't support changing ${unknown.join(', ')}.`);
    if (disableLocalAuth !== undefined && typeof disableLocalAuth !== 'boolean')
      throw badRequest('The value of disableLocalAuth must be a Boolean.');
    const given = tagsOf(tags);
    if (given !== undefined) existing.tags = given;
    if (disableLocalAuth !== undefined) {
      existing.properties = { ...existing.properties, disableLocalAuth };
      if (disableLocalAuth) this.turnedOff(existing);
    }
    return this.patched(call, existing);
  }

  protected propertiesOf(resource: OtherResource): Record<string, unknown> {
    return { ...this.usual(resource), disableLocalAuth: false, ...resource.properties };
  }
}

/** The codes and texts of refusals by these services are inferred. */
export function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

export function notFound(call: ArmCall): ArmError {
  return new ArmError(404, 'NotFound', `The requested resource ${call.path} does not exist.`);
}
