import type { IdentityUserNode, PrincipalRolesNode } from '../tree/identityNodes';
import type {
  AppTarget,
  AssignedIdentityTarget,
  IdentityTarget,
  RoleAssignmentTarget,
  SecretTarget,
  SubscriptionTarget,
  VaultTarget,
} from '../ui/targets';
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
  ) => (await import('./addRoleAssignment')).addRoleAssignment(services, node),
  'keyless.removeRoleAssignment': async (services, node?: RoleAssignmentTarget) =>
    (await import('./removeRoleAssignment')).removeRoleAssignment(services, node),
  'keyless.createUserAssignedIdentity': async (services, node?: SubscriptionTarget) =>
    (await import('./createUserAssignedIdentity')).createUserAssignedIdentity(services, node),
  'keyless.deleteUserAssignedIdentity': async (services, node?: IdentityTarget) =>
    (await import('./deleteUserAssignedIdentity')).deleteUserAssignedIdentity(services, node),
  'keyless.assignUserAssignedIdentity': async (services, node?: AppTarget | IdentityTarget) =>
    (await import('./assignUserAssignedIdentity')).assignUserAssignedIdentity(services, node),
  'keyless.removeUserAssignedIdentity': async (
    services,
    node?: AppTarget | AssignedIdentityTarget | IdentityUserNode,
  ) => (await import('./removeUserAssignedIdentity')).removeUserAssignedIdentity(services, node),
  'keyless.setKeyVaultReferenceIdentity': async (services, node?: AppTarget | AssignedIdentityTarget) =>
    (await import('./setKeyVaultReferenceIdentity')).setKeyVaultReferenceIdentity(services, node),
};
