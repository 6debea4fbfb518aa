import { guidOf } from './deterministic';
import type { RoleAssignmentEntry, WorldFile } from './worldFile';

const tenantId = guidOf('tenant Contoso');
const alex = 'alex@contoso.example';
const automation = 'Keyless automation';

const rights: RoleAssignmentEntry[] = [
  { role: 'Owner', principal: alex },
  { role: 'Contributor', principal: automation },
  { role: 'User Access Administrator', principal: automation },
  { role: 'Key Vault Administrator', principal: automation },
];

const storage = {
  provisioningState: 'Succeeded',
  primaryLocation: 'westeurope',
  statusOfPrimary: 'available',
  supportsHttpsTrafficOnly: true,
  minimumTlsVersion: 'TLS1_2',
  accessTier: 'Hot',
};

const everySecretPermission = ['get', 'list', 'set', 'delete', 'recover', 'backup', 'restore', 'purge'];

/** The tenants and principals in each of the sandbox's built-in worlds. */
export const people: Pick<WorldFile, 'tenants' | 'users' | 'applications'> = {
  tenants: [
    { tenantId, displayName: 'Contoso (sandbox)', defaultDomain: 'contoso.example' },
    {
      tenantId: guidOf('tenant Fabrikam'),
      displayName: 'Fabrikam (sandbox)',
      defaultDomain: 'fabrikam.example',
    },
  ],
  users: [
    { userPrincipalName: alex, displayName: 'Alex Contoso' },
    // A guest in a tenant without subscriptions, so that code for multiple tenants gets exercised.
    { userPrincipalName: alex, displayName: 'Alex Contoso', tenantId: guidOf('tenant Fabrikam') },
  ],
  applications: [{ displayName: automation }],
};

const insights = {
  appId: guidOf('Application Insights keyless-insights'),
  instrumentationKey: guidOf('instrumentation key keyless-insights'),
};
const insightsConnectionString = `InstrumentationKey=${insights.instrumentationKey};IngestionEndpoint=https://northeurope-0.in.applicationinsights.azure.com/;LiveEndpoint=https://northeurope.livediagnostics.monitor.azure.com/;ApplicationId=${insights.appId}`;

/** The role assignments in each subscription of the sandbox's built-in worlds. */
export const usualRights = rights;

/**
 * The world that a run starts with: one subscription that follows the walkthrough (a Windows function app
 * without an identity, and one vault with access policies and the secret ASampleKey) and one with the RBAC
 * model and its special cases.
 */
export const seededWorld: WorldFile = {
  ...people,
  subscriptions: [
    {
      subscriptionId: guidOf('subscription Keyless Sandbox'),
      displayName: 'Keyless Sandbox',
      roleAssignments: rights,
      resourceGroups: [
        {
          name: 'keyless-walkthrough',
          location: 'westeurope',
          plans: [{ name: 'keyless-demo-plan', sku: 'B1', tier: 'Basic' }],
          sites: [
            {
              name: 'keyless-demo-app',
              sample: 'readSecret',
              appSettings: {
                FUNCTIONS_EXTENSION_VERSION: '~4',
                FUNCTIONS_WORKER_RUNTIME: 'node',
                WEBSITE_NODE_DEFAULT_VERSION: '~22',
                SECRET_URI: '${vault:keyless-demo-kv}/secrets/ASampleKey',
              },
            },
          ],
          vaults: [
            {
              name: 'keyless-demo-kv',
              rbac: false,
              accessPolicies: [
                { principal: alex, secrets: everySecretPermission },
                { principal: automation, secrets: everySecretPermission },
              ],
              secrets: [{ name: 'ASampleKey', contentType: 'text/plain' }],
            },
          ],
          others: [
            { type: 'Microsoft.Storage/storageAccounts', name: 'keylessdemostorage', properties: storage },
          ],
        },
      ],
    },
    {
      subscriptionId: guidOf('subscription Keyless Sandbox (RBAC)'),
      displayName: 'Keyless Sandbox (RBAC)',
      roleAssignments: rights,
      resourceGroups: [
        {
          name: 'keyless-rbac',
          location: 'northeurope',
          tags: { environment: 'test' },
          plans: [
            { name: 'keyless-linux-plan', sku: 'B1', tier: 'Basic', linux: true },
            { name: 'keyless-windows-plan', sku: 'S1', tier: 'Standard' },
            { name: 'keyless-flex-plan', sku: 'FC1', tier: 'FlexConsumption', linux: true },
          ],
          identities: [{ name: 'keyless-reader-id' }, { name: 'keyless-writer-id' }],
          sites: [
            {
              name: 'keyless-linux-app',
              plan: 'keyless-linux-plan',
              sample: 'python',
              linuxFxVersion: 'Python|3.12',
              systemAssigned: true,
              tags: { team: 'platform' },
              appSettings: {
                FUNCTIONS_EXTENSION_VERSION: '~4',
                FUNCTIONS_WORKER_RUNTIME: 'python',
                DB_PASSWORD: '@Microsoft.KeyVault(SecretUri=${vault:keyless-rbac-kv}/secrets/DbPassword)',
              },
              slots: [
                {
                  name: 'staging',
                  sample: 'python',
                  linuxFxVersion: 'Python|3.12',
                  systemAssigned: true,
                  appSettings: {
                    FUNCTIONS_EXTENSION_VERSION: '~4',
                    FUNCTIONS_WORKER_RUNTIME: 'python',
                    STAGE: 'staging',
                  },
                  slotSettingNames: ['STAGE'],
                },
              ],
            },
            {
              name: 'keyless-rbac-app',
              plan: 'keyless-windows-plan',
              sample: 'readSecret',
              userAssigned: ['keyless-reader-id'],
              appSettings: {
                FUNCTIONS_EXTENSION_VERSION: '~4',
                FUNCTIONS_WORKER_RUNTIME: 'node',
                SECRET_URI: '${vault:keyless-rbac-kv}/secrets/DbPassword',
              },
            },
            // This plan has no log stream: the app logs to Application Insights.
            {
              name: 'keyless-flex-app',
              plan: 'keyless-flex-plan',
              runtime: { name: 'node', version: '22' },
              sample: 'readSecret',
              systemAssigned: true,
              appSettings: {
                FUNCTIONS_EXTENSION_VERSION: '~4',
                APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString,
                SECRET_URI: '${vault:keyless-rbac-kv}/secrets/DbPassword',
              },
            },
            // Still holds five keys.
            {
              name: 'keyless-shop-app',
              plan: 'keyless-linux-plan',
              sample: 'shop',
              linuxFxVersion: 'Node|22',
              appSettings: {
                FUNCTIONS_EXTENSION_VERSION: '~4',
                FUNCTIONS_WORKER_RUNTIME: 'node',
                AzureWebJobsStorage: '${connection:keylessshopstorage}',
                Photos: '${connection:keylessshopphotos}',
                OrdersBus: '${connection:keyless-shop-bus}',
                Stock: '${connection:keyless-shop-stock}',
                ShopDb:
                  'Server=tcp:keyless-shop-sql.database.windows.net,1433;Initial Catalog=shop;User ID=shop;Password=${key:password};Encrypt=True',
              },
            },
          ],
          others: [
            {
              ...{ type: 'Microsoft.Storage/storageAccounts', name: 'keylessshopstorage' },
              ...{ properties: storage, shares: ['reports'] },
            },
            {
              type: 'Microsoft.Storage/storageAccounts',
              name: 'keylessshopphotos',
              properties: storage,
              containers: {
                photos: { 'beach.txt': 'A beach.\n', 'forest.txt': 'A forest.\n', 'lake.txt': 'A lake.\n' },
              },
            },
            {
              type: 'Microsoft.ServiceBus/namespaces',
              name: 'keyless-shop-bus',
              sku: { name: 'Standard', tier: 'Standard' },
              parts: [
                ...['queues/orders', 'queues/orders/authorizationRules/send'],
                ...['topics/prices', 'topics/prices/subscriptions/shop'],
              ],
            },
            {
              type: 'Microsoft.EventHub/namespaces',
              name: 'keyless-shop-events',
              sku: { name: 'Standard', tier: 'Standard', capacity: 1 },
              parts: ['eventhubs/visits', 'eventhubs/visits/consumergroups/$Default'],
            },
            {
              type: 'Microsoft.DocumentDB/databaseAccounts',
              name: 'keyless-shop-stock',
              kind: 'GlobalDocumentDB',
              databases: { shop: ['stock'] },
            },
            {
              type: 'Microsoft.Sql/servers',
              name: 'keyless-shop-sql',
              kind: 'v12.0',
              properties: {
                ...{ administratorLogin: 'shop', version: '12.0', state: 'Ready' },
                fullyQualifiedDomainName: 'keyless-shop-sql.database.windows.net',
              },
              parts: ['databases/master', 'databases/shop'],
            },
            {
              type: 'Microsoft.AppConfiguration/configurationStores',
              name: 'keyless-shop-config',
              sku: { name: 'standard' },
            },
            {
              type: 'Microsoft.SignalRService/SignalR',
              name: 'keyless-shop-signalr',
              kind: 'SignalR',
              sku: { name: 'Standard_S1', tier: 'Standard', size: 'S1', capacity: 1 },
            },
            {
              type: 'Microsoft.Insights/components',
              name: 'keyless-insights',
              kind: 'web',
              properties: {
                ApplicationId: 'keyless-insights',
                AppId: insights.appId,
                Application_Type: 'web',
                InstrumentationKey: insights.instrumentationKey,
                ConnectionString: insightsConnectionString,
              },
            },
          ],
          vaults: [
            {
              name: 'keyless-rbac-kv',
              rbac: true,
              roleAssignments: [{ role: 'Key Vault Secrets Officer', principal: alex }],
              secrets: [
                { name: 'DbPassword', tags: { owner: 'platform' } },
                { name: 'DisabledSecret', enabled: false },
                { name: 'ExpiredSecret', expiresInDays: -10 },
                { name: 'ExpiringSecret', expiresInDays: 5 },
              ],
            },
          ],
        },
      ],
    },
  ],
};
