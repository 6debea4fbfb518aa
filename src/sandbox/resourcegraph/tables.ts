import { parseArmId } from '../arm/ids';
import type { ArmCall, ArmResource } from '../arm/provider';
import { builtInRoles } from '../authorization/builtInRoles';
import type { SandboxContext } from '../context';
import type { Subscription } from '../world/world';
import type { Row } from './evaluate';
import type { GraphRequest } from './request';
import type { Table } from './run';

const columns = [
  'id',
  'name',
  'type',
  'tenantId',
  'kind',
  'location',
  'resourceGroup',
  'subscriptionId',
  'managedBy',
  'sku',
  'plan',
  'properties',
  'tags',
  'identity',
  'zones',
  'extendedLocation',
];

/**
 * Returns a Resource Graph table, limited to what the caller may read: `Resources`, `ResourceContainers`,
 * `AuthorizationResources`.
 * @returns undefined for an unknown table
 */
export function tableOf(
  name: string,
  context: SandboxContext,
  call: ArmCall,
  subscriptions: Subscription[],
  authorization: GraphRequest['authorization'],
  resources: () => ArmResource[],
): Table | undefined {
  const inScope = new Map(
    subscriptions.map((subscription) => [subscription.subscriptionId.toLowerCase(), subscription]),
  );
  switch (name.toLowerCase()) {
    case 'resources':
      return { columns, rows: resourceRows(call, inScope, resources()) };
    case 'resourcecontainers':
      return { columns, rows: containerRows(context, call, inScope) };
    case 'authorizationresources':
      return { columns, rows: authorizationRows(context, call, inScope, authorization) };
    default:
      return undefined;
  }
}

function resourceRows(
  call: ArmCall,
  subscriptions: Map<string, Subscription>,
  resources: ArmResource[],
): Row[] {
  const rows: Row[] = [];
  for (const resource of resources) {
    const id = parseArmId(resource.id);
    const subscription = subscriptions.get(id?.subscriptionId?.toLowerCase() ?? '');
    if (subscription === undefined || !call.mayDo(`${resource.type}/read`, resource.id)) continue;
    let properties: ArmResource['properties'] | undefined;
    rows.push({
      ...emptyRow,
      id: resource.id,
      name: resource.name,
      // Types and resource groups are lowercase, regardless of the case in the ID.
      type: resource.type.toLowerCase(),
      tenantId: subscription.tenantId,
      kind: resource.kind ?? '',
      location: resource.location.toLowerCase().replaceAll(' ', ''),
      resourceGroup: id?.resourceGroup?.toLowerCase() ?? '',
      subscriptionId: subscription.subscriptionId,
      managedBy: resource.managedBy ?? '',
      sku: resource.sku ?? null,
      // Computed once, and only for rows and queries that need it.
      get properties() {
        return (properties ??= resource.properties);
      },
      tags: resource.tags ?? null,
      identity: resource.identity ?? null,
    });
  }
  return rows;
}

function containerRows(
  { world }: SandboxContext,
  call: ArmCall,
  subscriptions: Map<string, Subscription>,
): Row[] {
  const rows: Row[] = [...subscriptions.values()].map((subscription) => ({
    ...emptyRow,
    id: `/subscriptions/${subscription.subscriptionId}`,
    name: subscription.displayName,
    type: 'microsoft.resources/subscriptions',
    tenantId: subscription.tenantId,
    subscriptionId: subscription.subscriptionId,
    properties: { state: subscription.state, managedByTenants: [], subscriptionPolicies: {} },
  }));
  for (const group of world.resourceGroups.values()) {
    const subscription = subscriptions.get(parseArmId(group.id)?.subscriptionId?.toLowerCase() ?? '');
    if (
      subscription === undefined ||
      !call.mayDo('Microsoft.Resources/subscriptions/resourceGroups/read', group.id)
    )
      continue;
    rows.push({
      ...emptyRow,
      id: group.id,
      name: group.name,
      type: 'microsoft.resources/subscriptions/resourcegroups',
      tenantId: subscription.tenantId,
      location: group.location,
      resourceGroup: group.name.toLowerCase(),
      subscriptionId: subscription.subscriptionId,
      properties: { provisioningState: 'Succeeded' },
      tags: group.tags ?? null,
    });
  }
  return rows;
}

/** How far the table is behind. That it lags is documented ("How Resource Graph is kept current"), how far is inferred. */
const lagMs = 60_000;

function authorizationRows(
  { world, clock }: SandboxContext,
  call: ArmCall,
  subscriptions: Map<string, Subscription>,
  { above, below }: GraphRequest['authorization'],
): Row[] {
  const rows: Row[] = [];
  const shown = clock.now() - lagMs;
  for (const assignment of world.roleAssignments) {
    const id = parseArmId(assignment.scope)?.subscriptionId?.toLowerCase();
    const subscription = subscriptions.get(id ?? '');
    const exact = /^\/subscriptions\/[^/]+\/?$/i.test(assignment.scope);
    if (id === undefined ? !above : subscription === undefined || !(below || exact)) continue;
    // Those of the world's file are old: they are in effect since before they were loaded.
    const isOld = assignment.effectiveFrom < assignment.createdOn || assignment.createdOn <= shown;
    if (!isOld || (assignment.removedAt ?? Infinity) <= shown) continue;
    if (!call.mayDo('Microsoft.Authorization/roleAssignments/read', assignment.scope)) continue;
    const created = new Date(assignment.createdOn).toISOString();
    rows.push({
      ...emptyRow,
      id: `${assignment.scope}/providers/Microsoft.Authorization/RoleAssignments/${assignment.name}`,
      name: assignment.name,
      type: 'microsoft.authorization/roleassignments',
      tenantId: subscription?.tenantId ?? call.caller.tenantId,
      location: 'global',
      resourceGroup: parseArmId(assignment.scope)?.resourceGroup?.toLowerCase() ?? '',
      subscriptionId: subscription?.subscriptionId ?? '',
      properties: {
        principalId: assignment.principalId,
        principalType: assignment.principalType,
        roleDefinitionId: `/providers/Microsoft.Authorization/RoleDefinitions/${assignment.roleDefinitionId.split('/').at(-1) ?? ''}`,
        scope: assignment.scope,
        condition: assignment.condition,
        conditionVersion: assignment.conditionVersion,
        description: assignment.description,
        createdOn: created,
        updatedOn: created,
        createdBy: assignment.createdBy,
        updatedBy: assignment.updatedBy ?? assignment.createdBy,
      },
    });
  }
  const own = world.roleDefinitions;
  for (const definition of [
    ...own,
    ...builtInRoles().filter((role) => !own.some((other) => other.name === role.name)),
  ]) {
    rows.push({
      ...emptyRow,
      id: `/providers/Microsoft.Authorization/RoleDefinitions/${definition.name}`,
      name: definition.name,
      type: 'microsoft.authorization/roledefinitions',
      tenantId: call.caller.tenantId,
      properties: {
        roleName: definition.roleName,
        type: definition.type,
        description: definition.description,
        assignableScopes: definition.assignableScopes,
        permissions: definition.permissions,
      },
    });
  }
  return rows;
}

const emptyRow: Row = {
  id: '',
  name: '',
  type: '',
  tenantId: '',
  kind: '',
  location: '',
  resourceGroup: '',
  subscriptionId: '',
  managedBy: '',
  sku: null,
  plan: null,
  properties: null,
  tags: null,
  identity: null,
  zones: null,
  extendedLocation: null,
};
