import { idKey, sameId } from '../../../arm/ids';
import { decide } from '../../../authorization/rbac';
import type { SandboxContext } from '../../../context';
import { cosmosDataOf, cosmosType } from '../../../documentdb/data';
import { valueOf } from '../../../storage/connectionString';
import type { OtherResource, Site, World } from '../../../world/world';
import { identityFor } from '../connectionIdentity';
import { ConnectionError, connectionOf, ServiceError } from '../connections';
import type { AppConfiguration } from '../environment';

/** An identity-based connection. */
export interface IdentityConnection {
  /** What it opens: the namespace, or the endpoint of the account. */
  target: string;
  /** @throws ServiceError if the app has no such identity */
  principalId: () => string;
}

/** What the sources of an extension call a connection, and the member that says what it opens. */
interface ConnectionKind {
  member: string;
  missing: (name: string) => string;
}

// ServiceBusClientFactory.cs and EventHubClientFactory.cs of azure-sdk-for-net, with the missing blank;
// CosmosDBBindingOptionsSetup.cs of azure-functions-dotnet-worker and the host's log have the third
export const connectionKinds = {
  serviceBus: {
    member: 'fullyQualifiedNamespace',
    missing: (name) =>
      `Service Bus account connection string '${name}' does not exist. Make sure that it is a defined App Setting.`,
  },
  eventHubs: {
    member: 'fullyQualifiedNamespace',
    missing: (name) =>
      `EventHub account connection string '${name}' does not exist.Make sure that it is a defined App Setting.`,
  },
  cosmosDb: {
    member: 'accountEndpoint',
    missing: (name) =>
      `Cosmos DB connection configuration '${name}' does not exist. Make sure that it is a defined App Setting.`,
  },
} satisfies Record<string, ConnectionKind>;

/**
 * Resolves the connection of a trigger; undefined if it's a connection string, which counts as usable.
 * @throws ConnectionError if a setting is missing or wrong
 */
export function identityConnection(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
  name: string,
  { member, missing }: ConnectionKind,
): IdentityConnection | undefined {
  const connection = connectionOf(configuration, name);
  if (connection === undefined) throw new ConnectionError(missing(name));
  if (typeof connection === 'string' && connection.trim() !== '') return undefined;
  const members = typeof connection === 'string' ? {} : connection;
  const target = valueOf(members, member);
  if (target === undefined || target.trim() === '')
    throw new ConnectionError(
      `Connection should have an '${member}' property or be a string representing a connection string.`,
    );
  const principalId = () => identityFor(context, site, configuration, members);
  try {
    principalId();
  } catch (error) {
    // The identity is first needed for a token, the rest of the settings already for the client.
    if (!(error instanceof ServiceError)) throw error;
  }
  return { target, principalId };
}

/**
 * Lets an identity listen to a queue, a subscription, or an event hub.
 * @param path below the namespace, such as `queues/orders`
 * @throws ServiceError
 */
export function requireListen(
  { world, clock }: SandboxContext,
  { target, principalId }: IdentityConnection,
  type: 'Microsoft.ServiceBus/namespaces' | 'Microsoft.EventHub/namespaces',
  path: string,
  entity: string,
): void {
  const principal = principalId();
  const namespace = resourceAt(world, type, target, 'servicebus.windows.net');
  if (namespace === undefined) throw new ServiceError(`Name or service not known (${target}:5671)`, true);
  const action = `${type}/messages/receive/action`;
  const scope = `${namespace.id}/${path}`;
  // azure-sdk-for-net#39793, azure-functions-python-worker#1778
  if (!decide(world, clock.now(), [principal], action, 'dataAction', scope).allowed)
    throw new ServiceError(
      `Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: 'sb://${target}/${entity}'.`,
    );
  // azure-webjobs-sdk#1961, azure-functions-servicebus-extension#139; that the role is checked first is inferred
  if (!world.otherResources.has(idKey(scope)))
    throw new ServiceError(`The messaging entity 'sb://${target}/${entity}' could not be found.`);
}

const contributor = '00000000-0000-0000-0000-000000000002';

/** A container that a trigger uses. The target of its connection is a URI. */
export interface CosmosContainer {
  connection: IdentityConnection;
  database: string;
  container: string;
}

/**
 * Lets an identity read a container, or also write to it.
 * @returns whether the container exists
 * @throws ServiceError (azure-cosmos-dotnet-v3#3110)
 */
export function openContainer(
  { world }: SandboxContext,
  { connection: { target, principalId }, database, container }: CosmosContainer,
  writes: boolean,
): boolean {
  const principal = principalId();
  const host = new URL(target).hostname;
  const account = resourceAt(world, cosmosType, host, 'documents.azure.com');
  if (account === undefined) throw new ServiceError(`Name or service not known (${host}:443)`);
  const { databases, roleAssignments } = cosmosDataOf(world, account.id);
  const scopes = ['', `/dbs/${database}`, `/dbs/${database}/colls/${container}`];
  const held = [...roleAssignments.values()].filter(
    (one) =>
      sameId(one.principalId, principal) && scopes.some((scope) => sameId(one.scope, account.id + scope)),
  );
  const isEnough = held.some(({ roleDefinitionId }) => !writes || roleDefinitionId.endsWith(contributor));
  if (!isEnough) {
    const action =
      held.length === 0 ? `${cosmosType}/readMetadata` : `${cosmosType}/sqlDatabases/containers/items/create`;
    throw forbidden(
      5301,
      `Request blocked by Auth ${account.name} : Request is blocked because principal [${principal}] does not have required RBAC permissions to perform action [${action}] on resource [/]. Learn more: https://aka.ms/cosmos-native-rbac.`,
    );
  }
  return databases.get(database)?.has(container) ?? false;
}

/** An identity can't create a container (azure-webjobs-sdk-extensions#790). */
export function cannotCreate({ connection, database }: CosmosContainer): ServiceError {
  const [account = ''] = new URL(connection.target).hostname.split('.');
  return forbidden(
    5300,
    `Request blocked by Auth ${account} : The given request [POST /dbs/${database}/colls] cannot be authorized by AAD token in data plane. Learn more: https://aka.ms/cosmos-native-rbac.`,
  );
}

function forbidden(substatus: number, reason: string): ServiceError {
  return new ServiceError(
    `Response status code does not indicate success: Forbidden (403); Substatus: ${substatus}; Reason: (${reason});`,
  );
}

function resourceAt(
  { otherResources }: World,
  type: string,
  host: string,
  suffix: string,
): OtherResource | undefined {
  return [...otherResources.values()].find(
    (one) => sameId(one.type, type) && sameId(`${one.name}.${suffix}`, host),
  );
}
