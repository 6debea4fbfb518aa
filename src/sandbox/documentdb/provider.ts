import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import { idKey } from '../arm/ids';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import { ArmError, type ArmCall, type ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import { badRequest, KeyedResources } from '../keyed/keyedResources';
import type { Answer } from '../server/http';
import { madeUpKey } from '../world/madeUpKeys';
import type { OtherResource } from '../world/world';
import { accountKeys, documentEndpoint, keyKinds, keyName } from './accountKeys';
import { cosmosDataOf, cosmosType } from './data';
import { SqlRoles } from './sqlRoles';

/** Stable versions of azure-rest-api-specs since the roles of accounts. */
const apiVersions = [
  ...['2021-04-15', '2021-06-15', '2023-04-15', '2024-05-15', '2024-08-15', '2024-11-15', '2025-04-15'],
];

/**
 * Microsoft.DocumentDB/databaseAccounts for NoSQL (cosmos-db.json and rbac.json 2024-11-15 of azure-rest-api-specs): keys, the
 * names of databases and containers, and role definitions and assignments. Everything else is refused, and there is no data.
 */
export function createCosmosAccounts(context: SandboxContext): ResourceProvider {
  return new CosmosAccounts(context);
}

class CosmosAccounts extends KeyedResources {
  protected readonly shownType = cosmosType;
  private readonly roles: SqlRoles;
  /** When keys were regenerated, by account and name. */
  private readonly made = new Map<string, string>();

  constructor(context: SandboxContext) {
    super(context, 'Microsoft.DocumentDB', 'databaseAccounts', apiVersions);
    this.roles = new SqlRoles(context);
  }

  override remove(id: string): void {
    this.context.world.cosmosData?.delete(idKey(id));
    super.remove(id);
  }

  /** `keysMetadata`: DatabaseAccountKeysMetadata. That an account has the times of all keys is inferred. */
  protected usual({ id, name, location }: OtherResource): Record<string, unknown> {
    const times = keyKinds.map(keyName).map((key) => {
      const generationTime = this.made.get(`${idKey(id)}/${key}`) ?? '2026-01-01T00:00:00Z';
      return [key, { generationTime }] as const;
    });
    return {
      keysMetadata: Object.fromEntries(times),
      ...{ provisioningState: 'Succeeded', databaseAccountOfferType: 'Standard' },
      ...{ documentEndpoint: documentEndpoint(name), publicNetworkAccess: 'Enabled' },
      ...{ enableFreeTier: false, disableKeyBasedMetadataWriteAccess: false, cors: [] },
      ...{ capabilities: [], EnabledApiTypes: 'Sql' },
      locations: [{ id: `${name}-${location}`, locationName: location, failoverPriority: 0 }],
    };
  }

  /** `CosmosDBDatabaseAccountPatch.json` */
  protected patched(_call: ArmCall, account: OtherResource): Answer {
    return { status: 200, json: this.json(account) };
  }

  protected onPart(call: ArmCall, account: OtherResource, part: string[]): Promise<Answer> | Answer {
    const [child = '', ...more] = part;
    switch (child.toLowerCase()) {
      case 'listkeys':
        requirePost(call);
        return { status: 200, json: Object.fromEntries(accountKeys(this.context.world, account.id)) };
      case 'regeneratekey':
        requirePost(call);
        return this.regenerate(call, account);
      case 'sqldatabases':
        return this.database(call, account, more);
      default:
        return this.roles.answer(call, account) ?? this.refuse(call);
    }
  }

  private async regenerate(call: ArmCall, account: OtherResource): Promise<Answer> {
    const body = await call.json();
    const given = isRecord(body) ? body['keyKind'] : undefined;
    const kind = keyKinds.find((one) => one === given);
    if (kind === undefined) throw badRequest(`The key kind must be one of ${keyKinds.join(', ')}.`);
    accountKeys(this.context.world, account.id).set(keyName(kind), madeUpKey('cosmosDb'));
    const now = new Date(this.context.clock.now()).toISOString();
    this.made.set(`${idKey(account.id)}/${keyName(kind)}`, now);
    const headers = call.operations.start({
      kind: 'azureAsyncOperation',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/Microsoft.DocumentDB/locations/${account.location}`,
      apiVersion: call.apiVersion,
      durationMs: 500,
    });
    return { status: 202, headers };
  }

  /**
   * Databases or containers (`SqlResources_ListSqlDatabases`, `SqlResources_ListSqlContainers`), or one of them
   * (`SqlResources_GetSqlDatabase`, `SqlResources_GetSqlContainer`). The texts are inferred.
   */
  private database(call: ArmCall, account: OtherResource, part: string[]): Answer {
    const [name, child = 'containers', container, ...more] = part;
    if (more.length > 0 || child.toLowerCase() !== 'containers') return this.refuse(call);
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const { databases } = cosmosDataOf(this.context.world, account.id);
    const all = `${account.id}/sqlDatabases`;
    const json = (below: string, type: string, resource: string) => ({
      ...{ id: `${below}/${resource}`, name: resource, type: `${cosmosType}/${type}` },
      properties: { resource: { id: resource } },
    });
    const list = (items: object[]): Answer => ({
      status: 200,
      json: pageOf(call, this.context.endpoints.resourceManager, items, 1000),
    });
    if (name === undefined) return list([...databases.keys()].map((one) => json(all, 'sqlDatabases', one)));
    const containers = databases.get(name);
    if (containers === undefined) throw notFound(name);
    if (part.length === 1) return { status: 200, json: json(all, 'sqlDatabases', name) };
    const inside = (one: string) => json(`${all}/${name}/containers`, 'sqlDatabases/containers', one);
    if (container === undefined) return list([...containers].map(inside));
    if (!containers.has(container)) throw notFound(container);
    return { status: 200, json: inside(container) };
  }

  private refuse(call: ArmCall): never {
    throw invalidResourceType(this.namespace, call, this.apiVersions);
  }
}

function requirePost({ method }: ArmCall): void {
  if (method !== 'POST') throw methodNotAllowed(method);
}

function notFound(name: string): ArmError {
  return new ArmError(404, 'NotFound', `Message: {"Errors":["Resource '${name}' not found."]}`);
}
