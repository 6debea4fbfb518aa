import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { KeyVault, RoleAssignment } from '../../azure/core/model';
import type { DenyAssignment, RoleDefinition } from '../../azure/directory/roles';
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

/** All that decides whether an app can read a secret. A part that could not be read is {@link Withheld}, never guessed. */
export interface ReadFacts {
  readonly app: AppFacts;
  readonly target: Target;
  /** The identity with which the app reads; absent where the app does not have the one it is to use. */
  readonly principal?: PrincipalFacts;
  /** The other identities of the app. */
  readonly otherIdentities: readonly PrincipalFacts[];
  readonly vault: Known<VaultFacts>;
  /** Looked at only where the vault uses Azure RBAC, or to see that roles on a policy vault do nothing. */
  readonly roles: RoleFacts;
  /** Of the version that is asked for. */
  readonly secret: Known<SecretState>;
  /** The app setting by which the app reads, where it is a Key Vault reference. */
  readonly reference?: ReferenceFacts;
  /** A refusal that the app really got. It settles what could not be read, and shows a role that has not propagated. */
  readonly observed?: ObservedRefusal;
  /** Object IDs that are known to be no group, e.g. of the apps and identities of the subscription, in any case. */
  readonly notGroups?: readonly string[];
  readonly now: Date;
}

export interface AppFacts {
  readonly id: string;
  readonly name: string;
  /** Where a new identity of the app would belong. */
  readonly tenantId: string;
  /** `SystemAssigned`, or the ID of the user-assigned identity that the app reads with. */
  readonly identityInUse: string;
  /** The same for its Key Vault references (`keyVaultReferenceIdentity`). */
  readonly referenceIdentity: string;
  /**
   * IPv4 addresses that the app's calls may come from, all of them. Withheld where its virtual network decides that
   * (all traffic is routed through it) and where the plan does not tell.
   */
  readonly outboundAddresses: Known<readonly string[]>;
  /** The subnet that it is integrated with. */
  readonly subnetId?: string;
}

/** What the app is to read; known even where the vault is not. */
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
  /** Object IDs of the groups it is in, through other groups too. */
  readonly groups: Known<readonly string[]>;
  /**
   * IDs of all role assignments that reach it, through groups too, as the service itself resolves them
   * (`assignedTo('…')`). Absent: `groups` decides.
   */
  readonly assignmentIds?: readonly string[];
}

export type VaultFacts =
  | { readonly kind: 'present'; readonly vault: KeyVault; readonly network: VaultNetwork }
  | { readonly kind: 'softDeleted'; readonly deleted: DeletedVault }
  | { readonly kind: 'absent' };

export interface RoleFacts {
  /** Assignments at the secret and the vault and above them, of all principals. */
  readonly assignments: Known<readonly RoleAssignment[]>;
  /** Those of the assignments at least; one that is missing here is a fact that is missing. */
  readonly definitions: Known<readonly RoleDefinition[]>;
  readonly denyAssignments: Known<readonly DenyAssignment[]>;
  /** Scopes at or above the secret whose assignments could not be read, and are not in `assignments`. */
  readonly unreadableScopes: readonly string[];
}

export interface ReferenceFacts {
  readonly settingName: string;
  /** Absent where the text of the reference is in order. */
  readonly syntaxProblem?: string;
  /** As App Service says, e.g. `Resolved`, `AccessToKeyVaultDenied`; absent where it was not asked. */
  readonly status?: string;
}

export interface ObservedRefusal {
  /** The most exact code: `innererror.code` (`ForbiddenByRbac`, `AccessDenied` …), else `error.code` (`SecretNotFound`). */
  readonly code: string;
  readonly at: Date;
}
