import type { Connection } from './connection';
import type { Subscription, Tenant } from './model';

/** The tenants that the account is a member or guest of. The connection's own tenant decides only who asks. */
export function listTenants(c: Connection, signal?: AbortSignal): Promise<Tenant[]> {
  void c;
  void signal;
  return Promise.reject(new Error('not yet'));
}

/** The subscriptions that this connection's tenant holds (Resource Manager never lists another tenant's). */
export function listSubscriptions(c: Connection, signal?: AbortSignal): Promise<Subscription[]> {
  void c;
  void signal;
  return Promise.reject(new Error('not yet'));
}
