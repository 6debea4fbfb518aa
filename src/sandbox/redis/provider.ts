import { randomBytes } from 'node:crypto';
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
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';

const namespace = 'Microsoft.Cache';
const apiVersions = ['2024-11-01', '2024-03-01', '2023-08-01'];
const policies = ['Data Owner', 'Data Contributor', 'Data Reader'];

/**
 * Microsoft.Cache/redis (redis.json 2024-11-01 of azure-rest-api-specs): list, GET, PUT, DELETE, listKeys, regenerateKey, and
 * assignments of the built-in access policies. Everything else is refused, and there is no data.
 */
export function createCaches(context: SandboxContext): ResourceProvider {
  return new Caches(context);
}

interface CacheData {
  readonly keys: { primaryKey: string; secondaryKey: string };
  /** By name, in lowercase. */
  readonly assignments: Map<string, { accessPolicyName: string; objectId: string; objectIdAlias: string }>;
}

class Caches extends KeptResources {
  /** By the ID of the cache. */
  private readonly data = new Map<string, CacheData>();

  constructor(context: SandboxContext) {
    super(context, namespace, 'redis', apiVersions);
  }

  override resources(): ArmResource[] {
    return this.all().map((cache) => ({ ...cache, properties: propertiesOf(cache) }));
  }

  override remove(id: string): void {
    this.data.delete(idKey(id));
    super.remove(id);
  }

  override handle(call: ArmCall): Promise<Answer> | Answer {
    const [collection = '', name, child, assignment, ...more] = call.rest;
    if (name === undefined || child === undefined || !sameId(collection, this.collection))
      return super.handle(call);
    const id = `${call.scope}/providers/${this.type}/${name}`;
    const cache = this.context.world.otherResources.get(idKey(id));
    if (cache === undefined) throw resourceNotFound(this.type, name, call.resourceGroup ?? '');
    const { keys, assignments } = this.dataOf(cache);
    const path = [child.toLowerCase(), ...(assignment === undefined ? [] : ['{}']), ...more].join('/');
    switch (`${call.method} ${path}`) {
      case 'POST listkeys':
        return { status: 200, json: keys };
      case 'POST regeneratekey':
        return this.regenerate(call, keys);
      case 'GET accesspolicyassignments':
        return {
          status: 200,
          json: { value: [...assignments.keys()].map((one) => this.assignmentJson(cache, one)) },
        };
      case 'GET accesspolicyassignments/{}':
        return { status: 200, json: this.assignmentJson(cache, assignment ?? '') };
      case 'PUT accesspolicyassignments/{}':
        return this.assign(call, cache, assignment ?? '');
      // 200 or 204, or 202 with a Location.
      case 'DELETE accesspolicyassignments/{}':
        return { status: assignments.delete((assignment ?? '').toLowerCase()) ? 200 : 204 };
      default:
        throw invalidResourceType(namespace, call, apiVersions);
    }
  }

  /** `RedisCacheRegenerateKey.json` */
  private async regenerate(call: ArmCall, keys: CacheData['keys']): Promise<Answer> {
    const body = await call.json();
    const type = isRecord(body) ? body['keyType'] : undefined;
    if (type === 'Primary') keys.primaryKey = newKey();
    else if (type === 'Secondary') keys.secondaryKey = newKey();
    else throw badRequest('The key type must be Primary or Secondary.');
    return { status: 200, json: keys };
  }

  /** That a new cache is ready at once is inferred. */
  protected override async put(
    call: ArmCall,
    name: string,
    existing: OtherResource | undefined,
  ): Promise<Answer> {
    const body = await call.json();
    if (!isRecord(body) || typeof body['location'] !== 'string') throw locationRequired();
    const given = isRecord(body['properties']) ? body['properties'] : {};
    if (!isRecord(given['sku'])) throw badRequest('The sku of the cache is missing.');
    const cache: OtherResource = {
      ...{ id: call.resourceId, name, type: this.type, location: body['location'] },
      ...{ tags: tagsOf(body['tags']) ?? {}, properties: given },
    };
    this.context.world.otherResources.set(idKey(cache.id), cache);
    return { status: existing === undefined ? 201 : 200, json: this.json(cache) };
  }

  protected override json(cache: OtherResource): object {
    return { ...cache, properties: propertiesOf(cache) };
  }

  /**
   * 201 for a new one (RedisCacheAccessPolicyAssignmentCreateUpdate.json). The text about duplicates is reported
   * (AzureCacheForRedis#14); the others, and that Microsoft Entra ID must be on, are inferred.
   */
  private async assign(call: ArmCall, cache: OtherResource, name: string): Promise<Answer> {
    const body = await call.json();
    const { accessPolicyName, objectId, objectIdAlias } =
      isRecord(body) && isRecord(body['properties']) ? body['properties'] : {};
    if (
      typeof accessPolicyName !== 'string' ||
      typeof objectId !== 'string' ||
      typeof objectIdAlias !== 'string'
    )
      throw badRequest('The properties of the access policy assignment are incomplete.');
    if (!/^(?:[a-z0-9][a-z0-9-]*[a-z0-9]|[a-z0-9])$/i.test(name) || name.length < 3 || name.length > 63)
      throw badRequest(`The access policy assignment name '${name}' is not valid.`);
    if (!isEntraOn(cache)) throw badRequest('Microsoft Entra Authentication is not enabled for this cache.');
    if (!policies.includes(accessPolicyName))
      throw badRequest(`The access policy '${accessPolicyName}' does not exist.`);
    const { assignments } = this.dataOf(cache);
    const key = name.toLowerCase();
    if ([...assignments].some(([one, other]) => one !== key && sameId(other.objectId, objectId)))
      throw badRequest(
        'An invalid access policy assignment was detected due to duplicate entries. Please review and ensure that each assignment has a unique combination of assignmentName, policyName and ObjectId to avoid such duplicates',
      );
    const status = assignments.has(key) ? 200 : 201;
    assignments.set(key, { accessPolicyName, objectId, objectIdAlias });
    return { status, json: this.assignmentJson(cache, name) };
  }

  private assignmentJson(cache: OtherResource, name: string): object {
    const properties = this.dataOf(cache).assignments.get(name.toLowerCase());
    if (properties === undefined)
      throw new ArmError(404, 'NotFound', `The access policy assignment '${name}' was not found.`);
    return {
      ...{ id: `${cache.id}/accessPolicyAssignments/${name}`, name },
      ...{ type: 'Microsoft.Cache/Redis/accessPolicyAssignments' },
      properties: { ...properties, provisioningState: 'Succeeded' },
    };
  }

  private dataOf({ id }: OtherResource): CacheData {
    const known = this.data.get(idKey(id));
    if (known !== undefined) return known;
    const [primaryKey = '', secondaryKey = ''] = [1, 2].map(newKey);
    const data: CacheData = { keys: { primaryKey, secondaryKey }, assignments: new Map() };
    this.data.set(idKey(id), data);
    return data;
  }
}

/** 32 bytes in the form of identifiable keys (microsoft/security-utilities). Their checksum is left out. */
function newKey(): string {
  return `${randomBytes(25).toString('hex').slice(0, 33)}AzCaA${randomBytes(3).toString('hex').slice(0, 5)}=`;
}

function isEntraOn({ properties }: OtherResource): boolean {
  const { redisConfiguration } = properties;
  return isRecord(redisConfiguration) && String(redisConfiguration['aad-enabled']).toLowerCase() === 'true';
}

function propertiesOf({ name, properties }: OtherResource): Record<string, unknown> {
  return {
    ...{ provisioningState: 'Succeeded', hostName: `${name}.redis.cache.windows.net` },
    ...{ port: 6379, sslPort: 6380, enableNonSslPort: false, redisConfiguration: {}, redisVersion: '6.0' },
    ...properties,
  };
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}
