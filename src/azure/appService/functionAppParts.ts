import { placeOf } from '../core/armId';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import type { PlanKind } from './functionAppBody';
import type { JsonObject } from '../core/json';
import { objectOf, stringOf } from '../core/json';
import { listResourceManager, objectsOf } from '../core/request';

/** Something that is there and that a new function app may use. */
export interface ExistingPart {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** As the service spells it. */
  readonly location: string;
  /** Name of its SKU, e.g. `EP1` or `Standard_LRS`; '' where it has none. */
  readonly sku: string;
}

export interface ExistingPlan extends ExistingPart {
  readonly kind: Extract<PlanKind, 'premium' | 'basic'>;
}

/**
 * The plans of a region and operating system that can take one more function app. Those of Consumption are the service's
 * own affair, those of Flex Consumption take one app, Free and Shared ones can't be always on, and those of
 * Logic Apps (`WorkflowStandard`) and of Windows containers run other things.
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
 * The storage accounts of a region that can hold a function app: general-purpose ones with blobs, queues and tables, on
 * standard disks (learn.microsoft.com/azure/azure-functions/storage-considerations), that are open to the app, and to
 * its key where it needs one. Those with a hierarchical namespace are made for other work, and are left alone.
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
    const isShut =
      stringOf(properties['publicNetworkAccess'])?.toLowerCase() === 'disabled' ||
      stringOf(objectOf(properties['networkAcls'])['defaultAction'])?.toLowerCase() === 'deny';
    const hasKeys = properties['allowSharedKeyAccess'] !== false;
    const fits = isIn(item, location) && isGeneral && !isShut && (byIdentity || hasKeys);
    return fits && properties['isHnsEnabled'] !== true ? partOf(item) : [];
  });
}

/** The Log Analytics workspaces of a region; the one that Azure's own tools make there by default goes first. @throws AzureError */
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

/** Microsoft.Web answers with `North Europe` where others say `northeurope`. */
function isIn(item: JsonObject, location: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '');
  return plain(stringOf(item['location']) ?? '') === plain(location);
}

function partOf(item: JsonObject): ExistingPart[] {
  const id = stringOf(item['id']) ?? '';
  const place = placeOf(id);
  const sku = stringOf(objectOf(item['sku'])['name']) ?? '';
  const location = stringOf(item['location']) ?? '';
  return place ? [{ id, name: place.name, resourceGroup: place.resourceGroup, location, sku }] : [];
}
