import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { KeyVault, RoleAssignment } from '../../azure/core/model';
import type { RoleDefinition } from '../../azure/directory/roles';
import type { DenyAssignment } from '../../azure/directory/denyAssignments';
import type { SecretState } from '../../azure/keyVault/secretState';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';

/** A fact that could not be read, and why, as a person may read it, e.g. `AuthorizationFailed`. */
export interface Withheld {
  readonly withheld: string;
}

export type Known<T> = T | Withheld;

export function isWithheld(fact: unknown): fact is Withheld {
  return typeof fact === 'object' && fact !== null && 'withheld' in fact;
}

/** Everything that decides whether an app can read a secret. A part that couldn't be read is {@link Withheld}, never guessed. */
export interface ReadFacts {
  readonly app: AppFacts;
  readonly target: Target;
  /** The identity the app reads with; absent if the app doesn't have that identity. */
  readonly principal?: PrincipalFacts;
  /** The other identities of the app. */
  readonly otherIdentities: readonly PrincipalFacts[];
  readonly vault: Known<VaultFacts>;
  /** Used if the vault uses Azure RBAC, or to show that roles have no effect on a vault with access policies. */
  readonly roles: RoleFacts;
  /** State of the requested version. */
  readonly secret: Known<SecretState>;
  /** The app setting the app reads through, if it's a Key Vault reference. */
  readonly reference?: ReferenceFacts;
  /** A refusal the app actually got. It settles what couldn't be read, and reveals a role that hasn't propagated yet. */
  readonly observed?: ObservedRefusal;
  /** Object IDs known not to be groups, such as the subscription's apps and identities; case doesn't matter. */
  readonly notGroups?: readonly string[];
  readonly now: Date;
}

export interface AppFacts {
  readonly id: string;
  readonly name: string;
  /** Tenant that a new identity of the app would belong to. */
  readonly tenantId: string;
  /** `SystemAssigned`, or the ARM ID of the user-assigned identity the app reads with. */
  readonly identityInUse: string;
  /** The same for its Key Vault references (`keyVaultReferenceIdentity`). */
  readonly referenceIdentity: string;
  /**
   * All IPv4 addresses the app's calls may come from. Withheld if its virtual network decides that (all traffic is
   * routed through it) or the hosting plan doesn't disclose them.
   */
  readonly outboundAddresses: Known<readonly string[]>;
  /** ARM ID of the subnet the app is integrated with. */
  readonly subnetId?: string;
  /** The network of its Container Apps environment decides where its calls come from, and that isn't read. */
  readonly networkOfEnvironment?: true;
}

/** What the app should read; known even if the vault isn't. */
export interface Target {
  /** ARM ID of the vault. */
  readonly vaultId: string;
  readonly vaultName: string;
  readonly secretName: string;
  readonly secretVersion?: string;
}

export interface PrincipalFacts {
  readonly kind: 'system-assigned' | 'user-assigned';
  /** Name of the app or of the user-assigned identity. */
  readonly name: string;
  /** ARM ID of the user-assigned identity. */
  readonly resourceId?: string;
  readonly principalId: string;
  readonly tenantId: string;
  /** Whether the user-assigned identity still exists. A system-assigned one exists as long as its app. */
  readonly exists?: Known<boolean>;
  /** Object IDs of its groups, nested ones included. */
  readonly groups: Known<readonly string[]>;
  /**
   * IDs of all role assignments that apply to it, through groups too, as resolved by the service (`assignedTo('…')`).
   * If absent, `groups` decides.
   */
  readonly assignmentIds?: readonly string[];
}

export type VaultFacts =
  | { readonly kind: 'present'; readonly vault: KeyVault; readonly network: VaultNetwork }
  | { readonly kind: 'softDeleted'; readonly deleted: DeletedVault }
  | { readonly kind: 'absent' };

export interface RoleFacts {
  /** Assignments of all principals on the secret, on the vault, and above. */
  readonly assignments: Known<readonly RoleAssignment[]>;
  /** Definitions of at least the assigned roles; one that isn't here counts as a missing fact. */
  readonly definitions: Known<readonly RoleDefinition[]>;
  readonly denyAssignments: Known<readonly DenyAssignment[]>;
  /** Scopes at or above the secret whose assignments couldn't be read and aren't in `assignments`. */
  readonly unreadableScopes: readonly string[];
}

export interface ReferenceFacts {
  readonly settingName: string;
  /** The type if the setting is a connection string. */
  readonly connectionType?: string;
  /** Absent if the reference's syntax is valid. */
  readonly syntaxProblem?: string;
  /** Reported by App Service, such as `Resolved` or `AccessToKeyVaultDenied`; absent if it wasn't asked. */
  readonly status?: string;
}

export interface ObservedRefusal {
  /**
   * The most specific code: `innererror.code` (`ForbiddenByRbac`, and `AccessDenied` for any missing access policy), else
   * `error.code` (`SecretNotFound`).
   */
  readonly code: string;
  readonly at: Date;
}
