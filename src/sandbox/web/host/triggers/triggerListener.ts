import type { SandboxContext } from '../../../context';
import { valueOf } from '../../../storage/connectionString';
import type { Site } from '../../../world/world';
import { ConnectionError, ServiceError } from '../connections';
import type { AppConfiguration } from '../environment';
import type { FunctionMetadata } from '../functions';
import type { CosmosContainer, IdentityConnection } from './triggerConnection';
import {
  cannotCreate,
  connectionKinds,
  identityConnection,
  openContainer,
  requireListen,
} from './triggerConnection';

/** How a trigger fails. */
export type TriggerFailure =
  /** The host itself doesn't start. */
  | { kind: 'host'; source: string; message: string }
  /** The function is disabled. */
  | { kind: 'indexing'; source: string; message: string }
  /** The listener doesn't start; the host does. */
  | { kind: 'listener'; source: string; message: string }
  /** The listener starts, and only the log tells. A client that tries again logs it as information (ServiceBusExtensionConfigProvider.cs). */
  | { kind: 'logged'; level: 'Error' | 'Information'; message: string };

type Binding = FunctionMetadata['config']['bindings'][number];

/** Starts the listeners of an app. @returns how triggers fail, by the names of their functions */
export function startListeners(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
  functions: readonly FunctionMetadata[],
): ReadonlyMap<string, TriggerFailure> {
  return new Map(
    functions.flatMap((one): [string, TriggerFailure][] => {
      const failure = startListener(context, site, configuration, one);
      return failure === undefined ? [] : [[one.name, failure]];
    }),
  );
}

/**
 * Starts the listener of a Service Bus, Event Hubs or Cosmos DB trigger whose connection is identity-based; undefined if it
 * listens. Triggers of other services count as listening.
 */
function startListener(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
  { config, disabled }: FunctionMetadata,
): TriggerFailure | undefined {
  const trigger = config.bindings.find(({ type }) => /trigger$/i.test(type));
  if (trigger === undefined || disabled) return undefined;
  const listen = listeners[trigger.type.toLowerCase()];
  return listen?.({
    trigger,
    text: (member) => resolved(trigger[member], configuration),
    connect: (kind, name) => identityConnection(context, site, configuration, name, connectionKinds[kind]),
    context,
  });
}

interface Listening {
  trigger: Binding;
  /** A member of the trigger with its `%setting%` resolved. */
  text: (member: string) => string | undefined;
  connect: (kind: keyof typeof connectionKinds, name: string) => IdentityConnection | undefined;
  context: SandboxContext;
}

const listeners: Record<string, (listening: Listening) => TriggerFailure | undefined> = {
  servicebustrigger: listenToServiceBus,
  eventhubtrigger: listenToEventHub,
  cosmosdbtrigger: listenToCosmos,
};

/**
 * The client comes into being when the listener starts (azure-sdk-for-net ServiceBusListener.cs, and #45875), and the
 * processor connects after that (#39793, #44891).
 */
function listenToServiceBus({ text, connect, context }: Listening): TriggerFailure | undefined {
  const [queue, topic, subscription] = ['queueName', 'topicName', 'subscriptionName'].map(text);
  const [path, entity] =
    queue === undefined
      ? [
          `topics/${topic ?? ''}/subscriptions/${subscription ?? ''}`,
          `${topic ?? ''}/Subscriptions/${subscription ?? ''}`,
        ]
      : [`queues/${queue}`, queue];
  let connection: IdentityConnection | undefined;
  try {
    connection = connect('serviceBus', text('connection') ?? 'ServiceBus');
  } catch (error) {
    const source = 'Microsoft.Azure.WebJobs.Extensions.ServiceBus';
    return { kind: 'listener', source, message: messageOf(error) };
  }
  try {
    if (connection) requireListen(context, connection, 'Microsoft.ServiceBus/namespaces', path, entity);
    return undefined;
  } catch (error) {
    const where = `Action=Receive, EntityPath=${entity}, Endpoint=${connection?.target ?? ''}`;
    const level = error instanceof ServiceError && error.isTransient ? 'Information' : 'Error';
    return { kind: 'logged', level, message: `Message processing error (${where})\n${messageOf(error)}` };
  }
}

/**
 * The client comes into being with the listener, whose creation nothing catches (EventHubTriggerAttributeBindingProvider.cs,
 * HostListenerFactory.cs; recorded for a missing setting). The listener's start checks whether the hub can be read
 * (EventProcessor.cs, ValidateProcessingPreconditions; recorded in Azure/Mission-Critical-Connected#478). That it says so in
 * these words is inferred.
 */
function listenToEventHub({ text, connect, context }: Listening): TriggerFailure | undefined {
  const hub = text('eventHubName') ?? '';
  let connection: IdentityConnection | undefined;
  try {
    connection = connect('eventHubs', text('connection') ?? '');
  } catch (error) {
    const source = 'Microsoft.Azure.WebJobs.Extensions.EventHubs';
    return { kind: 'host', source, message: messageOf(error) };
  }
  try {
    if (connection)
      requireListen(context, connection, 'Microsoft.EventHub/namespaces', `eventhubs/${hub}`, hub);
    return undefined;
  } catch (error) {
    const message = `One or more errors occurred. (${messageOf(error)})`;
    return { kind: 'listener', source: 'System.Private.CoreLib', message };
  }
}

/**
 * The function is indexed with its clients, and with the container for leases if it's to be created
 * (CosmosDBTriggerAttributeBindingProvider.cs 4.x); the listener's start reads and writes (CosmosDBTriggerListener.cs).
 * Version 3.x of the extension, which has other members, knows no identities.
 */
function listenToCosmos({ trigger, text, connect, context }: Listening): TriggerFailure | undefined {
  if ('connectionStringSetting' in trigger || 'collectionName' in trigger) return undefined;
  const [database = '', container = ''] = ['databaseName', 'containerName'].map(text);
  const leases = text('leaseContainerName') ?? 'leases';
  const leaseDatabase = text('leaseDatabaseName') ?? database;
  let monitored: CosmosContainer | undefined;
  let leased: CosmosContainer | undefined;
  try {
    const name = text('connection') ?? 'CosmosDB';
    const connections = [name, text('leaseConnection') ?? name].map((one) => connect('cosmosDb', one));
    // The client takes a URI, and .NET refuses others with these words.
    if (connections.some((one) => one && !URL.canParse(one.target)))
      throw new ConnectionError('Invalid URI: The format of the URI could not be determined.');
    const [connection, leaseConnection] = connections;
    if (connection) monitored = { connection, database, container };
    if (leaseConnection) leased = { connection: leaseConnection, database: leaseDatabase, container: leases };
    const creates = String(trigger['createLeaseContainerIfNotExists']) === 'true';
    if (creates && leased && !openContainer(context, leased, true)) throw cannotCreate(leased);
  } catch (error) {
    const message = messageOf(error);
    return {
      kind: 'indexing',
      source: 'Microsoft.Azure.WebJobs.Extensions.CosmosDB',
      message: `Cannot create container information for ${container} in database ${database} with lease ${leases} in database ${leaseDatabase} : ${message}`,
    };
  }
  try {
    const isThere = [monitored, leased].every(
      (one) => one === undefined || openContainer(context, one, one === leased),
    );
    if (isThere) return undefined;
    return {
      kind: 'listener',
      source: 'Microsoft.Azure.WebJobs.Extensions.CosmosDB',
      message: `Either the source container '${container}' (in database '${database}')  or the lease container '${leases}' (in database '${leaseDatabase}') does not exist. Both containers must exist before the listener starts. To automatically create the lease container, set 'CreateLeaseContainerIfNotExists' to 'true'.`,
    };
  } catch (error) {
    return { kind: 'listener', source: 'Microsoft.Azure.Cosmos.Client', message: messageOf(error) };
  }
}

function resolved(value: unknown, { appSettings }: AppConfiguration): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.replace(/%([^%]+)%/g, (all, name: string) => valueOf(appSettings, name) ?? all);
}

/** @throws every other error */
function messageOf(error: unknown): string {
  if (error instanceof ConnectionError) return error.message;
  throw error;
}
