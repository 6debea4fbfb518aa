import type { RoleAssignment, SecretInfo, Subscription, UserAssignedIdentity } from '../../azure/core/model';
import type { OfConnection, OfVault } from './base';

/** The user-assigned identities of a subscription. */
export interface IdentitiesNode extends OfConnection {
  readonly kind: 'identities';
  readonly subscription: Subscription;
}

interface OfIdentity extends OfConnection {
  readonly identity: UserAssignedIdentity;
}

/** A user-assigned identity as a resource of its own; as one of an app's it is a `userIdentity`. */
export interface UserAssignedNode extends OfIdentity {
  readonly kind: 'userAssigned';
  /** Names of the apps that are known to have it; their slots are not among them. */
  readonly apps: readonly string[];
}

export interface IdentityUsersNode extends OfIdentity {
  readonly kind: 'identityUsers';
}

/** A resource that has a user-assigned identity. */
export interface IdentityUserNode extends OfIdentity {
  readonly kind: 'identityUser';
  readonly userId: string;
}

/** The role assignments of an identity, wherever they are. */
export interface PrincipalRolesNode extends OfConnection {
  readonly kind: 'principalRoles';
  readonly principalId: string;
  readonly principalName: string;
}

/** The role assignments at a secret and above it. */
export interface SecretRolesNode extends OfVault {
  readonly kind: 'secretRoles';
  readonly secret: SecretInfo;
}

export interface RoleAssignmentNode extends OfConnection {
  readonly kind: 'roleAssignment';
  readonly assignment: RoleAssignment;
  /** What stands first: who has the role, below a vault or secret, or the role, below an identity. */
  readonly shows: 'principal' | 'role';
  readonly roleName: string;
  readonly principalName?: string;
  /** Where it holds, from where the node stands, e.g. `inherited from resource group rg`. */
  readonly where?: string;
  /** It stands above what the node is below. */
  readonly inherited: boolean;
  /** It was given to a group that the principal is in. */
  readonly throughGroup: boolean;
}
