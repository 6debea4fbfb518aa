import type { RoleDefinition } from '../world/rights';
import { each, role } from './storageRoles';

const queuesAndTopics = ['queues', 'topics', 'topics/subscriptions'].map(
  (type) => `Microsoft.ServiceBus/*/${type}/read`,
);
const signalR = 'Microsoft.SignalRService/SignalR';
const registries = 'Microsoft.ContainerRegistry/registries';
const stores = 'Microsoft.AppConfiguration/configurationStores';

/**
 * Built-in roles for services that the sandbox has no data plane of, as documented (azure-docs, built-in-roles/integration.md,
 * analytics.md, web-and-mobile.md, databases.md, monitor.md, containers.md). The dates are invented.
 */
export const serviceRoles: readonly RoleDefinition[] = [
  role(
    '090c5cfd-751d-490a-894a-3ce6f1109419',
    'Azure Service Bus Data Owner',
    'Allows for full access to Azure Service Bus resources.',
    ['Microsoft.ServiceBus/*'],
    ['Microsoft.ServiceBus/*'],
  ),
  role(
    '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
    'Azure Service Bus Data Receiver',
    'Allows for receive access to Azure Service Bus resources.',
    queuesAndTopics,
    ['Microsoft.ServiceBus/*/receive/action'],
  ),
  role(
    '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
    'Azure Service Bus Data Sender',
    'Allows for send access to Azure Service Bus resources.',
    queuesAndTopics,
    ['Microsoft.ServiceBus/*/send/action'],
  ),
  role(
    'f526a384-b230-433a-b45c-95f59c4a2dec',
    'Azure Event Hubs Data Owner',
    'Allows for full access to Azure Event Hubs resources.',
    ['Microsoft.EventHub/*'],
    ['Microsoft.EventHub/*'],
  ),
  role(
    'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
    'Azure Event Hubs Data Receiver',
    'Allows receive access to Azure Event Hubs resources.',
    ['Microsoft.EventHub/*/eventhubs/consumergroups/read'],
    ['Microsoft.EventHub/*/receive/action'],
  ),
  role(
    '2b629674-e913-4c01-ae53-ef4638d8f975',
    'Azure Event Hubs Data Sender',
    'Allows send access to Azure Event Hubs resources.',
    ['Microsoft.EventHub/*/eventhubs/read'],
    ['Microsoft.EventHub/*/send/action'],
  ),
  role(
    '5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b',
    'App Configuration Data Owner',
    'Allows full access to App Configuration data.',
    [],
    each(`${stores}/*`, 'read', 'write', 'delete', 'action'),
  ),
  role(
    '516239f1-63e1-4d78-a4de-a74fb236a071',
    'App Configuration Data Reader',
    'Allows read access to App Configuration data.',
    [],
    [`${stores}/*/read`],
  ),
  role(
    '7e4f1700-ea5a-4f59-8f37-079cfe29dce3',
    'SignalR Service Owner',
    'Full access to Azure SignalR Service REST APIs',
    [],
    [`${signalR}/*`],
  ),
  role('7f951dda-4ed3-4680-a7ca-43fe172d538d', 'AcrPull', 'acr pull', [`${registries}/pull/read`], []),
  role(
    'b93aa761-3e63-49ed-ac28-beffa264f7ac',
    'Container Registry Repository Reader',
    'Allows for read access to Azure Container Registry repositories, but excluding catalog listing.',
    [],
    each(`${registries}/repositories`, 'metadata/read', 'content/read'),
  ),
  role(
    '5bd9cd88-fe45-4216-938b-f97437e15450',
    'DocumentDB Account Contributor',
    'Lets you manage DocumentDB accounts, but not access to them.',
    [
      'Microsoft.Authorization/*/read',
      'Microsoft.DocumentDb/databaseAccounts/*',
      'Microsoft.Insights/alertRules/*',
      'Microsoft.ResourceHealth/availabilityStatuses/read',
      'Microsoft.Resources/deployments/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
      'Microsoft.Support/*',
      'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action',
    ],
    [],
  ),
  role(
    '3913510d-42f4-4e42-8a64-420c390055eb',
    'Monitoring Metrics Publisher',
    'Enables publishing metrics against Azure resources',
    [
      'Microsoft.Insights/Register/Action',
      'Microsoft.Support/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
    ],
    ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  ),
];
