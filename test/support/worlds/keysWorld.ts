import { scaledWorld } from '../../../src/sandbox/world/scale';
import type { WorldFile } from '../../../src/sandbox/world/worldFile';
import { fakeKeys } from '../../unit/access/credentials/fakeKeys';

/**
 * Apps whose hosts use the key of a storage account that ten apps share. Every tenth has a key of a bus besides, and every
 * tenth has no key.
 */
export function keysWorld(subscriptions: number, apps: number): WorldFile {
  const world = scaledWorld({ subscriptions, apps, vaults: 0, secrets: 0 });
  const sites = world.subscriptions.flatMap(({ resourceGroups = [] }) =>
    resourceGroups.flatMap((group) => group.sites ?? []),
  );
  for (const [index, site] of sites.entries())
    site.appSettings = {
      ...(index % 10 === 9
        ? { AzureWebJobsStorage__accountName: 'fakeacct' }
        : { AzureWebJobsStorage: storageString(`fakeacct${Math.floor(index / 10)}`) }),
      ...(index % 10 === 0 ? { ORDERS_BUS: busString('fakebus') } : {}),
    };
  return world;
}

export function storageString(account: string): string {
  return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${fakeKeys.storage};EndpointSuffix=core.windows.net`;
}

export function busString(namespace: string): string {
  return `Endpoint=sb://${namespace}.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${fakeKeys.serviceBus}`;
}
