/**
 * The file format of a world: JSON for `--world FILE`, and the seeded world (seed.ts) itself.
 *
 * ```json
 * {
 *   "tenants": [{ "tenantId": "…", "displayName": "Contoso", "defaultDomain": "contoso.example" }],
 *   "users": [{ "objectId": "…", "tenantId": "…", "userPrincipalName": "alex@contoso.example", "displayName": "Alex" }],
 *   "applications": [{ "appId": "…", "objectId": "…", "displayName": "Automation" }],
 *   "subscriptions": [{
 *     "subscriptionId": "…", "displayName": "Mine",
 *     "roleAssignments": [{ "role": "Owner", "principal": "alex@contoso.example" }],
 *     "resourceGroups": [{
 *       "name": "rg", "location": "westeurope",
 *       "vaults": [{ "name": "kv", "rbac": true, "secrets": [{ "name": "One", "value": "1" }] }],
 *       "sites": [{ "name": "app", "sample": "readSecret", "systemAssigned": true,
 *                   "appSettings": { "SECRET_URI": "${vault:kv}/secrets/One" } }]
 *     }]
 *   }]
 * }
 * ```
 *
 * Whatever is omitted gets a default: GUIDs are derived from names, so that they're the same in each run;
 * secret values, keys and client secrets are random. A principal is referred to by its user principal name,
 * by its display name (applications, groups), by the name of a user-assigned identity, or by object ID. In
 * app settings, `${vault:NAME}` stands for a vault's URI without a trailing slash, and `${connection:NAME}` for the
 * connection string of a storage account, a Service Bus namespace, or a Cosmos DB account. The first tenant, user and
 * application are those in the ready file.
 */
export interface WorldFile {
  tenants: TenantEntry[];
  users: UserEntry[];
  groups?: { objectId?: string; tenantId?: string; displayName: string }[];
  applications: ApplicationEntry[];
  subscriptions: SubscriptionEntry[];
  /** Custom roles. */
  roleDefinitions?: RoleDefinitionEntry[];
}

interface TenantEntry {
  tenantId: string;
  displayName: string;
  defaultDomain: string;
}

interface UserEntry {
  objectId?: string;
  /** Default: the first tenant. The same name in a second tenant is a guest there. */
  tenantId?: string;
  userPrincipalName: string;
  displayName: string;
  /** Display names. */
  groups?: string[];
}

interface ApplicationEntry {
  appId?: string;
  /** The object ID of its service principal. */
  objectId?: string;
  tenantId?: string;
  displayName: string;
  /** Default: random. */
  clientSecret?: string;
  groups?: string[];
}

interface RoleDefinitionEntry {
  name?: string;
  roleName: string;
  description?: string;
  assignableScopes: string[];
  actions?: string[];
  notActions?: string[];
  dataActions?: string[];
  notDataActions?: string[];
}

export interface RoleAssignmentEntry {
  /** Name or GUID of a built-in or custom role. */
  role: string;
  principal: string;
  condition?: string;
}

export interface DenyAssignmentEntry {
  displayName: string;
  actions?: string[];
  dataActions?: string[];
  principals: string[];
  excludePrincipals?: string[];
  doNotApplyToChildScopes?: boolean;
  /** Logs what it would deny, and denies nothing. */
  audit?: boolean;
}

/** Applies to the subscription or resource group that contains it, or to a resource in there. */
interface LockEntry {
  name: string;
  level: 'CanNotDelete' | 'ReadOnly';
  /**
   * Relative to the scope that contains the lock, e.g. `/providers/Microsoft.KeyVault/vaults/kv` in a
   * resource group.
   */
  resource?: string;
}

/** Azure Policy with the effect Deny, for writes of one resource type. */
interface PolicyDenialEntry {
  displayName: string;
  /** e.g. `Microsoft.Web/sites`. */
  resourceType: string;
}

export interface SubscriptionEntry {
  subscriptionId: string;
  tenantId?: string;
  /** IDs of the tenants that it's delegated to (Azure Lighthouse). Role assignments say what their principals may do. */
  managedByTenants?: string[];
  displayName: string;
  state?: 'Enabled' | 'Disabled' | 'Warned' | 'PastDue' | 'Deleted';
  roleAssignments?: RoleAssignmentEntry[];
  /** Roles that can be activated. */
  eligibleRoles?: Omit<RoleAssignmentEntry, 'condition'>[];
  denyAssignments?: DenyAssignmentEntry[];
  locks?: LockEntry[];
  policyDenials?: PolicyDenialEntry[];
  resourceGroups?: ResourceGroupEntry[];
}

export interface ResourceGroupEntry {
  name: string;
  location: string;
  tags?: Record<string, string>;
  roleAssignments?: RoleAssignmentEntry[];
  denyAssignments?: DenyAssignmentEntry[];
  locks?: LockEntry[];
  policyDenials?: PolicyDenialEntry[];
  plans?: PlanEntry[];
  identities?: IdentityEntry[];
  sites?: SiteEntry[];
  vaults?: VaultEntry[];
  others?: OtherEntry[];
}

interface PlanEntry {
  name: string;
  /** SKU name, e.g. `B1`, `Y1`, `EP1`, `FC1`. */
  sku: string;
  tier: string;
  linux?: boolean;
  tags?: Record<string, string>;
}

interface IdentityEntry {
  name: string;
  /** Display names. */
  groups?: string[];
  principalId?: string;
  clientId?: string;
  tags?: Record<string, string>;
}

export interface SiteEntry {
  name: string;
  /** Default: `functionapp` or `functionapp,linux`, depending on the plan. */
  kind?: string;
  /** Name of a plan in the same group. Default: the group's first plan. */
  plan?: string;
  state?: 'Running' | 'Stopped';
  tags?: Record<string, string>;
  /** true, or the object ID for the identity. */
  systemAssigned?: boolean | string;
  /** Names of identities in the same group. */
  userAssigned?: string[];
  keyVaultReferenceIdentity?: string;
  appSettings?: Record<string, string>;
  /** Only on Flex Consumption, where it isn't an app setting. */
  runtime?: { name: string; version: string };
  slotSettingNames?: string[];
  httpsOnly?: boolean;
  basicAuthentication?: boolean;
  /**
   * What goes into site/wwwroot: the function that reads SECRET_URI, a Python function (which the sandbox
   * doesn't run), functions of a shop that holds keys, or nothing.
   */
  sample?: 'readSecret' | 'python' | 'shop' | 'empty';
  /** Such as `Python|3.12`. */
  linuxFxVersion?: string;
  slots?: Omit<SiteEntry, 'slots' | 'plan' | 'kind'>[];
  roleAssignments?: RoleAssignmentEntry[];
}

export interface VaultEntry {
  name: string;
  tags?: Record<string, string>;
  /**
   * Whether to use Azure role-based access control instead of access policies; `null`, as in old vaults,
   * means policies.
   */
  rbac?: boolean | null;
  premium?: boolean;
  accessPolicies?: AccessPolicyEntry[];
  softDeleteRetentionInDays?: number;
  purgeProtection?: boolean;
  networkAcls?: {
    bypass?: string;
    defaultAction: 'Allow' | 'Deny';
    ipRules?: { value: string }[];
    virtualNetworkRules?: { id: string }[];
  };
  publicNetworkAccess?: 'Enabled' | 'Disabled';
  secrets?: SecretEntry[];
  roleAssignments?: RoleAssignmentEntry[];
}

export interface AccessPolicyEntry {
  principal: string;
  applicationId?: string;
  secrets?: string[];
  keys?: string[];
  certificates?: string[];
}

export interface SecretEntry {
  name: string;
  /** Default: random. */
  value?: string;
  /** Values of older versions, oldest first. */
  olderValues?: string[];
  contentType?: string;
  enabled?: boolean;
  /** Relative to the start of the run; negative: in the past. */
  expiresInDays?: number;
  notBeforeInDays?: number;
  tags?: Record<string, string>;
  /** It belongs to a certificate, so that Key Vault manages it. */
  managed?: boolean;
  /** On this secret alone. */
  roleAssignments?: RoleAssignmentEntry[];
}

/** A resource of a type that the sandbox only lists, or that it can't create, e.g. a Service Bus namespace. */
interface OtherEntry {
  type: string;
  name: string;
  kind?: string;
  sku?: Record<string, unknown>;
  tags?: Record<string, string>;
  properties?: Record<string, unknown>;
  /** What is in it, such as `queues/orders`. */
  parts?: string[];
  /** Of a storage account: text blobs by name, in containers by name. */
  containers?: Record<string, Record<string, string>>;
  /** Of a storage account: names of file shares. */
  shares?: string[];
  /** Of a Cosmos DB account: names of containers by database. */
  databases?: Record<string, string[]>;
}
