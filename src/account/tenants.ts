import type { Connection } from '../azure/core/connection';
import type { Subscription, Tenant } from '../azure/core/model';
import type { TenantState } from './session';

/** The Resource Manager calls that listing uses (src/azure/directory/subscriptions.ts). */
export interface Listing {
  listTenants(c: Connection, signal?: AbortSignal): Promise<Tenant[]>;
  listSubscriptions(c: Connection, signal?: AbortSignal): Promise<Subscription[]>;
}

/** Each tenant takes a token and a request, and the sign-in service throttles users who make many more at once. */
const tenantsAtOnce = 5;

/**
 * Lists all tenants of an account and, in parallel, their subscriptions. A tenant that fails is listed with its error
 * and doesn't affect the others.
 * @param connect creates the connection for a tenant; `undefined` is the account's home tenant
 * @throws if the tenants themselves can't be listed
 */
export async function listTenantStates(
  connect: (tenantId: string | undefined) => Connection,
  listing: Listing,
  signal?: AbortSignal,
): Promise<TenantState[]> {
  const tenants = await listing.listTenants(connect(undefined), signal);
  const states = await mapLimited(byName(tenants), tenantsAtOnce, async (tenant): Promise<TenantState> => {
    const connection = connect(tenant.tenantId);
    try {
      return {
        tenant,
        connection,
        subscriptions: byName(await listing.listSubscriptions(connection, signal)),
      };
    } catch (error) {
      signal?.throwIfAborted();
      return { tenant, connection, error };
    }
  });
  return onceEach(states);
}

/**
 * A subscription that another tenant manages is listed in both tenants. Keeps it in its own tenant, or else in the first
 * one that lists it.
 */
function onceEach(states: readonly TenantState[]): TenantState[] {
  const place = new Map<string, Tenant>();
  const listed = states.flatMap((state) =>
    'error' in state
      ? []
      : state.subscriptions.map((subscription) => ({ subscription, tenant: state.tenant })),
  );
  for (const { subscription, tenant } of listed)
    if (!place.has(subscription.subscriptionId) || subscription.tenantId === tenant.tenantId)
      place.set(subscription.subscriptionId, tenant);
  return states.map((state) =>
    'error' in state
      ? state
      : {
          ...state,
          subscriptions: state.subscriptions.filter(
            ({ subscriptionId }) => place.get(subscriptionId) === state.tenant,
          ),
        },
  );
}

/** Like `Promise.all(items.map(work))`, but runs at most `limit` at a time. */
async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

function byName<T extends { displayName: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.displayName.localeCompare(b.displayName));
}
