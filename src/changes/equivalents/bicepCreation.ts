import type { ResourceChange } from '../change';
import { comment, declaration, expression } from './bicepText';
import { insightsApiVersion, placeOf, webApiVersion } from './place';

type Creation = Extract<
  ResourceChange,
  { kind: 'createStorageAccount' | 'createPlan' | 'createWorkspace' | 'createComponent' | 'createApp' }
>;

/** Declares a function app or a resource it depends on. */
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
    case 'createWorkspace':
      return [
        deployedTo(change.workspaceId),
        declaration('workspace', 'Microsoft.OperationalInsights/workspaces@2023-09-01', {
          ...{ name: placeOf(change.workspaceId).name, location },
          properties: { sku: { name: 'PerGB2018' } },
        }),
      ];
    case 'createComponent':
      return [
        deployedTo(change.componentId),
        declaration('component', `Microsoft.Insights/components@${insightsApiVersion}`, {
          ...{ name: placeOf(change.componentId).name, location, kind: 'web' },
          properties: { Application_Type: 'web', WorkspaceResourceId: change.workspaceId },
        }),
      ];
    case 'createApp':
      return [
        deployedTo(change.appId),
        comment(
          'Its settings, which belong in here too, name its runtime, storage account, and Application Insights.',
        ),
        declaration('app', `Microsoft.Web/sites@${webApiVersion}`, {
          ...{ name: placeOf(change.appId).name, location },
          kind: change.linux ? 'functionapp,linux' : 'functionapp',
          identity: { type: 'SystemAssigned' },
          properties: {
            serverFarmId: change.planId,
            reserved: expression(String(change.linux)),
            httpsOnly: expression('true'),
          },
        }),
      ];
  }
}
