/** What commands act on. Tree nodes have these properties, and pickers return them. */
import type { TenantState } from '../account/session';
import type { Connection } from '../azure/core/connection';
import type {
  AccessPolicy,
  AppSettingInfo,
  AssignedIdentity,
  FunctionApp,
  FunctionInfo,
  KeyVault,
  RoleAssignment,
  SecretInfo,
  SettingId,
  Subscription,
  UserAssignedIdentity,
} from '../azure/core/model';
import type { Found } from './listResources';

export interface AppTarget {
  readonly connection: Connection;
  /** A function app or a slot of one. */
  readonly app: FunctionApp;
}

export interface FunctionTarget extends AppTarget {
  readonly fn: FunctionInfo;
}

/** An app setting or a connection string by its name. */
export interface NamedSettingTarget extends AppTarget {
  readonly setting: SettingId;
}

/** An app setting or a connection string, without its value. */
export interface SettingTarget extends NamedSettingTarget {
  readonly setting: AppSettingInfo;
}

/** A file or folder of an app's site. */
export interface SiteFileTarget extends AppTarget {
  /** Path relative to the site's home, such as `site/wwwroot/host.json`. */
  readonly path: string;
  readonly readOnly: boolean;
}

export interface VaultTarget {
  readonly connection: Connection;
  readonly vault: KeyVault;
}

/** A secret, or one version of it if `secret.version` is set. */
export interface SecretTarget extends VaultTarget {
  readonly secret: SecretInfo;
}

export interface PolicyTarget extends VaultTarget {
  readonly policy: AccessPolicy;
}

export interface IdentityTarget {
  readonly connection: Connection;
  readonly identity: UserAssignedIdentity;
}

export interface SubscriptionTarget {
  readonly connection: Connection;
  readonly subscription: Subscription;
}

/** One of the user-assigned identities of an app or slot. */
export interface AssignedIdentityTarget extends AppTarget {
  readonly assigned: AssignedIdentity;
}

export interface RoleAssignmentTarget {
  readonly connection: Connection;
  readonly assignment: RoleAssignment;
}

/** The resources that the inventory lists. */
export type ListedKind = 'apps' | 'vaults' | 'identities';

/** A tenant or subscription, and why its resources aren't known. */
export interface Unlisted {
  readonly name: string;
  readonly error: unknown;
}

/**
 * What the signed-in accounts can see across tenants and subscriptions, as last read or being read now: known answers
 * cost no request. The tree and the pickers share it.
 */
export interface Inventory {
  /** One per signed-in account and tenant; empty if no one is signed in. */
  connections(): Promise<readonly Connection[]>;
  /** Their shown subscriptions. */
  subscriptions(): Promise<readonly SubscriptionTarget[]>;
  /** All tenants, including those that failed. */
  tenants(): Promise<readonly TenantState[]>;
  functionApps(signal?: AbortSignal): Promise<readonly AppTarget[]>;
  /** Apps of one subscription, by name. @throws the reason if this subscription couldn't be read */
  appsOf(connection: Connection, subscriptionId: string): Promise<readonly FunctionApp[]>;
  keyVaults(signal?: AbortSignal): Promise<readonly VaultTarget[]>;
  /** The key vaults of one account and tenant, and which subscriptions couldn't be read. Rejects only when canceled. */
  vaultsIn(connection: Connection, signal?: AbortSignal): Promise<Found<KeyVault>>;
  userAssignedIdentities(signal?: AbortSignal): Promise<readonly IdentityTarget[]>;
  /** Whose resources of a kind couldn't be listed. The lists above are without them. */
  unlisted(kind: ListedKind, signal?: AbortSignal): Promise<readonly Unlisted[]>;
  /** Display name of a subscription, or its ID if the name isn't known. */
  subscriptionName(subscriptionId: string): string;
}
