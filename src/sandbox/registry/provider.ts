import { invalidResourceType, locationRequired } from '../arm/errors';
import { idKey, sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import { KeptResources } from '../arm/keptResources';
import {
  ArmError,
  resourceNotFound,
  type ArmCall,
  type ArmResource,
  type ResourceProvider,
} from '../arm/provider';
import { tagsOf } from '../arm/resourceGroups';
import type { SandboxContext } from '../context';
import { forgetKeys, keysOf } from '../keyed/keys';
import type { Answer } from '../server/http';
import type { OtherResource, World } from '../world/world';

const apiVersions = ['2025-11-01', '2025-04-01', '2023-07-01'];

/**
 * Microsoft.ContainerRegistry/registries (containerregistry.json of azure-rest-api-specs): list, GET, PUT, DELETE, and
 * listCredentials. Everything else is refused, and there are no images.
 */
export function createRegistries(context: SandboxContext): ResourceProvider {
  return new Registries(context);
}

class Registries extends KeptResources {
  constructor(context: SandboxContext) {
    super(context, 'Microsoft.ContainerRegistry', 'registries', apiVersions);
  }

  override resources(): ArmResource[] {
    return this.all().map((registry) => ({ ...registry, properties: propertiesOf(registry) }));
  }

  override remove(id: string): void {
    forgetKeys(this.context.world, id);
    super.remove(id);
  }

  override handle(call: ArmCall): Promise<Answer> | Answer {
    const [collection = '', name, action, ...more] = call.rest;
    if (name === undefined || action === undefined || !sameId(collection, this.collection))
      return super.handle(call);
    const id = `${call.scope}/providers/${this.type}/${name}`;
    const registry = this.context.world.otherResources.get(idKey(id));
    if (registry === undefined) throw resourceNotFound(this.type, name, call.resourceGroup ?? '');
    if (call.method !== 'POST' || !sameId(action, 'listCredentials') || more.length > 0)
      throw invalidResourceType(this.namespace, call, apiVersions);
    // The code and the text are inferred.
    if (registry.properties['adminUserEnabled'] !== true)
      throw new ArmError(
        400,
        'BadRequest',
        `The admin user is disabled for the registry '${registry.name}'.`,
      );
    const passwords = [...registryPasswords(this.context.world, registry)];
    const json = {
      username: registry.name,
      passwords: passwords.map(([key, value]) => ({ name: key, value })),
    };
    return { status: 200, json };
  }

  /** That a new registry is ready at once is inferred. */
  protected override async put(
    call: ArmCall,
    name: string,
    existing: OtherResource | undefined,
  ): Promise<Answer> {
    const body = await call.json();
    if (!isRecord(body) || typeof body['location'] !== 'string') throw locationRequired();
    if (!isRecord(body['sku'])) throw new ArmError(400, 'BadRequest', 'The sku of the registry is missing.');
    const registry: OtherResource = {
      ...{ id: call.resourceId, name, type: this.type, location: body['location'], sku: body['sku'] },
      ...{ tags: tagsOf(body['tags']) ?? {} },
      ...{ properties: isRecord(body['properties']) ? body['properties'] : {} },
    };
    this.context.world.otherResources.set(idKey(registry.id), registry);
    return { status: existing === undefined ? 201 : 200, json: this.json(registry) };
  }

  protected override json(registry: OtherResource): object {
    return { ...registry, properties: propertiesOf(registry) };
  }
}

/** The passwords of the admin user, by name. */
export function registryPasswords(world: World, { id }: OtherResource): ReadonlyMap<string, string> {
  return keysOf(world, id, ['password', 'password2'], 'registry');
}

function propertiesOf({ name, properties }: OtherResource): Record<string, unknown> {
  return {
    ...{ provisioningState: 'Succeeded', loginServer: `${name}.azurecr.io`, adminUserEnabled: false },
    ...{ policies: { azureADAuthenticationAsArmPolicy: { status: 'enabled' } } },
    roleAssignmentMode: 'LegacyRegistryPermissions',
    ...properties,
  };
}
