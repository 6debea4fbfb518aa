import type { IdentityUserNode, PrincipalRolesNode } from '../tree/nodes/identityNodes';
import type {
  AppTarget,
  AssignedIdentityTarget,
  IdentityTarget,
  RoleAssignmentTarget,
  SecretTarget,
  SubscriptionTarget,
  VaultTarget,
} from '../inventory/targets';
import type { Services } from './services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands of this folder on role assignments and user-assigned identities. Each loads with its first use. */
export const rolesCommands: Readonly<Record<string, Run>> = {
  'keyless.addRoleAssignment': async (
    services,
    node?:
      | AppTarget
      | AssignedIdentityTarget
      | IdentityTarget
      | PrincipalRolesNode
      | VaultTarget
      | SecretTarget
      | SubscriptionTarget,
  ) => (await import('./rights/addRoleAssignment')).addRoleAssignment(services, node),
  'keyless.removeRoleAssignment': async (services, node?: RoleAssignmentTarget) =>
    (await import('./rights/removeRoleAssignment')).removeRoleAssignment(services, node),
  'keyless.createUserAssignedIdentity': async (services, node?: SubscriptionTarget) =>
    (await import('./identities/createUserAssignedIdentity')).createUserAssignedIdentity(services, node),
  'keyless.deleteUserAssignedIdentity': async (services, node?: IdentityTarget) =>
    (await import('./identities/deleteUserAssignedIdentity')).deleteUserAssignedIdentity(services, node),
  'keyless.assignUserAssignedIdentity': async (services, node?: AppTarget | IdentityTarget) =>
    (await import('./identities/assignUserAssignedIdentity')).assignUserAssignedIdentity(services, node),
  'keyless.removeUserAssignedIdentity': async (
    services,
    node?: AppTarget | AssignedIdentityTarget | IdentityUserNode,
  ) => (await import('./identities/removeUserAssignedIdentity')).removeUserAssignedIdentity(services, node),
  'keyless.setKeyVaultReferenceIdentity': async (services, node?: AppTarget | AssignedIdentityTarget) =>
    (await import('./identities/setKeyVaultReferenceIdentity')).setKeyVaultReferenceIdentity(services, node),
};
