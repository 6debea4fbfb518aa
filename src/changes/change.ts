import type { PublishingMethod } from '../azure/appService/basicPublishing';
import type { FunctionAppShape, ServiceUris } from '../azure/appService/creation/functionAppBody';
import type { Fetched } from '../azure/appService/settings/platformSignIn';
import type { SlotSettingLists } from '../azure/appService/settings/slotSettings';
import type { JsonObject } from '../azure/core/json';
import type { AccessPolicy, FunctionApp, KeyVault, SettingId } from '../azure/core/model';
import type { DataRole, DataRoleAssignment } from '../azure/resources/dataRoles';
import type { SiteFileChange } from './siteFileChange';

/**
 * One change that Keyless makes in Azure, with everything needed to describe it but no secret value.
 * IDs are ARM IDs (of the slot for a change to a slot). Each kind has a sentence in describeChange.ts
 * and equivalents in equivalents/.
 */
export type Change =
  | AppIdentityChange
  | { readonly kind: 'createIdentity'; readonly identityId: string; readonly location: string }
  | { readonly kind: 'deleteIdentity'; readonly identityId: string }
  /** `identity`: ARM ID of a user-assigned identity, or `SystemAssigned`. */
  | { readonly kind: 'setKeyVaultReferenceIdentity'; readonly appId: string; readonly identity: string }
  | AccessPolicyChange
  | RoleAssignmentChange
  | DataRoleChange
  | { readonly kind: 'setSecret'; readonly vaultId: string; readonly name: string }
  | SecretChange
  | { readonly kind: 'enableSecret'; readonly vaultId: string; readonly name: string }
  | { readonly kind: 'recoverSecret'; readonly vaultId: string; readonly name: string }
  | { readonly kind: 'recoverVault'; readonly vaultId: string; readonly location: string }
  /** `address`: an IPv4 address or range, such as `203.0.113.0/24`. */
  | { readonly kind: 'addFirewallAddress'; readonly vaultId: string; readonly address: string }
  /** Turns on public network access, with a firewall that allows only what its rules list. */
  | { readonly kind: 'openToFirewall'; readonly vaultId: string }
  | AppSettingChange
  | ExchangedSettings
  | SlotSettingChange
  | FunctionKeyChange
  | KeyAccessChange
  | ResourceChange
  /** `syncTriggers`: makes the platform re-read which functions the app's files contain. */
  | { readonly kind: 'startApp' | 'stopApp' | 'restartApp' | 'syncTriggers'; readonly appId: string }
  | SiteFileChange;

/** `app`: the app after the change. */
export type AppIdentityChange = { readonly app: Pick<FunctionApp, 'id' | 'identity'> } & (
  | { readonly kind: 'enableIdentity' | 'disableIdentity' }
  | { readonly kind: 'assignIdentity' | 'removeIdentity'; readonly identityId: string }
);

/** Creates or deletes a whole resource or resource group. */
export type ResourceChange =
  | { readonly kind: 'createResourceGroup'; readonly groupId: string; readonly location: string }
  | { readonly kind: 'deleteResourceGroup'; readonly groupId: string }
  /** `namespace`: of the resource provider, e.g. `Microsoft.Web`. */
  | { readonly kind: 'registerProvider'; readonly subscriptionId: string; readonly namespace: string }
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
  | { readonly kind: 'purgeVault'; readonly vaultId: string; readonly location: string }
  | {
      readonly kind: 'createStorageAccount';
      readonly storageId: string;
      readonly location: string;
      /** Whether the app connects with its identity. The account then has no usable keys. */
      readonly byIdentity: boolean;
    }
  | ({ readonly kind: 'createPlan'; readonly planId: string; readonly plan: 'premium' | 'basic' } & Pick<
      FunctionAppShape,
      'location' | 'linux'
    >)
  | { readonly kind: 'createWorkspace'; readonly workspaceId: string; readonly location: string }
  /** An Application Insights component. */
  | {
      readonly kind: 'createComponent';
      readonly componentId: string;
      readonly location: string;
      readonly workspaceId: string;
    }
  | ({
      /** With its system-assigned identity enabled. */
      readonly kind: 'createApp';
      readonly appId: string;
      readonly storageId: string;
      /** Absent if the service creates the plan itself. */
      readonly planId?: string;
      /** Its Application Insights component, in the same resource group. */
      readonly componentId?: string;
      /** The endpoints of its storage account, if its settings contain them instead of the account's name. */
      readonly serviceUris?: ServiceUris;
    } & Omit<FunctionAppShape, 'name'>)
  | { readonly kind: 'deleteResource'; readonly resourceId: string }
  | { readonly kind: 'deleteApp'; readonly appId: string };

export type Permissions = AccessPolicy['permissions'];

interface OfPolicy {
  readonly vaultId: string;
  /** The vault's tenant. */
  readonly tenantId: string;
  readonly objectId: string;
  readonly applicationId?: string;
}

export type AccessPolicyChange =
  /** `permissions`: for each kind that gains something, everything the principal has afterward; see {@link addedPolicy}. */
  | ({ readonly kind: 'addAccessPolicy'; readonly permissions: Permissions } & OfPolicy)
  /** `left`: for each kind that loses something, everything the principal keeps; absent if its whole entry is removed. */
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
      /** `ServicePrincipal` (managed identities included), `User`, or `Group`. */
      readonly principalType: string;
      /** ARM ID, if the assignment exists. */
      readonly id?: string;
      /** The condition (ABAC) that limits the assignment. */
      readonly condition?: string;
      /** ARM ID of the identity's resource, if another tenant delegated the subscription (Azure Lighthouse); with `id`. */
      readonly delegatedIdentityId?: string;
    } & OfAssignment)
  | ({ readonly kind: 'deleteRoleAssignment'; readonly id: string } & OfAssignment);

/** `id`: ARM ID, if the assignment exists. */
export type DataRoleChange =
  | ({ readonly kind: 'assignDataRole'; readonly id?: string; readonly roleName: string } & DataRole)
  | ({ readonly kind: 'removeDataRole' } & DataRoleAssignment);

/** About a connection string if `connectionType` is there. */
export type AppSettingChange = SettingId & { readonly appId: string } & (
    | {
        readonly kind: 'setAppSetting';
        /** The new value if it's a Key Vault reference. Any other value is a secret value and is left out. */
        readonly reference?: string;
      }
    | { readonly kind: 'deleteAppSetting' }
    | { readonly kind: 'renameAppSetting'; readonly newName: string; readonly reference?: string }
  );

/** Several app settings in one write, such as an identity-based connection that replaces a key. */
export interface ExchangedSettings {
  readonly kind: 'exchangeAppSettings';
  readonly appId: string;
  /** null stands for a secret value. */
  readonly set: Readonly<Record<string, string | null>>;
  readonly remove: readonly string[];
}

/** Whether a setting stays with its slot at a swap. `appId` is never a slot: the app has the marks of all its slots. */
export type SlotSettingChange = SettingId & {
  readonly kind: 'setSlotSetting';
  readonly appId: string;
  readonly slotSetting: boolean;
  /** All marks afterward, because they're written at once. */
  readonly lists: SlotSettingLists;
};

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

/** Without `functionName`, a host key, which works for every function of the app. Its value, a secret, isn't included. */
export interface FunctionKeyChange {
  readonly kind: 'setFunctionKey' | 'deleteFunctionKey';
  readonly appId: string;
  readonly functionName?: string;
  readonly keyName: string;
}

/** What makes keys and passwords work or stop working. Whether keys are deleted for good depends on the type of the resource. */
export type KeyAccessChange =
  | { readonly kind: 'turnOffKeys' | 'turnOnKeys'; readonly resourceId: string }
  /** A way of publishing accepts a user name and password, or no longer does. */
  | {
      readonly kind: 'setBasicPublishing';
      readonly appId: string;
      readonly method: PublishingMethod;
      readonly allow: boolean;
    }
  /** How the platform signs in to what it fetches for the app; with the properties that were written. */
  | {
      readonly kind: 'setPlatformSignIn';
      readonly appId: string;
      readonly fetched: Fetched;
      readonly properties: JsonObject;
    }
  /** `keyName`: the name of a `ResourceKey`. `keyId`: its ID afterward. */
  | {
      readonly kind: 'regenerateKey';
      readonly resourceId: string;
      readonly keyName: string;
      readonly keyId?: string;
    };

/** The change that adds permissions to those a principal already has; `vault` may be read before or after it. */
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

/** What the change of a new role assignment needs for copies if its subscription was delegated. */
export function ofDelegated(
  id: string,
  { delegatedIdentityId }: { readonly delegatedIdentityId?: string },
): { readonly id?: string; readonly delegatedIdentityId?: string } {
  return delegatedIdentityId === undefined ? {} : { id, delegatedIdentityId };
}

/** The kinds of objects that permissions cover, such as `['secrets']`. */
export function kindsOf(permissions: Permissions): (keyof Permissions)[] {
  return (['keys', 'secrets', 'certificates', 'storage'] as const).filter(
    (kind) => permissions[kind] !== undefined,
  );
}

function union(held: readonly string[], added: readonly string[]): string[] {
  const lower = [...held, ...added].map((permission) => permission.toLowerCase());
  return [...new Set(lower)];
}
