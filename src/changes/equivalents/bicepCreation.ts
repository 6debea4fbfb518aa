import {
  componentBody,
  deploymentContainer,
  functionAppBody,
  planBody,
  reachesStorageByIdentity,
  storageBody,
  workspaceBody,
} from '../../azure/appService/creation/functionAppBody';
import type { ResourceChange } from '../change';
import type { BicepValue } from './bicepText';
import { comment, declaration, expression, quote } from './bicepText';
import { insightsApiVersion, placeOf, storageApiVersion, webApiVersion } from './place';

type Creation = Extract<
  ResourceChange,
  { kind: 'createStorageAccount' | 'createPlan' | 'createWorkspace' | 'createComponent' | 'createApp' }
>;

/** Declares a function app or a resource it depends on, with the same properties that Keyless sends. */
export function creationInBicep(change: Creation, deployedTo: (id: string) => string): string[] {
  const { location } = change;
  const named = (symbol: string, type: string, id: string, body: object) => [
    deployedTo(id),
    declaration(symbol, type, { name: placeOf(id).name, ...(toBicepValue(body) as object) }),
  ];
  switch (change.kind) {
    case 'createStorageAccount':
      return named('storage', storageType, change.storageId, storageBody(location, change.byIdentity));
    case 'createPlan': {
      const body = planBody({ ...change, name: '', runtime: { name: 'node', version: '' } }) ?? {};
      return named('plan', planType, change.planId, body);
    }
    case 'createWorkspace': {
      const type = 'Microsoft.OperationalInsights/workspaces@2023-09-01';
      return named('workspace', type, change.workspaceId, workspaceBody(location));
    }
    case 'createComponent': {
      const body = componentBody(location, change.workspaceId);
      return named('component', componentType, change.componentId, body);
    }
    case 'createApp':
      return [deployedTo(change.appId), ...ofApp(change)];
  }
}

const storageType = `Microsoft.Storage/storageAccounts@${storageApiVersion}`;
const planType = `Microsoft.Web/serverfarms@${webApiVersion}`;
const componentType = `Microsoft.Insights/components@${insightsApiVersion}`;

/** Stand in for what only the deployment knows. */
const unknown = {
  blobEndpoint: '<blob endpoint>',
  serviceUris: { blob: '<blob service>', queue: '<queue service>', table: '<table service>' },
  connectionString: '<connection string>',
  contentShare: '<content share>',
  insights: '<Application Insights>',
};

function ofApp(change: Extract<Creation, { kind: 'createApp' }>): string[] {
  const { appId, storageId, componentId, serviceUris, planId, plan } = change;
  const { name, resourceGroup } = placeOf(appId);
  const { name: accountName, resourceGroup: ofStorage } = placeOf(storageId);
  const shape = { ...change, name };
  const onFlex = plan === 'flex';
  const near = ofStorage.toLowerCase() === resourceGroup.toLowerCase();
  const container = deploymentContainer(name);
  const storage = {
    ...{ accountName, blobEndpoint: unknown.blobEndpoint },
    ...(reachesStorageByIdentity(plan)
      ? serviceUris && { serviceUris: unknown.serviceUris }
      : { connectionString: unknown.connectionString, contentShare: unknown.contentShare }),
  };
  const access = { storage, ...(componentId === undefined ? {} : { insights: unknown.insights }) };
  const body = toBicepValue(functionAppBody(shape, planId, access), name, container) as {
    readonly properties: { readonly [name: string]: BicepValue };
  };
  return [
    ...(onFlex && planId !== undefined
      ? [
          declaration('plan', planType, {
            name: placeOf(planId).name,
            ...(toBicepValue(planBody(shape) ?? {}) as object),
          }),
        ]
      : []),
    // An app on a dedicated plan that has its own identity often needs only the account's name.
    ...(plan === 'basic' && serviceUris === undefined
      ? []
      : [
          declaration(
            'storage',
            storageType,
            {
              name: accountName,
              ...(near ? {} : { scope: expression(`resourceGroup(${quote(ofStorage)})`) }),
            },
            'existing',
          ),
        ]),
    ...(onFlex ? containerOf(container, near) : []),
    ...(componentId === undefined
      ? []
      : [declaration('component', componentType, { name: placeOf(componentId).name }, 'existing')]),
    declaration('app', `Microsoft.Web/sites@${webApiVersion}`, {
      name,
      ...body,
      properties: {
        ...body.properties,
        ...(onFlex && planId !== undefined ? { serverFarmId: expression('plan.id') } : {}),
      },
    }),
    ...(reachesStorageByIdentity(plan) ? [roleOnStorage(near)] : []),
  ];
}

/** The container that a Flex Consumption app's package is deployed to. */
function containerOf(container: string, near: boolean): string[] {
  if (!near) return [comment(`Before you deploy, create the container ${container} in the storage account.`)];
  return [
    declaration(
      'blobs',
      `Microsoft.Storage/storageAccounts/blobServices@${storageApiVersion}`,
      {
        ...{ parent: expression('storage'), name: 'default' },
      },
      'existing',
    ),
    declaration(
      'container',
      `Microsoft.Storage/storageAccounts/blobServices/containers@${storageApiVersion}`,
      {
        ...{ parent: expression('blobs'), name: container },
      },
    ),
  ];
}

/** The role itself is another change, since only the deployed app has a principal ID. */
function roleOnStorage(near: boolean): string {
  const where = near ? '' : ' It has to be deployed to the resource group of the storage account.';
  return comment(`The app also needs the role Storage Blob Data Owner on the storage account.${where}`);
}

/** Replaces what stands in for unknown values by expressions. */
function toBicepValue(value: unknown, appName = '', container = ''): BicepValue {
  if (typeof value === 'string') {
    switch (value) {
      case unknown.connectionString:
        return expression(
          "'DefaultEndpointsProtocol=https;EndpointSuffix=${environment().suffixes.storage};AccountName=${storage.name};AccountKey=${storage.listKeys().keys[0].value}'",
        );
      case unknown.contentShare:
        return expression(
          `'${quote(appName.toLowerCase().slice(0, 50)).slice(1, -1)}\${uniqueString(resourceGroup().id)}'`,
        );
      case unknown.serviceUris.blob:
        return expression('storage.properties.primaryEndpoints.blob');
      case unknown.serviceUris.queue:
        return expression('storage.properties.primaryEndpoints.queue');
      case unknown.serviceUris.table:
        return expression('storage.properties.primaryEndpoints.table');
      case unknown.insights:
        return expression('component.properties.ConnectionString');
      case `${unknown.blobEndpoint}${container}`:
        return expression(`'\${storage.properties.primaryEndpoints.blob}${quote(container).slice(1, -1)}'`);
      default:
        return value;
    }
  }
  if (Array.isArray(value)) return value.map((item) => toBicepValue(item, appName, container));
  if (typeof value !== 'object' || value === null) return value as number | boolean;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, toBicepValue(inner, appName, container)]),
  );
}
