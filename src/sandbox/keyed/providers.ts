import type { ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import { createCosmosAccounts } from '../documentdb/provider';
import { createEventHubs, createServiceBus } from './messaging';
import { createSignalR } from './signalR';
import { createConfigurationStores } from './stores';

/** The services that accept keys and have no data plane here. */
export function createKeyedProviders(context: SandboxContext): ResourceProvider[] {
  return [
    ...[createServiceBus, createEventHubs, createConfigurationStores, createSignalR, createCosmosAccounts],
  ].map((create) => create(context));
}
