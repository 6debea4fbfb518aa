import type { Connection } from './connection';
import type { AzureError } from './errors';
import type { FunctionApp, KeyVault, UserAssignedIdentity } from './model';

/** What a list across subscriptions found, and which subscriptions it could not read. */
export interface Found<T> {
  readonly items: readonly T[];
  readonly failures: readonly SubscriptionFailure[];
}

export interface SubscriptionFailure {
  readonly subscriptionId: string;
  readonly error: AzureError;
}

/** Function apps (not their slots) of the subscriptions. */
export function listFunctionApps(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<FunctionApp>> {
  void c;
  void subscriptionIds;
  void signal;
  return Promise.reject(new Error('not yet'));
}

export function listKeyVaults(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<KeyVault>> {
  void c;
  void subscriptionIds;
  void signal;
  return Promise.reject(new Error('not yet'));
}

export function listUserAssignedIdentities(
  c: Connection,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Found<UserAssignedIdentity>> {
  void c;
  void subscriptionIds;
  void signal;
  return Promise.reject(new Error('not yet'));
}
