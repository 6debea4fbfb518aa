/**
 * The state of the local Azure. Everything a service stores is here and nowhere else; maps of resources are keyed
 * by resource ID in lower case, since Azure compares IDs without regard to case.
 */

export interface Tenant {
  tenantId: string;
  displayName: string;
  defaultDomain: string;
}

/** A person who may sign in on the sandbox's sign-in page. The password is per run and not stored here. */
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
  /** ARM ID of the site (or slot) or user-assigned identity behind a managed identity. */
  resourceId?: string;
  /** Only for kind Application: the secret of client-credentials sign-in. */
  clientSecret?: string;
  groupIds: string[];
  /** Epoch milliseconds from which Authorization finds the principal (replication delay); before: PrincipalNotFound. */
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
  displayName: string;
  state: 'Enabled' | 'Disabled' | 'Warned' | 'PastDue' | 'Deleted';
}

export interface ResourceGroup {
  id: string;
  name: string;
  location: string;
  tags?: Record<string, string>;
}

/** What every tracked ARM resource has. */
export interface Resource {
  /** As first written; compared without case. */
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
  /** Of plans for Windows containers, which have one name for it or the other. */
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
  appSettings: Record<string, string>;
  slotSettingNames: string[];
  /** Properties of config/web and config/logs that were written; the rest are defaults. */
  webConfig: Record<string, unknown>;
  logsConfig: Record<string, unknown>;
  publishingPolicies: { scm: boolean; ftp: boolean };
  hostKeys: { masterKey: string; functionKeys: Record<string, string>; systemKeys: Record<string, string> };
  functionKeys: Record<string, Record<string, string>>;
  connectionStrings?: Record<string, { value: string; type: string }>;
  /** Names of connection strings that stay with the slot. */
  slotConnectionStringNames?: string[];
  /** Other members of `properties` that clients wrote and answers echo: clientAffinityEnabled, publicNetworkAccess and the like. */
  siteProperties?: Record<string, unknown>;
  /** Epoch milliseconds of the last write, for `lastModifiedTimeUtc` and the ETag. */
  lastModified?: number;
  /** Folder on this machine that stands for D:\home (or /home): holds site/wwwroot, LogFiles, data. */
  homeFolder: string;
}

export interface AccessPolicy {
  tenantId: string;
  objectId: string;
  applicationId?: string;
  permissions: Partial<Record<'keys' | 'secrets' | 'certificates' | 'storage', string[]>>;
}

export interface EligibleRole {
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  /** Epoch milliseconds. */
  startsAt: number;
}

export interface NetworkAcls {
  bypass: string;
  defaultAction: 'Allow' | 'Deny';
  ipRules: { value: string }[];
  virtualNetworkRules: { id: string }[];
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
  /** Host name without port: `<vault>.vault.localhost`. */
  hostName: string;
  /** Epoch milliseconds of creation: provisioningState is RegisteringDns at first. */
  createdAt: number;
  /** Who created and last changed it; a vault without one is answered as made by the first user of its tenant. */
  systemData?: SystemData;
  secrets: Map<string, Secret>;
  deletedSecrets: Map<string, DeletedSecret>;
}

export interface SystemData {
  /** User principal name of a person, app ID of an application. */
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

/** A secret's name, as first written, with its versions, oldest first. Keys of `Vault.secrets` are lower case. */
export interface Secret {
  name: string;
  versions: SecretVersion[];
  /** Epoch milliseconds until which a secret that was just recovered is not found (recovery is not immediate). */
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
  /** Epoch milliseconds from which deletedsecrets shows it (soft delete is not immediate). */
  visibleFrom: number;
}

export interface UserAssignedIdentity extends Resource {
  tenantId: string;
  principalId: string;
  clientId: string;
}

export interface Permission {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
}

export interface RoleDefinition {
  /** GUID. */
  name: string;
  roleName: string;
  type: 'BuiltInRole' | 'CustomRole';
  description: string;
  assignableScopes: string[];
  permissions: Permission[];
  /** ISO 8601. */
  createdOn?: string;
  updatedOn?: string;
  createdBy?: string | null;
  updatedBy?: string | null;
}

export interface RoleAssignment {
  /** GUID. */
  name: string;
  /** ARM scope; '/' for the root. */
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
  createdOn: number;
  createdBy: string;
  updatedOn?: number;
  updatedBy?: string;
  /** Epoch milliseconds from which the assignment has effect (propagation). */
  effectiveFrom: number;
  /** Set when deleted: it still has effect until this moment. */
  removedAt?: number;
}

export interface DenyAssignment {
  name: string;
  displayName: string;
  scope: string;
  permissions: Permission[];
  principalIds: string[];
  excludePrincipalIds: string[];
  /** Holds for `scope` itself and nothing below it. */
  doNotApplyToChildScopes?: boolean;
}

/** A management lock: writes (ReadOnly) or deletes below `scope` are answered with 409 ScopeLocked. */
export interface Lock {
  name: string;
  /** Subscription, resource group or resource. */
  scope: string;
  level: 'CanNotDelete' | 'ReadOnly';
}

/** An Azure Policy that denies writes of a resource type below `scope` with 403 RequestDisallowedByPolicy. */
export interface PolicyDenial {
  displayName: string;
  policyDefinitionId: string;
  policyAssignmentId: string;
  scope: string;
  /** As in `Microsoft.Web/sites`; compared without case. */
  resourceType: string;
}

/** A resource that the sandbox lists and does not run. */
export type OtherResource = Resource & {
  kind?: string;
  sku?: Record<string, unknown>;
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
  /** Other resources (storage accounts and the like), so that lists are not of two types only. */
  otherResources: Map<string, OtherResource>;
  roleDefinitions: RoleDefinition[];
  roleAssignments: RoleAssignment[];
  denyAssignments: DenyAssignment[];
  /** What principals may activate with Privileged Identity Management. */
  eligibleRoles?: EligibleRole[];
  locks?: Lock[];
  policyDenials?: PolicyDenial[];
}
