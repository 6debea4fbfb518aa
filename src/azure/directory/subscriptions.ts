import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { stringOf } from '../core/json';
import type { Subscription, Tenant } from '../core/model';
import { listResourceManager, objectsOf, rowsOf } from '../core/request';

const apiVersion = apiVersions.subscriptions;

/** The tenants that the account is a member or guest of, whatever the connection's own tenant is. @throws AzureError */
export async function listTenants(c: Connection, signal?: AbortSignal): Promise<Tenant[]> {
  const items = await listResourceManager(c, { path: '/tenants', apiVersion, signal });
  return objectsOf(items).flatMap((item) => {
    const tenantId = stringOf(item['tenantId']);
    if (tenantId === undefined) return [];
    return [
      { tenantId, displayName: stringOf(item['displayName']) ?? stringOf(item['defaultDomain']) ?? tenantId },
    ];
  });
}

/** The subscriptions in the connection's tenant. Resource Manager never lists those of another tenant. @throws AzureError */
export async function listSubscriptions(c: Connection, signal?: AbortSignal): Promise<Subscription[]> {
  const items = await listResourceManager(c, { path: '/subscriptions', apiVersion, signal });
  return rowsOf(items, (item) => {
    const subscriptionId = stringOf(item['subscriptionId']);
    if (subscriptionId === undefined) return undefined;
    return {
      subscriptionId,
      displayName: stringOf(item['displayName']) ?? subscriptionId,
      tenantId: stringOf(item['tenantId']) ?? c.tenantId,
      state: stringOf(item['state']) ?? '',
    };
  });
}
