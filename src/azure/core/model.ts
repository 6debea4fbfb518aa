/** What Keyless knows of Azure's resources: plain, immutable, and free of secret values. */

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
  /** Absent when there is no system-assigned identity. */
  readonly systemAssigned?: { readonly principalId: string; readonly tenantId: string };
  readonly userAssigned: readonly AssignedIdentity[];
}

export interface AssignedIdentity {
  readonly resourceId: string;
  readonly principalId: string;
  readonly clientId: string;
}

export interface FunctionApp {
  /** ARM ID, in the case the service gave it. Slots: `…/sites/app/slots/slot`. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly kind: string;
  readonly linux: boolean;
  /** `Running`, `Stopped` or what else the service says. */
  readonly state: string;
  /** e.g. `Dynamic`, `ElasticPremium`, `FlexConsumption`, `Basic`; absent where the service did not say. */
  readonly sku?: string;
  readonly defaultHostName: string;
  /** Host of the SCM site as Resource Manager gave it (`hostNameSslStates`, type Repository); absent if it gave none. */
  readonly scmHostName?: string;
  readonly identity: ManagedIdentity;
  /** What resolves the app's Key Vault references: `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly keyVaultReferenceIdentity: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface FunctionInfo {
  readonly id: string;
  readonly name: string;
  readonly language?: string;
  readonly disabled: boolean;
  /** Absent unless HTTP-triggered. */
  readonly http?: {
    readonly invokeUrlTemplate: string;
    readonly authLevel: 'anonymous' | 'function' | 'admin';
    readonly methods: readonly string[];
  };
}

/** An app setting as the tree may know it: never its value. */
export interface AppSettingInfo {
  readonly name: string;
  /** The value where it is a Key Vault reference: it names a secret and is none. */
  readonly keyVaultReference?: string;
  /** How App Service resolved the reference, be it a valid one or not; absent for plain text. */
  readonly resolution?: ReferenceResolution;
  /** Why that could not be read. */
  readonly resolutionUnread?: string;
  /** A plain-text value that looks like a secret. */
  readonly looksSecret: boolean;
  readonly slotSetting: boolean;
}

/** What App Service last got for a setting that is a Key Vault reference (WebApps.json, ApiKVReference). */
export interface ReferenceResolution {
  /** The setting's name. */
  readonly name: string;
  /** e.g. `Resolved`, `AccessToKeyVaultDenied`. */
  readonly status: string;
  /** The reason, as the service wrote it. */
  readonly details?: string;
  /** What the reference names; absent where its syntax is wrong. */
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
  /** As Resource Manager gave it, without trailing slash. */
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

/** A secret or a version of one; never its value. */
export interface SecretInfo {
  /** The identifier as the vault gave it: without version in lists of secrets, with it in lists of versions. */
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly enabled: boolean;
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
  /** Text of a condition (ABAC) that limits it. */
  readonly condition?: string;
  readonly createdOn?: Date;
}
