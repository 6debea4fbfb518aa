import { apiVersions } from '../core/apiVersions';
import { sameId, subscriptionIdIn } from '../core/armId';
import type { Connection } from '../core/connection';
import { Slot } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import type { Subscription, Tenant } from '../core/model';
import { callResourceManager, listResourceManager, objectsOf, rowsOf } from '../core/request';
import { unlessAborted } from '../core/wait';

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

/** The tenant of each subscription that was read, by its ID in lowercase. */
const tenants = new Slot(() => new Map<string, Promise<string | undefined>>());

/**
 * The subscriptions that can be used with a token of the connection's tenant: its own, and those that other tenants
 * delegated to it (Azure Lighthouse), whose `tenantId` is the other tenant's. @throws AzureError
 */
export async function listSubscriptions(c: Connection, signal?: AbortSignal): Promise<Subscription[]> {
  const items = await listResourceManager(c, { path: '/subscriptions', apiVersion, signal });
  return rowsOf(items, (item) => {
    const subscriptionId = stringOf(item['subscriptionId']);
    if (subscriptionId === undefined) return undefined;
    const tenantId = stringOf(item['tenantId']) ?? c.tenantId;
    c.own(tenants).set(subscriptionId.toLowerCase(), Promise.resolve(tenantId));
    const displayName = stringOf(item['displayName']) ?? subscriptionId;
    return { subscriptionId, tenantId, displayName, state: stringOf(item['state']) ?? '' };
  });
}

/**
 * The tenant that a subscription belongs to, and with it the identities in it. It isn't the connection's if another tenant
 * delegated the subscription (azure-cli#7607). If it can't be read, the connection's tenant is assumed.
 */
export async function tenantOf(c: Connection, subscriptionId: string, signal?: AbortSignal): Promise<string> {
  if (subscriptionId === '') return c.tenantId;
  const known = c.own(tenants);
  const key = subscriptionId.toLowerCase();
  let reading = known.get(key);
  // Many may ask at once, so they share one request, which none of them cancels.
  if (!reading) known.set(key, (reading = readTenant(c, subscriptionId)));
  const tenantId = await unlessAborted(reading, signal);
  if (tenantId === undefined) known.delete(key);
  return tenantId ?? c.tenantId;
}

/** The tenant of the subscription that a resource is in, see {@link tenantOf}. @param id ARM ID */
export function tenantOfResource(c: Connection, id: string, signal?: AbortSignal): Promise<string> {
  return tenantOf(c, subscriptionIdIn(id) ?? '', signal);
}

/** Whether a subscription belongs to a tenant, see {@link tenantOf}. */
export async function isOfTenant(
  c: Connection,
  subscriptionId: string,
  tenantId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return sameId(await tenantOf(c, subscriptionId, signal), tenantId);
}

/** Undefined if the subscription can't be read. */
async function readTenant(c: Connection, subscriptionId: string): Promise<string | undefined> {
  try {
    const path = `/subscriptions/${subscriptionId}`;
    const { body } = await callResourceManager(c, { method: 'GET', path, apiVersion });
    return stringOf(objectOf(body)['tenantId']);
  } catch {
    return undefined;
  }
}
