import type { FunctionAppShape } from '../azure/appService/functionAppBody';
import type { AccessPolicy, FunctionApp, KeyVault } from '../azure/core/model';
import type { SiteFileChange } from './siteFileChange';

/**
 * One change that Keyless makes in Azure, as far as words for it are needed: no secret value is in it.
 * IDs are ARM IDs, of a slot where the change is of a slot. Each kind has a sentence in
 * describeChange.ts, and its equivalents in equivalents/.
 */
export type Change =
  | AppIdentityChange
  | { readonly kind: 'createIdentity'; readonly identityId: string; readonly location: string }
  | { readonly kind: 'deleteIdentity'; readonly identityId: string }
  /** `identity`: ARM ID of a user-assigned identity, or `SystemAssigned`. */
  | { readonly kind: 'setKeyVaultReferenceIdentity'; readonly appId: string; readonly identity: string }
  | AccessPolicyChange
  | RoleAssignmentChange
  | { readonly kind: 'setSecret'; readonly vaultId: string; readonly name: string }
  | SecretChange
  | { readonly kind: 'enableSecret'; readonly vaultId: string; readonly name: string }
  | { readonly kind: 'recoverSecret'; readonly vaultId: string; readonly name: string }
  | { readonly kind: 'recoverVault'; readonly vaultId: string; readonly location: string }
  /** `address`: IPv4, or a range of them, e.g. `203.0.113.0/24`. */
  | { readonly kind: 'addFirewallAddress'; readonly vaultId: string; readonly address: string }
  /** Public network access on, and a firewall that lets in what has a rule alone. */
  | { readonly kind: 'openToFirewall'; readonly vaultId: string }
  | AppSettingChange
  | FunctionKeyChange
  | ResourceChange
  /** `syncTriggers`: the platform is told which functions the app's files now hold. */
  | { readonly kind: 'startApp' | 'stopApp' | 'restartApp' | 'syncTriggers'; readonly appId: string }
  | SiteFileChange;

/** `app` is as the change leaves it. */
export type AppIdentityChange = { readonly app: Pick<FunctionApp, 'id' | 'identity'> } & (
  | { readonly kind: 'enableIdentity' | 'disableIdentity' }
  | { readonly kind: 'assignIdentity' | 'removeIdentity'; readonly identityId: string }
);

/** A resource, or a group of them, that is made or goes as a whole. */
export type ResourceChange =
  | { readonly kind: 'createResourceGroup'; readonly groupId: string; readonly location: string }
  | { readonly kind: 'deleteResourceGroup'; readonly groupId: string }
  | {
      readonly kind: 'createVault';
      readonly vaultId: string;
      readonly location: string;
      readonly tenantId: string;
      readonly permissionModel: KeyVault['permissionModel'];
      readonly retentionDays: number;
      readonly purgeProtection: boolean;
    }
  | { readonly kind: 'deleteVault'; readonly vaultId: string }
  | { readonly kind: 'createStorageAccount'; readonly storageId: string; readonly location: string }
  | ({ readonly kind: 'createPlan'; readonly planId: string; readonly plan: 'premium' | 'basic' } & Pick<
      FunctionAppShape,
      'location' | 'linux'
    >)
  | { readonly kind: 'createWorkspace'; readonly workspaceId: string; readonly location: string }
  /** A component of Application Insights. */
  | {
      readonly kind: 'createComponent';
      readonly componentId: string;
      readonly location: string;
      readonly workspaceId: string;
    }
  | ({
      /** With its system-assigned identity on. */
      readonly kind: 'createApp';
      readonly appId: string;
      readonly storageId: string;
      /** Absent where the service itself makes the plan. */
      readonly planId?: string;
      /** Of its Application Insights, in the same resource group. */
      readonly componentId?: string;
    } & Omit<FunctionAppShape, 'name'>)
  | { readonly kind: 'deleteResource'; readonly resourceId: string }
  | { readonly kind: 'deleteApp'; readonly appId: string };

export type Permissions = AccessPolicy['permissions'];

interface OfPolicy {
  readonly vaultId: string;
  /** Of the vault. */
  readonly tenantId: string;
  readonly objectId: string;
  readonly applicationId?: string;
}

export type AccessPolicyChange =
  /** Of the kinds that were given something, all that the principal has afterwards: see {@link addedPolicy}. */
  | ({ readonly kind: 'addAccessPolicy'; readonly permissions: Permissions } & OfPolicy)
  /** `left`: all that the principal keeps of the kinds that lost something; absent where its entry goes as a whole. */
  | ({
      readonly kind: 'removeAccessPolicy';
      readonly permissions: Permissions;
      readonly left?: Permissions;
    } & OfPolicy);

interface OfAssignment {
  readonly scope: string;
  /** ARM ID. */
  readonly roleDefinitionId: string;
  readonly roleName?: string;
  readonly principalId: string;
}

export type RoleAssignmentChange =
  | ({
      readonly kind: 'createRoleAssignment';
      /** `ServicePrincipal`, which a managed identity is, `User` or `Group`. */
      readonly principalType: string;
      /** ARM ID, where the assignment is there. */
      readonly id?: string;
    } & OfAssignment)
  | ({ readonly kind: 'deleteRoleAssignment'; readonly id: string } & OfAssignment);

export type AppSettingChange = { readonly appId: string; readonly name: string } & (
  | {
      readonly kind: 'setAppSetting';
      /** The new value where it is a Key Vault reference; any other value is a secret value, and left out. */
      readonly reference?: string;
    }
  | { readonly kind: 'deleteAppSetting' }
  | { readonly kind: 'renameAppSetting'; readonly newName: string; readonly reference?: string }
);

/** Dates are ISO 8601 in UTC, to the second. */
export type SecretChange = { readonly vaultId: string; readonly name: string } & (
  | {
      readonly kind: 'updateSecret';
      readonly version?: string;
      readonly enabled?: boolean;
      readonly notBefore?: string;
      readonly expires?: string;
      readonly contentType?: string;
      readonly tags?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'deleteSecret' | 'purgeSecret' }
);

/** Without `functionName` a key of the host, which opens every function of the app. Its value is a secret value. */
export interface FunctionKeyChange {
  readonly kind: 'setFunctionKey' | 'deleteFunctionKey';
  readonly appId: string;
  readonly functionName?: string;
  readonly keyName: string;
}

/** The change that gives a principal permissions beside those that it has: `vault` as it is before or after. */
export function addedPolicy(
  vault: Pick<KeyVault, 'id' | 'tenantId' | 'accessPolicies'>,
  { objectId, permissions }: Pick<AccessPolicy, 'objectId' | 'permissions'>,
): Change {
  const held = vault.accessPolicies.find(
    (policy) =>
      policy.objectId.toLowerCase() === objectId.toLowerCase() && policy.applicationId === undefined,
  )?.permissions;
  const all = kindsOf(permissions).map(
    (kind) => [kind, union(held?.[kind] ?? [], permissions[kind] ?? [])] as const,
  );
  return {
    kind: 'addAccessPolicy',
    vaultId: vault.id,
    tenantId: vault.tenantId,
    objectId,
    permissions: Object.fromEntries(all),
  };
}

/** The kinds of things that permissions are about, e.g. `['secrets']`. */
export function kindsOf(permissions: Permissions): (keyof Permissions)[] {
  return (['keys', 'secrets', 'certificates', 'storage'] as const).filter(
    (kind) => permissions[kind] !== undefined,
  );
}

function union(held: readonly string[], added: readonly string[]): string[] {
  const lower = [...held, ...added].map((permission) => permission.toLowerCase());
  return [...new Set(lower)];
}
