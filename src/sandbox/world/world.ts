import type {
  DenyAssignment,
  EligibleRole,
  Lock,
  PolicyDenial,
  RoleAssignment,
  RoleDefinition,
} from './rights';
import type { CosmosData } from './cosmosData';
import type { StorageData } from './storageData';

/**
 * The state of the local Azure. All of the services' data is stored here and nowhere else; maps of resources
 * are keyed by lowercase resource ID, because Azure compares IDs case-insensitively.
 */

export interface Tenant {
  tenantId: string;
  displayName: string;
  defaultDomain: string;
}

/**
 * A person who can sign in on the sandbox's sign-in page. The password belongs to the run and isn't stored
 * here.
 */
export interface User {
  objectId: string;
  tenantId: string;
  userPrincipalName: string;
  displayName: string;
  groupIds: string[];
}

export interface ServicePrincipal {
  objectId: string;
  appId: string;
  tenantId: string;
  displayName: string;
  kind: 'Application' | 'ManagedIdentity';
  /** The ARM ID of the site (or slot) or user-assigned identity behind a managed identity. */
  resourceId?: string;
  /** Only for kind Application: the secret for client credentials sign-in. */
  clientSecret?: string;
  groupIds: string[];
  /**
   * When Authorization starts to find the principal, in epoch milliseconds (replication delay);
   * PrincipalNotFound before that.
   */
  visibleFrom: number;
}

export interface Group {
  objectId: string;
  tenantId: string;
  displayName: string;
}

export interface Subscription {
  subscriptionId: string;
  tenantId: string;
  /** Tenants that it's delegated to (Azure Lighthouse). */
  managedByTenants?: string[];
  displayName: string;
  state: 'Enabled' | 'Disabled' | 'Warned' | 'PastDue' | 'Deleted';
}

export interface ResourceGroup {
  id: string;
  name: string;
  location: string;
  tags?: Record<string, string>;
}

/** The members of every tracked ARM resource. */
export interface Resource {
  /** As first written; compared case-insensitively. */
  id: string;
  name: string;
  type: string;
  location: string;
  tags?: Record<string, string>;
}

export interface ManagedServiceIdentity {
  type: 'SystemAssigned' | 'UserAssigned' | 'SystemAssigned, UserAssigned';
  principalId?: string;
  tenantId?: string;
  userAssignedIdentities?: Record<string, { principalId: string; clientId: string }>;
}

export interface Plan extends Resource {
  sku: { name: string; tier: string };
  reserved: boolean;
  /** Set for Windows container plans, which use one name or the other. */
  isXenon?: boolean;
  hyperV?: boolean;
}

/** A function app, a web app, or a slot of one (type `Microsoft.Web/sites/slots`, name `app/slot`). */
export interface Site extends Resource {
  kind: string;
  identity?: ManagedServiceIdentity;
  planId: string;
  state: 'Running' | 'Stopped';
  /** Host names without port: `<app>.sites.localhost`, `<app>.scm.localhost`. */
  defaultHostName: string;
  scmHostName: string;
  enabled: boolean;
  httpsOnly: boolean;
  reserved: boolean;
  keyVaultReferenceIdentity: string;
  /** A template can set null (Azure/Azure-Functions#1711). */
  appSettings: Record<string, string | null>;
  slotSettingNames: string[];
  /** The properties of config/web and config/logs that were written; the rest are defaults. */
  webConfig: Record<string, unknown>;
  logsConfig: Record<string, unknown>;
  publishingPolicies: { scm: boolean; ftp: boolean };
  hostKeys: { masterKey: string; functionKeys: Record<string, string>; systemKeys: Record<string, string> };
  functionKeys: Record<string, Record<string, string>>;
  connectionStrings?: Record<string, { value: string; type: string }>;
  /** Names of connection strings that stay with the slot. */
  slotConnectionStringNames?: string[];
  /**
   * Other members of `properties` that clients wrote and answers echo: clientAffinityEnabled,
   * publicNetworkAccess and the like.
   */
  siteProperties?: Record<string, unknown>;
  /** The time of the last write in epoch milliseconds, for `lastModifiedTimeUtc` and the ETag. */
  lastModified?: number;
  /** The folder on this machine that represents D:\home (or /home): contains site/wwwroot, LogFiles, data. */
  homeFolder: string;
}

export interface AccessPolicy {
  tenantId: string;
  objectId: string;
  applicationId?: string;
  permissions: Partial<Record<'keys' | 'secrets' | 'certificates' | 'storage', string[]>>;
}

export interface NetworkAcls {
  bypass: string;
  defaultAction: 'Allow' | 'Deny';
  ipRules: { value: string }[];
  virtualNetworkRules: { id: string; ignoreMissingVnetServiceEndpoint?: boolean }[];
}

export interface Vault extends Resource {
  tenantId: string;
  sku: { family: string; name: string };
  accessPolicies: AccessPolicy[];
  enableRbacAuthorization?: boolean | null;
  enableSoftDelete?: boolean;
  enablePurgeProtection?: boolean;
  softDeleteRetentionInDays?: number;
  enabledForDeployment: boolean;
  enabledForDiskEncryption?: boolean;
  enabledForTemplateDeployment?: boolean;
  networkAcls?: NetworkAcls;
  publicNetworkAccess: string;
  /** The host name without port: `<vault>.vault.localhost`. */
  hostName: string;
  /** When the vault was created, in epoch milliseconds: at first, its provisioningState is RegisteringDns. */
  createdAt: number;
  /** Who created and last changed it; if unset, answers name the first user of the vault's tenant. */
  systemData?: SystemData;
  secrets: Map<string, Secret>;
  deletedSecrets: Map<string, DeletedSecret>;
}

export interface SystemData {
  /** A person's user principal name or an application's app ID. */
  createdBy: string;
  createdByType: 'User' | 'Application';
  /** ISO 8601 with milliseconds, as on the wire. */
  createdAt: string;
  lastModifiedBy: string;
  lastModifiedByType: 'User' | 'Application';
  lastModifiedAt: string;
}

export interface DeletedVault {
  vault: Vault;
  deletedAt: number;
  scheduledPurgeAt: number;
}

/**
 * A secret's name, as first written, and its versions, oldest first. Keys of `Vault.secrets` are lowercase.
 */
export interface Secret {
  name: string;
  versions: SecretVersion[];
  /** It belongs to a certificate. */
  managed?: boolean;
  /** When a recovered secret becomes visible, in epoch milliseconds (recovery isn't immediate). */
  visibleFrom?: number;
}

export interface SecretVersion {
  /** 32 hex digits. */
  version: string;
  value: string;
  contentType?: string;
  enabled: boolean;
  /** Epoch seconds, as on the wire. */
  notBefore?: number;
  expires?: number;
  created: number;
  updated: number;
  tags?: Record<string, string>;
}

export interface DeletedSecret {
  secret: Secret;
  /** Epoch seconds. */
  deletedDate: number;
  scheduledPurgeDate: number;
  /** When deletedsecrets starts to show it, in epoch milliseconds (soft delete isn't immediate). */
  visibleFrom: number;
}

export interface UserAssignedIdentity extends Resource {
  tenantId: string;
  principalId: string;
  clientId: string;
  /** By name in lower case. */
  federatedCredentials?: Map<string, FederatedCredential>;
}

/** What lets tokens of another issuer be exchanged for the identity's. */
export interface FederatedCredential {
  name: string;
  issuer: string;
  subject: string;
  audiences: string[];
}

/** A resource that the sandbox lists but doesn't implement. */
export type OtherResource = Resource & {
  kind?: string;
  sku?: Record<string, unknown>;
  identity?: ManagedServiceIdentity;
  managedBy?: string;
  properties: Record<string, unknown>;
};

export interface World {
  tenants: Tenant[];
  users: User[];
  groups: Group[];
  servicePrincipals: Map<string, ServicePrincipal>;
  subscriptions: Map<string, Subscription>;
  resourceGroups: Map<string, ResourceGroup>;
  plans: Map<string, Plan>;
  sites: Map<string, Site>;
  vaults: Map<string, Vault>;
  deletedVaults: Map<string, DeletedVault>;
  identities: Map<string, UserAssignedIdentity>;
  /** Other resources, such as storage accounts, so that lists contain more than two types. */
  otherResources: Map<string, OtherResource>;
  /** The data of storage accounts. */
  storageData?: Map<string, StorageData>;
  /** The keys of other services by resource ID and name. */
  serviceKeys?: Map<string, Map<string, string>>;
  cosmosData?: Map<string, CosmosData>;
  roleDefinitions: RoleDefinition[];
  roleAssignments: RoleAssignment[];
  denyAssignments: DenyAssignment[];
  /** The roles that principals can activate with Privileged Identity Management. */
  eligibleRoles?: EligibleRole[];
  locks?: Lock[];
  policyDenials?: PolicyDenial[];
}
