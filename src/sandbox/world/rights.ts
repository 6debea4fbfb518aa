export interface EligibleRole {
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  /** Epoch milliseconds. */
  startsAt: number;
}

export interface Permission {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
}

export interface RoleDefinition {
  /** GUID. */
  name: string;
  roleName: string;
  type: 'BuiltInRole' | 'CustomRole';
  description: string;
  assignableScopes: string[];
  permissions: Permission[];
  /** ISO 8601. */
  createdOn?: string;
  updatedOn?: string;
  createdBy?: string | null;
  updatedBy?: string | null;
}

export interface RoleAssignment {
  /** GUID. */
  name: string;
  /** ARM scope; '/' for the root. */
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
  /** The resource of an identity in a tenant that delegated its subscription. */
  delegatedManagedIdentityResourceId?: string;
  createdOn: number;
  createdBy: string;
  updatedOn?: number;
  updatedBy?: string;
  /** When the assignment takes effect, in epoch milliseconds (propagation). */
  effectiveFrom: number;
  /** Set on deletion: the assignment stays in effect until this moment. */
  removedAt?: number;
}

export interface DenyAssignment {
  name: string;
  displayName: string;
  scope: string;
  permissions: Permission[];
  principalIds: string[];
  excludePrincipalIds: string[];
  /** Applies to `scope` itself and nothing below it. */
  doNotApplyToChildScopes?: boolean;
  /** Logs what it would deny, and denies nothing. */
  audit?: boolean;
}

/** A management lock: writes (ReadOnly) or deletes below `scope` get 409 ScopeLocked. */
export interface Lock {
  name: string;
  /** A subscription, resource group or resource. */
  scope: string;
  level: 'CanNotDelete' | 'ReadOnly';
}

/** An Azure Policy that denies writes of a resource type below `scope` with 403 RequestDisallowedByPolicy. */
export interface PolicyDenial {
  displayName: string;
  policyDefinitionId: string;
  policyAssignmentId: string;
  scope: string;
  /** As in `Microsoft.Web/sites`; compared case-insensitively. */
  resourceType: string;
}
