import { people, usualRights } from '../../../src/sandbox/world/seed';
import { scaledWorld } from '../../../src/sandbox/world/scale';
import type { SiteEntry, WorldFile } from '../../../src/sandbox/world/worldFile';
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

/** A shop whose apps still hold keys, some of them the same, and one that holds none. */
export function shopWithKeys(): WorldFile {
  const app = (
    name: string,
    appSettings: Record<string, string>,
    more: Partial<SiteEntry> = {},
  ): SiteEntry => ({
    ...{ name, sample: 'empty', systemAssigned: true, appSettings },
    ...more,
  });
  const sql =
    'Server=tcp:shop-sql.database.windows.net;Database=orders;User ID=web;Password=planted-1;Encrypt=True';
  return {
    ...people,
    subscriptions: [
      {
        subscriptionId: 'aaaaaaaa-0000-4000-8000-000000000003',
        displayName: 'Contoso Shop',
        roleAssignments: usualRights,
        resourceGroups: [
          {
            ...{ name: 'shop', location: 'westeurope', vaults: [{ name: 'shop-keys-kv' }] },
            plans: [{ name: 'shop-plan', sku: 'S1', tier: 'Standard' }],
            others: [{ type: 'Microsoft.Storage/storageAccounts', name: 'shopstorage' }],
            sites: [
              app(
                'shop-orders',
                {
                  AzureWebJobsStorage: storageString('shopstorage'),
                  OrdersBus: busString('shop-bus'),
                  OrdersDb: sql,
                },
                {
                  slots: [
                    { name: 'staging', appSettings: { AzureWebJobsStorage: storageString('shopstorage') } },
                  ],
                },
              ),
              app('shop-photos', {
                AzureWebJobsStorage: storageString('shopstorage'),
                SEARCH_ENDPOINT: 'https://shop-search.search.windows.net',
                SEARCH_API_KEY: fakeKeys.search,
                MAPS_TOKEN: fakeKeys.aiUnmarked,
              }),
              app('shop-mails', { AzureWebJobsStorage__accountName: 'shopstorage' }),
            ],
          },
        ],
      },
    ],
  };
}

export function storageString(account: string): string {
  return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${fakeKeys.storage};EndpointSuffix=core.windows.net`;
}

export function busString(namespace: string): string {
  return `Endpoint=sb://${namespace}.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${fakeKeys.serviceBus}`;
}
