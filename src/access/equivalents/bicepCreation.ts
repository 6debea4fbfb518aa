import type { ResourceChange } from '../change';
import { comment, declaration, expression } from './bicepText';
import { placeOf, webApiVersion } from './place';

type Creation = Extract<ResourceChange, { kind: 'createStorageAccount' | 'createPlan' | 'createApp' }>;

/** A function app, its plan or its storage account as a declaration. */
export function creationInBicep(change: Creation, deployedTo: (id: string) => string): string[] {
  const { location } = change;
  switch (change.kind) {
    case 'createStorageAccount':
      return [
        deployedTo(change.storageId),
        declaration('storage', 'Microsoft.Storage/storageAccounts@2023-05-01', {
          ...{ name: placeOf(change.storageId).name, location, kind: 'StorageV2' },
          sku: { name: 'Standard_LRS' },
          properties: { minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: expression('false') },
        }),
      ];
    case 'createPlan':
      return [
        deployedTo(change.planId),
        declaration('plan', `Microsoft.Web/serverfarms@${webApiVersion}`, {
          ...{ name: placeOf(change.planId).name, location },
          sku: { name: change.plan === 'premium' ? 'EP1' : 'B1' },
          properties: { reserved: expression(String(change.linux)) },
        }),
      ];
    case 'createApp':
      return [
        deployedTo(change.appId),
        comment('Its runtime and its storage account are said in its settings, which go into it, too.'),
        declaration('app', `Microsoft.Web/sites@${webApiVersion}`, {
          ...{ name: placeOf(change.appId).name, location },
          kind: change.linux ? 'functionapp,linux' : 'functionapp',
          identity: { type: 'SystemAssigned' },
          properties: {
            serverFarmId:
              change.plan === 'consumption'
                ? undefined
                : change.appId.replace(/sites\/([^/]+)$/i, 'serverfarms/$1-plan'),
            reserved: expression(String(change.linux)),
            httpsOnly: expression('true'),
          },
        }),
      ];
  }
}
