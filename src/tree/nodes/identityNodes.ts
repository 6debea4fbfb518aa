import type { RoleAssignment, SecretInfo, Subscription, UserAssignedIdentity } from '../../azure/core/model';
import type { OfConnection, OfVault, Placed } from './base';

/** The user-assigned identities of a subscription. */
export interface IdentitiesNode extends OfConnection {
  readonly kind: 'identities';
  readonly subscription: Subscription;
}

interface OfIdentity extends OfConnection {
  readonly identity: UserAssignedIdentity;
}

/** A user-assigned identity as a resource. When shown as part of an app, it's a `userIdentity`. */
export interface UserAssignedNode extends OfIdentity, Placed {
  readonly kind: 'userAssigned';
  /** Names of the apps that are known to use it, not including slots. */
  readonly apps: readonly string[];
}

export interface IdentityUsersNode extends OfIdentity {
  readonly kind: 'identityUsers';
}

/** A resource that uses a user-assigned identity. */
export interface IdentityUserNode extends OfIdentity, Placed {
  readonly kind: 'identityUser';
  readonly userId: string;
}

/** The role assignments of an identity in all scopes. */
export interface PrincipalRolesNode extends OfConnection {
  readonly kind: 'principalRoles';
  readonly principalId: string;
  readonly principalName: string;
  /** ARM ID of the app with the system-assigned identity, or of the user-assigned identity. */
  readonly identityId: string;
}

/** The role assignments on a secret and its parent scopes. */
export interface SecretRolesNode extends OfVault {
  readonly kind: 'secretRoles';
  readonly secret: SecretInfo;
}

export interface RoleAssignmentNode extends OfConnection, Placed {
  readonly kind: 'roleAssignment';
  readonly assignment: RoleAssignment;
  /** Whether it's listed below a vault or secret, where it says whose it is, or below the principal itself. */
  readonly listedBy: 'scope' | 'principal';
  readonly roleName: string;
  /** The role gives no access to secrets. */
  readonly withoutSecrets?: boolean;
  readonly principalName?: string;
  /** The scope relative to the node's place in the tree, such as `inherited from resource group rg`. */
  readonly where?: string;
  /** Whether it's made on a parent scope. */
  readonly inherited: boolean;
  /** Whether it's made for a group that the principal is a member of. */
  readonly throughGroup: boolean;
}
