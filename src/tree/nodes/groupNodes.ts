import type { Subscription } from '../../azure/core/model';
import type { OfConnection } from './base';

/** How the resources of a subscription are grouped (the setting `keyless.view.groupBy`). */
export type Grouping = 'type' | 'resourceGroup';

export interface SubscriptionNode extends OfConnection {
  readonly kind: 'subscription';
  readonly subscription: Subscription;
  /** Another subscription has the same name. */
  readonly ambiguous?: boolean;
  readonly tenantName: string;
  readonly isOneOfManyTenants?: boolean;
}

export interface ResourceGroupNode extends OfConnection {
  readonly kind: 'resourceGroup';
  readonly subscription: Subscription;
  /** Without its location if it's known only from a resource in it. */
  readonly group: { readonly id: string; readonly name: string; readonly location?: string };
}

export interface FunctionAppsNode extends OfConnection {
  readonly kind: 'functionApps';
  readonly subscription: Subscription;
}

export interface KeyVaultsNode extends OfConnection {
  readonly kind: 'keyVaults';
  readonly subscription: Subscription;
}
