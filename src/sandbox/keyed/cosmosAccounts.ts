import { methodNotAllowed } from '../arm/errors';
import { sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import type { ArmCall, ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { madeUpKey } from '../world/madeUpKeys';
import type { OtherResource, World } from '../world/world';
import { badRequest, KeyedResources, notFound } from './keyedResources';
import { keysOf } from './keys';

/** Microsoft.DocumentDB/databaseAccounts (cosmos-db.json of azure-rest-api-specs). */
export function createCosmosAccounts(context: SandboxContext): ResourceProvider {
  return new CosmosAccounts(context);
}

const kinds = ['primary', 'secondary', 'primaryReadonly', 'secondaryReadonly'];
const names = kinds.map(nameOf);

class CosmosAccounts extends KeyedResources {
  protected readonly shownType = 'Microsoft.DocumentDB/databaseAccounts';

  constructor(context: SandboxContext) {
    super(context, 'Microsoft.DocumentDB', 'databaseAccounts', ['2021-06-15', '2024-11-15']);
  }

  protected usual({ name }: OtherResource): Record<string, unknown> {
    return {
      ...{ provisioningState: 'Succeeded', databaseAccountOfferType: 'Standard' },
      ...{ documentEndpoint: documentEndpoint(name), publicNetworkAccess: 'Enabled' },
      ...{ enableFreeTier: false, disableKeyBasedMetadataWriteAccess: false, cors: [] },
    };
  }

  /** `CosmosDBDatabaseAccountPatch.json` */
  protected patched(_call: ArmCall, account: OtherResource): Answer {
    return { status: 200, json: this.json(account) };
  }

  protected onPart(call: ArmCall, account: OtherResource, [action = '', ...more]: string[]) {
    if (more.length > 0) throw notFound(call);
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    if (sameId(action, 'listKeys'))
      return { status: 200, json: Object.fromEntries(accountKeys(this.context.world, account.id)) };
    if (sameId(action, 'regenerateKey')) return this.regenerate(call, account);
    throw notFound(call);
  }

  private async regenerate(call: ArmCall, account: OtherResource): Promise<Answer> {
    const body = await call.json();
    const given = isRecord(body) ? body['keyKind'] : undefined;
    const kind = kinds.find((one) => one === given);
    if (kind === undefined) throw badRequest(`The key kind must be one of ${kinds.join(', ')}.`);
    accountKeys(this.context.world, account.id).set(nameOf(kind), madeUpKey('cosmosDb'));
    const headers = call.operations.start({
      kind: 'azureAsyncOperation',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/Microsoft.DocumentDB/locations/${account.location}`,
      apiVersion: call.apiVersion,
      durationMs: 500,
    });
    return { status: 202, headers };
  }
}

/** The connection string of an account's first key, as the portal shows it. */
export function cosmosConnection(world: World, { id, name }: OtherResource): string {
  const key = accountKeys(world, id).get(nameOf('primary')) ?? '';
  return `AccountEndpoint=${documentEndpoint(name)};AccountKey=${key};`;
}

function nameOf(kind: string): string {
  return `${kind}MasterKey`;
}

function accountKeys(world: World, id: string): Map<string, string> {
  return keysOf(world, id, names, 'cosmosDb');
}

function documentEndpoint(name: string): string {
  return `https://${name}.documents.azure.com:443/`;
}
