import { partsOfId } from '../../core/armId';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import type { PlanKind } from './functionAppBody';
import { regionKey } from './functionAppStacks';
import type { JsonObject } from '../../core/json';
import { objectOf, stringOf } from '../../core/json';
import { listResourceManager, objectsOf } from '../../core/request';

/** An existing resource that a new function app can use. */
export interface ExistingPart {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** In the service's own spelling. */
  readonly location: string;
  /** The name of its SKU, e.g. `EP1` or `Standard_LRS`; '' if it has none. */
  readonly sku: string;
}

export interface ExistingPlan extends ExistingPart {
  readonly kind: Extract<PlanKind, 'premium' | 'basic'>;
}

/**
 * The plans in a region and on an operating system that can host another function app. Leaves out Consumption plans,
 * which the service manages, Flex Consumption plans, which host only one app, Free and Shared plans, which don't support
 * Always On, and plans for Logic Apps (`WorkflowStandard`) or Windows containers.
 * @throws AzureError
 */
export async function listPlansFor(
  c: Connection,
  subscriptionId: string,
  { location, linux }: { readonly location: string; readonly linux: boolean },
  signal?: AbortSignal,
): Promise<ExistingPlan[]> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Web/serverfarms`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.web, signal });
  return objectsOf(items).flatMap((item): ExistingPlan[] => {
    const properties = objectOf(item['properties']);
    const tier = stringOf(objectOf(item['sku'])['tier']) ?? '';
    const runsOther = properties['isXenon'] === true || properties['hyperV'] === true;
    const fits = isIn(item, location) && (properties['reserved'] === true) === linux && !runsOther;
    if (!fits || /^(Dynamic|FlexConsumption|Free|Shared|WorkflowStandard|)$/i.test(tier)) return [];
    const kind = tier.toLowerCase() === 'elasticpremium' ? 'premium' : 'basic';
    return partOf(item).map((part) => ({ ...part, kind }));
  });
}

/**
 * The storage accounts in a region that a function app can use: standard general-purpose accounts with blobs, queues and
 * tables (learn.microsoft.com/azure/azure-functions/storage-considerations) that the app can access, with a key if it
 * needs one. Leaves out accounts with a hierarchical namespace, which serve other purposes.
 * @throws AzureError
 */
export async function listStorageFor(
  c: Connection,
  subscriptionId: string,
  { location, byIdentity }: { readonly location: string; readonly byIdentity: boolean },
  signal?: AbortSignal,
): Promise<ExistingPart[]> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Storage/storageAccounts`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.storage, signal });
  return objectsOf(items).flatMap((item) => {
    const properties = objectOf(item['properties']);
    const sku = stringOf(objectOf(item['sku'])['name']) ?? '';
    const isGeneral = /^(Storage|StorageV2)$/i.test(stringOf(item['kind']) ?? '') && !/^Premium/i.test(sku);
    const isClosed =
      stringOf(properties['publicNetworkAccess'])?.toLowerCase() === 'disabled' ||
      stringOf(objectOf(properties['networkAcls'])['defaultAction'])?.toLowerCase() === 'deny';
    const hasKeys = properties['allowSharedKeyAccess'] !== false;
    const fits = isIn(item, location) && isGeneral && !isClosed && (byIdentity || hasKeys);
    return fits && properties['isHnsEnabled'] !== true ? partOf(item) : [];
  });
}

/** The Log Analytics workspaces in a region, starting with the default one that Azure's own tools create. @throws AzureError */
export async function listWorkspacesFor(
  c: Connection,
  subscriptionId: string,
  { location }: { readonly location: string },
  signal?: AbortSignal,
): Promise<(ExistingPart & { readonly isDefault: boolean })[]> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.OperationalInsights/workspaces`;
  const items = await listResourceManager(c, { path, apiVersion: apiVersions.workspaces, signal });
  const defaultName = `defaultworkspace-${subscriptionId.toLowerCase()}-`;
  const parts = objectsOf(items)
    .filter((item) => isIn(item, location))
    .flatMap(partOf)
    .map((part) => ({ ...part, isDefault: part.name.toLowerCase().startsWith(defaultName) }));
  return parts.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

function isIn(item: JsonObject, location: string): boolean {
  return regionKey(stringOf(item['location']) ?? '') === regionKey(location);
}

function partOf(item: JsonObject): ExistingPart[] {
  const id = stringOf(item['id']) ?? '';
  const place = partsOfId(id);
  const sku = stringOf(objectOf(item['sku'])['name']) ?? '';
  const location = stringOf(item['location']) ?? '';
  return place ? [{ id, name: place.name, resourceGroup: place.resourceGroup, location, sku }] : [];
}
