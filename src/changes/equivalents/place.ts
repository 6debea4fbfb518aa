import { isContainerApp } from '../../azure/appService/siteKind';
import type { FunctionApp } from '../../azure/core/model';
import type { Change, RoleAssignmentChange, SlotSettingChange } from '../change';

/** A resource's location, for commands that take a name and a resource group. */
export interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Name of the resource, or of the app if the ID is a slot's. */
  readonly name: string;
  readonly slot?: string;
}

/** Splits the ARM ID of a resource in a resource group; absent parts are ''. */
export function placeOf(id: string): Place {
  const after = (segment: string) => new RegExp(`/${segment}/([^/]+)`, 'i').exec(id)?.[1];
  const slot = after('slots');
  return {
    subscriptionId: after('subscriptions') ?? '',
    resourceGroup: after('resourceGroups') ?? '',
    name: /\/providers\/[^/]+\/[^/]+\/([^/]+)/i.exec(id)?.[1] ?? '',
    ...(slot === undefined ? {} : { slot }),
  };
}

/**
 * The subscription that a change is made in. It also names the tenant, whose token is needed. For a role at the scope of a
 * management group or tenant it's the subscription that the role was read from; undefined if that isn't known either.
 */
export function subscriptionOf(change: Change): string | undefined {
  if (change.kind === 'registerProvider') return change.subscriptionId;
  const ids: Partial<Record<(typeof idNames)[number], string>> & { readonly app?: { readonly id: string } } =
    change;
  const all = [ids.app?.id, ...idNames.map((name) => ids[name])];
  return all.map((id) => placeOf(id ?? '').subscriptionId).find((id) => id !== '');
}

const idNames = [
  ...([
    'appId',
    'vaultId',
    'identityId',
    'groupId',
    'storageId',
    'planId',
    'workspaceId',
    'componentId',
  ] as const),
  ...(['resourceId', 'scope', 'roleDefinitionId'] as const),
] as const;

/** Placeholder for a secret value, to be replaced before running the command. */
export const valuePlaceholder = '<value>';

/** The Microsoft.Web api-version in requests and templates. */
export const webApiVersion = '2023-12-01';

/** The type of an app, and the api-version in requests and templates. */
export function typeOfApp(id: string): { readonly type: string; readonly version: string } {
  if (isContainerApp({ id })) return { type: 'Microsoft.App/containerApps', version: '2026-01-01' };
  const isSlot = placeOf(id).slot !== undefined;
  return { type: isSlot ? 'Microsoft.Web/sites/slots' : 'Microsoft.Web/sites', version: webApiVersion };
}

/** The Microsoft.Storage api-version. */
export const storageApiVersion = '2023-05-01';

/** The Microsoft.Insights/components api-version. */
export const insightsApiVersion = '2020-02-02';

/** The version of the language of role assignment conditions; Azure accepts no other for new ones. */
export const conditionVersion = '2.0';

/**
 * The request for a role in a subscription that another tenant delegated; neither az nor the Az module has a parameter for
 * the identity's resource (azure-powershell#11783). Undefined for any other role.
 */
export function delegatedRequest(
  change: Extract<RoleAssignmentChange, { kind: 'createRoleAssignment' }>,
): { readonly path: string; readonly body: string } | undefined {
  const { id, delegatedIdentityId, roleDefinitionId, principalId, principalType, condition } = change;
  if (id === undefined || delegatedIdentityId === undefined) return undefined;
  const properties = {
    ...{ roleDefinitionId, principalId, principalType },
    ...(condition === undefined ? {} : { condition, conditionVersion }),
    delegatedManagedIdentityResourceId: delegatedIdentityId,
  };
  return { path: `${id}?api-version=2022-04-01`, body: JSON.stringify({ properties }) };
}

/** The request that writes all marks of slot settings. No command changes one of them alone. */
export function slotSettingsRequest({ appId, lists: properties }: SlotSettingChange): {
  readonly path: string;
  readonly body: string;
} {
  const path = `${appId}/config/slotConfigNames?api-version=${webApiVersion}`;
  return { path, body: JSON.stringify({ properties }) };
}

/** An app's `identity` property once it has these identities. */
export function identityAfter({ id, identity }: Pick<FunctionApp, 'id' | 'identity'>): {
  readonly type: string;
  readonly userAssigned: readonly string[];
} {
  const userAssigned = identity.userAssigned.map(({ resourceId }) => resourceId);
  const types = [
    ...(identity.systemAssigned ? ['SystemAssigned'] : []),
    ...(userAssigned.length > 0 ? ['UserAssigned'] : []),
  ];
  // Each service has its own form (ManagedServiceIdentityType).
  return { type: types.join(isContainerApp({ id }) ? ',' : ', ') || 'None', userAssigned };
}
