import type { Base, OfConnection, OfApp, OfVault, Placed } from './base';
import type { Account, TenantToSignInTo } from '../../account/session';
import type { Connection } from '../../azure/core/connection';
import type {
  AccessPolicy,
  AssignedIdentity,
  FunctionApp,
  FunctionInfo,
  KeyVault,
  SecretInfo,
  Tenant,
} from '../../azure/core/model';
import type { Refusal } from '../../azure/explain/refusal';
import type { FilesNode, SiteFileNode } from './fileNodes';
import type { ContainerSecretNode, ContainerSecretsNode, WorkflowNode, WorkflowsNode } from './hostingNodes';
import type { AppSettingNode, AppSettingsNode, KeyLeftNode, KeysLeftNode } from './settingNodes';
import type { FunctionAppsNode, KeyVaultsNode, ResourceGroupNode, SubscriptionNode } from './groupNodes';
import type {
  IdentitiesNode,
  IdentityUserNode,
  IdentityUsersNode,
  PrincipalRolesNode,
  RoleAssignmentNode,
  SecretRolesNode,
  UserAssignedNode,
} from './identityNodes';

/**
 * The nodes of the tree: immutable, thin wrappers around the models in src/azure. items.ts determines what a node shows,
 * children.ts what its children are. Nodes that commands act on have the properties of src/inventory/targets.ts.
 */
export type Node =
  | TenantErrorNode
  | SubscriptionNode
  | ResourceGroupNode
  | FunctionAppsNode
  | KeyVaultsNode
  | IdentitiesNode
  | UserAssignedNode
  | IdentityUsersNode
  | IdentityUserNode
  | PrincipalRolesNode
  | AppNode
  | SlotsNode
  | IdentityNode
  | SystemIdentityNode
  | UserIdentityNode
  | FunctionsNode
  | FunctionNode
  | WorkflowsNode
  | WorkflowNode
  | ContainerSecretsNode
  | ContainerSecretNode
  | KeysLeftNode
  | KeyLeftNode
  | AppSettingsNode
  | AppSettingNode
  | FilesNode
  | SiteFileNode
  | VaultNode
  | SecretsNode
  | SecretNode
  | VersionNode
  | SecretRolesNode
  | AccessNode
  | PolicyNode
  | RoleAssignmentNode
  | RememberedNode
  | SessionExpiredNode
  | MessageNode
  | ErrorNode
  | LoadMoreNode;

/** A tenant whose subscriptions can't be listed. */
interface TenantErrorNode extends OfConnection, Placed {
  readonly kind: 'tenantError';
  readonly tenant: Tenant;
  readonly reason: string;
  readonly nextStep?: string;
}

/** A function app, or a slot of one. */
export interface AppNode extends OfApp, Placed {
  readonly kind: 'app' | 'slot';
}

export interface SlotsNode extends OfApp {
  readonly kind: 'slots';
}

export interface IdentityNode extends OfApp {
  readonly kind: 'identity';
}

export interface SystemIdentityNode extends OfApp {
  readonly kind: 'systemIdentity';
}

export interface UserIdentityNode extends OfApp, Placed {
  readonly kind: 'userIdentity';
  readonly assigned: AssignedIdentity;
}

interface FunctionsNode extends OfApp {
  readonly kind: 'functions';
}

export interface FunctionNode extends OfApp {
  readonly kind: 'function';
  readonly fn: FunctionInfo;
}

export interface VaultNode extends OfVault, Placed {
  readonly kind: 'vault';
}

export interface SecretsNode extends OfVault {
  readonly kind: 'secrets';
}

export interface SecretNode extends OfVault {
  readonly kind: 'secret';
  readonly secret: SecretInfo;
}

export interface VersionNode extends OfVault {
  readonly kind: 'version';
  /** A specific version, so `secret.version` is set. */
  readonly secret: SecretInfo;
  readonly current: boolean;
}

export interface AccessNode extends OfVault {
  readonly kind: 'access';
}

export interface PolicyNode extends OfVault, Placed {
  readonly kind: 'policy';
  readonly policy: AccessPolicy;
  /** The principal's name, if Keyless or the directory knows it. */
  readonly principalName?: string;
  /** The `principalType` that a role assignment tells of a principal without a name. */
  readonly principalType?: string;
}

/** A name and an ID from the last session, shown while the tree can't be read or is being read. */
export interface RememberedNode extends Base {
  readonly kind: 'remembered';
  readonly what:
    | 'subscription'
    | 'resourceGroup'
    | 'functionApps'
    | 'keyVaults'
    | 'identities'
    | 'app'
    | 'vault'
    | 'userAssigned';
  readonly name: string;
  readonly resourceId: string;
  /** Whether it will be replaced soon, or stays because the session has expired. */
  readonly state: 'refreshing' | 'lastKnown';
}

/** Above what was last known of an account that has to sign in again. */
export interface SessionExpiredNode extends Base {
  readonly kind: 'sessionExpired';
  readonly account: Account;
  readonly reason?: string;
  readonly nextStep?: string;
}

/** A refusal that the user may be able to fix. Commands on the node use it. */
export interface Refused {
  readonly connection?: Connection;
  /** The vault that refused, and the secret if there is one. */
  readonly vault?: KeyVault;
  readonly secret?: SecretInfo;
  readonly refusal?: Refusal;
}

/** A line of text that isn't a resource. */
export interface MessageNode extends Base, Refused {
  /** The app that the text advises to change. */
  readonly app?: FunctionApp;
  readonly kind: 'message';
  readonly text: string;
  readonly detail?: string;
  readonly icon: 'info' | 'warning';
}

/** What couldn't be read, why, and what to do. */
export interface ErrorNode extends Base, Refused, Partial<TenantToSignInTo> {
  readonly kind: 'error';
  readonly reason: string;
  readonly nextStep?: string;
}

/** Children of a node and a way to load more of them. */
export interface Page {
  readonly nodes: readonly Node[];
  readonly more?: (signal: AbortSignal) => Promise<Page>;
}

/** The rest of a long list. Its children are the next part. */
export interface LoadMoreNode extends Base {
  readonly kind: 'loadMore';
  /** How many nodes come before it. */
  readonly shown: number;
  readonly more: (signal: AbortSignal) => Promise<Page>;
}

/** The node ID of a resource, or of the group of its children named `part`. */
export function nodeId(
  connection: Pick<Connection, 'accountId' | 'tenantId'>,
  resourceId: string,
  part = '',
): string {
  return `${connection.accountId}/${connection.tenantId}${resourceId}${part && `#${part}`}`.toLowerCase();
}

export function subscriptionResourceId(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}`;
}

/** The ARM ID of the resource that a node represents. Undefined if it doesn't represent a resource. */
export function resourceIdOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'subscription':
      return subscriptionResourceId(node.subscription.subscriptionId);
    case 'resourceGroup':
      return node.group.id;
    case 'app':
    case 'slot':
      return node.app.id;
    case 'function':
      return node.fn.id;
    case 'workflow':
      return node.workflow.id;
    case 'userIdentity':
      return node.assigned.resourceId;
    case 'userAssigned':
      return node.identity.id;
    case 'identityUser':
      return node.userId;
    case 'vault':
      return node.vault.id;
    case 'secret':
      return `${node.vault.id}/secrets/${node.secret.name}`;
    case 'roleAssignment':
      return node.assignment.id;
    case 'remembered':
      return node.resourceId;
    default:
      return undefined;
  }
}

/** The object ID of the principal that a node represents or whose access it shows. */
export function principalIdOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'app':
    case 'slot':
    case 'identity':
    case 'systemIdentity':
      return node.app.identity.systemAssigned?.principalId;
    case 'userIdentity':
      return node.assigned.principalId;
    case 'userAssigned':
      return node.identity.principalId;
    case 'principalRoles':
      return node.principalId;
    case 'policy':
      return node.policy.objectId;
    case 'roleAssignment':
      return node.assignment.principalId;
    default:
      return undefined;
  }
}

/** The resource or principal that a node represents. */
export function targetOf(node: Node): {
  connection?: Connection;
  resourceId?: string;
  principalId?: string;
} {
  const resourceId = resourceIdOf(node);
  const principalId = principalIdOf(node);
  return {
    ...('connection' in node ? { connection: node.connection } : {}),
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(principalId === undefined ? {} : { principalId }),
  };
}
