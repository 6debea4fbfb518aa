import type { FunctionAppShape } from '../azure/functionAppBody';
import type { AccessPolicy, FunctionApp, KeyVault } from '../azure/model';
import { describePermissions, describeScope } from './reach';

/**
 * One change that Keyless makes in Azure, as far as words for it are needed: no secret value is in it.
 * IDs are ARM IDs, of a slot where the change is of a slot. Each kind has a sentence here and its equivalents in
 * equivalents/.
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
  | { readonly kind: 'startApp' | 'stopApp' | 'restartApp'; readonly appId: string };

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

/** What was done, as a sentence. Names in it are as the service gave them. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'enableIdentity':
      return `Enabled the system-assigned identity of ${nameOf(change.app.id)}.`;
    case 'disableIdentity':
      return `Disabled the system-assigned identity of ${nameOf(change.app.id)}.`;
    case 'assignIdentity':
      return `Assigned the identity ${nameOf(change.identityId)} to ${nameOf(change.app.id)}.`;
    case 'removeIdentity':
      return `Removed the identity ${nameOf(change.identityId)} from ${nameOf(change.app.id)}.`;
    case 'createIdentity':
      return `Created the identity ${nameOf(change.identityId)}.`;
    case 'deleteIdentity':
      return `Deleted the identity ${nameOf(change.identityId)}.`;
    case 'setKeyVaultReferenceIdentity':
      return `Key Vault references of ${nameOf(change.appId)} are resolved by ${
        change.identity.startsWith('/') ? nameOf(change.identity) : 'its system-assigned identity'
      }.`;
    case 'addAccessPolicy':
      return `Access policy of ${change.objectId} on ${nameOf(change.vaultId)}: ${inWords(change.permissions)}.`;
    case 'removeAccessPolicy':
      return `Took from ${change.objectId} on ${nameOf(change.vaultId)}: ${inWords(change.permissions)}.`;
    case 'createRoleAssignment':
      return `Assigned ${roleOf(change)} to ${change.principalId} on ${describeScope(change.scope)}.`;
    case 'deleteRoleAssignment':
      return `Removed ${roleOf(change)} from ${change.principalId} on ${describeScope(change.scope)}.`;
    case 'setSecret':
      return `Wrote a version of the secret ${change.name} in ${nameOf(change.vaultId)}.`;
    case 'updateSecret':
      return `Changed attributes of the secret ${change.name} in ${nameOf(change.vaultId)}.`;
    case 'deleteSecret':
      return `Deleted the secret ${change.name} in ${nameOf(change.vaultId)}.`;
    case 'purgeSecret':
      return `Purged the deleted secret ${change.name} of ${nameOf(change.vaultId)}.`;
    case 'enableSecret':
      return `Enabled the secret ${change.name} in ${nameOf(change.vaultId)}.`;
    case 'recoverSecret':
      return `Recovered the secret ${change.name} in ${nameOf(change.vaultId)}.`;
    case 'recoverVault':
      return `Recovered the key vault ${nameOf(change.vaultId)}.`;
    case 'openToFirewall':
      return `Opened the key vault ${nameOf(change.vaultId)} to the public network, for what its firewall lets in.`;
    case 'addFirewallAddress':
      return `Let ${change.address} through the firewall of ${nameOf(change.vaultId)}.`;
    case 'setAppSetting':
      return `Set the application setting ${change.name} of ${nameOf(change.appId)}.`;
    case 'deleteAppSetting':
      return `Deleted the application setting ${change.name} of ${nameOf(change.appId)}.`;
    case 'renameAppSetting':
      return `Renamed the application setting ${change.name} of ${nameOf(change.appId)} to ${change.newName}.`;
    case 'setFunctionKey':
      return `Made or renewed the key ${change.keyName} of ${change.functionName ?? 'the host'} in ${nameOf(change.appId)}.`;
    case 'deleteFunctionKey':
      return `Revoked the key ${change.keyName} of ${change.functionName ?? 'the host'} in ${nameOf(change.appId)}.`;
    case 'createResourceGroup':
      return `Created the resource group ${nameOf(change.groupId)}.`;
    case 'deleteResourceGroup':
      return `Deleted the resource group ${nameOf(change.groupId)} with all that was in it.`;
    case 'createVault':
      return `Created the key vault ${nameOf(change.vaultId)}.`;
    case 'deleteVault':
      return `Deleted the key vault ${nameOf(change.vaultId)}.`;
    case 'createStorageAccount':
      return `Created the storage account ${nameOf(change.storageId)}.`;
    case 'createPlan':
      return `Created the plan ${nameOf(change.planId)}.`;
    case 'createWorkspace':
      return `Created the Log Analytics workspace ${nameOf(change.workspaceId)}.`;
    case 'createComponent':
      return `Created the Application Insights component ${nameOf(change.componentId)}.`;
    case 'createApp':
      return `Created the function app ${nameOf(change.appId)}.`;
    case 'deleteResource':
      return `Deleted ${nameOf(change.resourceId)}.`;
    case 'deleteApp':
      return `Deleted ${nameOf(change.appId)}.`;
    case 'startApp':
      return `Started ${nameOf(change.appId)}.`;
    case 'stopApp':
      return `Stopped ${nameOf(change.appId)}.`;
    case 'restartApp':
      return `Restarted ${nameOf(change.appId)}.`;
  }
}

function union(held: readonly string[], added: readonly string[]): string[] {
  const lower = [...held, ...added].map((permission) => permission.toLowerCase());
  return [...new Set(lower)];
}

function inWords(permissions: Permissions): string {
  return describePermissions({ tenantId: '', objectId: '', permissions });
}

function roleOf({ roleName, roleDefinitionId }: OfAssignment): string {
  return roleName ?? `the role ${lastSegment(roleDefinitionId)}`;
}

/** Name of a resource; `app/slot` for a slot. */
function nameOf(id: string): string {
  const slot = /\/sites\/([^/]+)\/slots\/([^/]+)$/i.exec(id);
  return slot ? `${slot[1] ?? ''}/${slot[2] ?? ''}` : lastSegment(id);
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
