/** The Azure resources as Keyless models them: plain, immutable, and without secret values. */

export interface Tenant {
  readonly tenantId: string;
  readonly displayName: string;
}

export interface Subscription {
  readonly subscriptionId: string;
  readonly displayName: string;
  readonly tenantId: string;
  readonly state: string;
}

export interface ManagedIdentity {
  /** Absent if there is no system-assigned identity. */
  readonly systemAssigned?: { readonly principalId: string; readonly tenantId: string };
  readonly userAssigned: readonly AssignedIdentity[];
}

export interface AssignedIdentity {
  readonly resourceId: string;
  readonly principalId: string;
  readonly clientId: string;
}

export interface FunctionApp {
  /** ARM ID with the service's own casing. Slots: `…/sites/app/slots/slot`. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly kind: string;
  readonly linux: boolean;
  /** `Running`, `Stopped`, or whatever else the service returns. */
  readonly state: string;
  /** Why the app may not work although it runs. Absent if Azure sees no problem. */
  readonly health?: 'quotaExceeded' | 'limited';
  /** e.g. `Dynamic`, `ElasticPremium`, `FlexConsumption`, `Basic`; absent if the service didn't return it. */
  readonly sku?: string;
  /** Only on Flex Consumption, where `functionAppConfig` names it and not an app setting: e.g. `dotnet-isolated`. */
  readonly runtime?: string;
  readonly defaultHostName: string;
  /** The SCM site's host, as Resource Manager returns it (`hostNameSslStates`, type Repository); absent if it returns none. */
  readonly scmHostName?: string;
  readonly identity: ManagedIdentity;
  /** The identity that resolves the app's Key Vault references: `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly keyVaultReferenceIdentity: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface FunctionInfo {
  readonly id: string;
  readonly name: string;
  readonly language?: string;
  readonly disabled: boolean;
  /** Where that comes from, unless nothing says that the function is disabled. */
  readonly disabledIn?: DisabledIn;
  /** Present only for HTTP triggers. */
  readonly http?: {
    readonly invokeUrlTemplate: string;
    readonly authLevel: 'anonymous' | 'function' | 'admin';
    readonly methods: readonly string[];
  };
  /** Absent if it has none. */
  readonly bindings?: readonly FunctionBinding[];
}

/** A trigger or binding. */
export interface FunctionBinding {
  /** In lowercase, e.g. `blobtrigger`. */
  readonly type: string;
  /** All members that are texts, such as `connection`, which names a setting, and `true` or `false` for those that are. */
  readonly members: Readonly<Record<string, string>>;
}

/**
 * - `host`: the host says so, because of an app setting or the code
 * - `functionJson`: function.json says so, which only version 1 of the runtime follows
 * - `ignored`: function.json says so, but the runtime ignores it, so the function is enabled
 * - `setting`: function.json names an app setting whose value decides, which isn't known here
 */
export type DisabledIn =
  | { readonly place: 'host' | 'functionJson' | 'ignored' }
  | { readonly place: 'setting'; readonly setting: string };

/** One of the two maps of settings that an app has, as in the paths of Resource Manager. */
export type SettingKind = 'appsettings' | 'connectionstrings';

/** Names a setting. An app setting and a connection string can have the same name. */
export interface SettingId {
  readonly name: string;
  /** The type of a connection string, such as `SQLAzure`; absent for an app setting. */
  readonly connectionType?: string;
}

/** What the tree knows of a setting, which never includes its value. */
export interface AppSettingInfo extends SettingId {
  /** The value if it is a Key Vault reference, which names a secret but isn't one. */
  readonly keyVaultReference?: string;
  /** How App Service resolved the reference, valid or not; absent for plain text. */
  readonly resolution?: ReferenceResolution;
  /** Why the resolution couldn't be read. */
  readonly resolutionUnread?: string;
  /** The value is null. */
  readonly noValue?: true;
  /** A plain-text value that looks like a secret. */
  readonly looksSecret: boolean;
  readonly slotSetting: boolean;
}

/** The result of App Service's last attempt to resolve a Key Vault reference (WebApps.json, ApiKVReference). */
export interface ReferenceResolution {
  /** The setting's name. */
  readonly name: string;
  readonly connectionString?: true;
  /** e.g. `Resolved`, `AccessToKeyVaultDenied`. */
  readonly status: string;
  /** The reason in the service's own words. */
  readonly details?: string;
  /** The vault that the reference names; absent if its syntax is wrong. */
  readonly vaultName?: string;
  readonly secretName?: string;
  /** 32 hex digits. */
  readonly activeVersion?: string;
}

export type PermissionModel = 'accessPolicies' | 'rbac';

export interface KeyVault {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tenantId: string;
  /** As Resource Manager returns it, without the trailing slash. */
  readonly vaultUri: string;
  readonly permissionModel: PermissionModel;
  readonly publicNetworkAccess: string;
  readonly firewall: boolean;
  readonly accessPolicies: readonly AccessPolicy[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface AccessPolicy {
  readonly tenantId: string;
  readonly objectId: string;
  readonly applicationId?: string;
  readonly permissions: Readonly<
    Partial<Record<'keys' | 'secrets' | 'certificates' | 'storage', readonly string[]>>
  >;
}

/** A secret or a version of one, without its value. */
export interface SecretInfo {
  /** The identifier as the vault returns it: without a version in lists of secrets, with one in lists of versions. */
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly enabled: boolean;
  /** Key Vault manages it because it belongs to a certificate. Resource Manager doesn't say so. */
  readonly managed?: true;
  readonly contentType?: string;
  readonly created?: Date;
  readonly updated?: Date;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly tags: Readonly<Record<string, string>>;
}

export interface UserAssignedIdentity {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly principalId: string;
  readonly clientId: string;
}

export interface RoleAssignment {
  readonly id: string;
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType: string;
  /** The condition (ABAC) that limits the assignment. */
  readonly condition?: string;
  readonly createdOn?: Date;
}
