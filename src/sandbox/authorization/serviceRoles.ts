import type { RoleDefinition } from '../world/rights';
import { role } from './storageRoles';

/** Roles of services that the sandbox has no data of (azure-docs, role-based-access-control/built-in-roles). */
export const serviceRoles: RoleDefinition[] = [
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
